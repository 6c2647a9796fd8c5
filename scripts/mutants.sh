#!/usr/bin/env bash
# Plants small faults in packages, one at a time, and lists those that no test of the
# package itself notices: LIVED where a test runs the line, NOT COVERED where none
# does. It takes its time, since every fault is a build and a run of the tests.
#
# What it cannot try it says: the conditions of a switch, which Go's coverage does
# not count, so that gremlins takes them for never run.
#
# usage: scripts/mutants.sh GREMLINS PACKAGE...
set -euo pipefail
cd "$(dirname "$0")/.."

gremlins=$1
shift
for package; do
  echo "== $package"
  untried=0
  while IFS= read -r line; do
    if [[ $line =~ 'NOT COVERED '.*' at '([^:]+):([0-9]+): ]] &&
      sed -n "${BASH_REMATCH[2]}p" "$package/${BASH_REMATCH[1]}" | grep -qE '^[[:space:]]*case '; then
      untried=$((untried + 1))
    else
      echo "$line"
    fi
  done < <("$gremlins" unleash --workers 2 --test-cpu 1 --timeout-coefficient 30 \
    --invert-logical --invert-loopctrl --remove-self-assignments --output-statuses lct "$package" 2>&1)
  wait $!
  echo "Not tried, being conditions of a switch (among the not covered): $untried"
done
