#!/usr/bin/env bash
# Makes the pictures of README anew: the tests of the page take them on their way.
#
# usage: scripts/screenshots.sh FOLDER
set -euo pipefail
folder=$1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SCREENSHOTS=$work go test ./cmd/slipway-demo -count 1 -parallel 1 -run '^(TestTour|TestPhone)$'
mkdir -p "$folder"
cp "$work/tour-1-light.png" "$folder/demo-approve.png"
cp "$work/tour-4-dark.png" "$folder/demo-alert-dark.png"
cp "$work/tour-5-light.png" "$folder/demo-rollback.png"
cp "$work/thread-light.png" "$folder/demo-summary.png"
cp "$work/phone-Chat.png" "$folder/demo-phone.png"
ls -l "$folder"
