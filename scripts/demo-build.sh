#!/usr/bin/env bash
# Builds the demo, and says that it goes on and how far it is: the first build
# compiles everything there is, which takes a minute or two.
#
# usage: scripts/demo-build.sh FLAGS-OF-GO-BUILD...
set -euo pipefail

export CGO_ENABLED=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

go build -v "$@" 2>"$log" &
build=$!
said=0
while kill -0 "$build" 2>/dev/null; do
  sleep 0.5
  lines=$(wc -l <"$log")
  if [ "$lines" -gt "$said" ]; then
    said=$lines
    printf '\rbuilding the demo: %d packages compiled … ' "$lines" >&2
  fi
done
if [ "$said" -gt 0 ]; then
  printf '\r\033[Kthe demo is built\n' >&2
fi
if ! wait "$build"; then
  cat "$log" >&2
  exit 1
fi
