#!/usr/bin/env bash
# Says in a line for each kind what the tests could not be compared with: FILE is what
# they left there (see integrations/contract), one line a test. Says nothing if there
# was nothing, and never fails.
#
# usage: scripts/left-out.sh FILE
set -euo pipefail

[ -s "$1" ] || exit 0
sort -u "$1" | cut -f 1,2 | uniq -c | while read -r count rest; do
  IFS=$'\t' read -r what places <<<"$rest"
  case $what in
    GitHub*) mend="make contract brings it" ;;
    *) mend="it cannot be had as a package" ;;
  esac
  [ "$count" = 1 ] && tests="1 test was" || tests="$count tests were"
  echo "$tests not compared with $what: no contract at $places ($mend)"
done
