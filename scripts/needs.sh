#!/usr/bin/env bash
# Sees to it that the programs named as arguments are on PATH: says nothing if they
# are, installs them from the system's packages where it may, and otherwise says
# exactly what to install and fails.
#
# usage: scripts/needs.sh PROGRAM...
set -euo pipefail

# package_of PROGRAM: the Debian packages that bring it.
package_of() {
  case $1 in
    gcc) echo "gcc libc6-dev" ;; # the race detector links against the C library
    chromium) echo "chromium fonts-liberation fonts-noto-color-emoji" ;; # a page needs letters and emoji
    *) echo "$1" ;;
  esac
}

# without_services COMMAND...: runs it while no package may start a service, since
# the tests start what they need themselves, on ports of their own.
without_services() (
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  "$@"
)

# quietly COMMAND...: shows what it said only if it fails.
quietly() {
  local said
  if ! said=$("$@" 2>&1); then
    printf '%s\n' "$said" >&2
    return 1
  fi
}

missing=()
for program in "$@"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
[ ${#missing[@]} -gt 0 ] || exit 0

packages=()
for program in "${missing[@]}"; do
  read -ra names <<<"$(package_of "$program")"
  packages+=("${names[@]}")
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing: ${missing[*]}" >&2
  echo "install on Debian or Ubuntu with: sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
  exit 1
fi

echo "installing ${packages[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
quietly apt-get update
quietly without_services apt-get install -y --no-install-recommends "${packages[@]}"
