#!/usr/bin/env bash
# Builds the demo, and says that it goes on and how far it is: the first build
# compiles everything there is, which takes a minute or two. On a terminal one line
# counts; elsewhere there is a line now and then.
#
# usage: scripts/demo-build.sh FLAGS-OF-GO-BUILD...
set -euo pipefail

export CGO_ENABLED=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

go build -v "$@" 2>"$log" &
build=$!
said=0 next=0
while kill -0 "$build" 2>/dev/null; do
  sleep 0.5
  lines=$(wc -l <"$log")
  if [ "$lines" -eq "$said" ]; then
    continue
  elif [ -t 2 ]; then
    said=$lines
    printf '\rbuilding the demo: %d packages compiled … ' "$lines" >&2
  elif [ "$SECONDS" -ge "$next" ]; then
    said=$lines next=$((SECONDS + 10))
    printf 'building the demo: %d packages compiled …\n' "$lines" >&2
  fi
done
if ! wait "$build"; then
  cat "$log" >&2
  exit 1
fi
if [ "$said" -gt 0 ]; then
  if [ -t 2 ]; then
    printf '\r\033[K' >&2
  fi
  printf 'the demo is built\n' >&2
fi
