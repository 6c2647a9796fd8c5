#!/usr/bin/env bash
# Brings axe-core into a folder, where the tests of the demo's page look for it.
#
# usage: scripts/axe.sh VERSION FOLDER
set -euo pipefail
version=$1 folder=$2

[ -f "$folder/.$version" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "axe-core@$version" >/dev/null && tar -xzf axe-core-*.tgz)
rm -rf "$folder"
mkdir -p "$folder"
cp "$work/package/axe.min.js" "$work/package/LICENSE" "$folder/"
touch "$folder/.$version"
