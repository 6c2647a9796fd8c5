#!/usr/bin/env bash
# Installs Slack's own libraries into DIR, unless they are there.
#
# usage: scripts/conformance.sh DIR PACKAGE@VERSION...
set -euo pipefail

dir=$1
shift
stamp=$dir/.installed
[ "$(cat "$stamp" 2>/dev/null)" != "$*" ] || exit 0
rm -rf "$dir"
mkdir -p "$dir"
npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix "$dir" "$@"
echo "$*" >"$stamp"
