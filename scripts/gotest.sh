#!/usr/bin/env bash
# Runs `go test` with the arguments given. In CI (CI=true) what failed among the others is
# played once more, alone: the machine there may be busy with something else, and a story
# is patient for a minute and a half only. What passes alone is named at the end, so that
# somebody looks at it. What fails alone fails, and so does a data race, a panic, a package
# that does not build, a run in which more than three tests failed, and the crash sweep,
# which plays what was late again itself and nothing else.
#
# usage: scripts/gotest.sh [FLAG...] PACKAGE...
set -euo pipefail

most=3
said=$(mktemp)
trap 'rm -f "$said"' EXIT

go test "$@" 2>&1 | tee "$said" && exit 0
[ "${CI:-}" = true ] || exit 1
! grep -qE 'DATA RACE|^panic:|\[(build|setup) failed\]|^--- FAIL: TestPromise1_CrashSweep' "$said" || exit 1

# A line a test: its package, and the pattern of -run that is it alone. Of the stories
# each is one; of other tests the whole.
failed=$(awk '
  /^    --- FAIL: TestStories\// { split($3, name, "/"); names[++n] = "^TestStories$/^" name[2] "$" }
  /^--- FAIL: / && $3 != "TestStories" { names[++n] = "^" $3 "$" }
  /^FAIL\t/ { for (i = 1; i <= n; i++) print $2, names[i]; if (!n) print $2, "?"; n = 0 }
' "$said")
[ -n "$failed" ] && [ "$(wc -l <<<"$failed")" -le "$most" ] && ! grep -q ' ?$' <<<"$failed" || exit 1
flags=()
for arg; do [[ $arg == ./* ]] || flags+=("$arg"); done
while read -r package name; do
  go test "${flags[@]}" -count 1 -run "$name" "$package"
done <<<"$failed"
echo "failed among the others and passed alone, look at it:"
echo "$failed"
