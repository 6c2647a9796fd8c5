#!/usr/bin/env bash
# Runs every fuzz target of the module for a short while, one after the other:
# `go test -fuzz` takes one target of one package at a time. Its length is a number of
# inputs: with a duration, Go before 1.27 now and then fails with "context deadline
# exceeded" although nothing was found (golang/go#75804).
#
# usage: scripts/fuzz.sh INPUTS
set -euo pipefail
cd "$(dirname "$0")/.."

grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort |
  while IFS=: read -r file declaration; do
    go test -run '^$' -fuzz "^${declaration#func }\$" -fuzztime "${1}x" "$(dirname "$file")"
  done
