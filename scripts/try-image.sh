#!/usr/bin/env bash
# Tries a container image in the way in which docs/operations.md has it run: without
# root, without capabilities, on a read-only root. Nothing leaves this machine: Slack's
# address is one at which nobody listens, and slipway begins without it. Needs Linux,
# since the container shares the host's network, and redis-server.
#
# usage: scripts/try-image.sh docker|podman IMAGE
set -euo pipefail
cd "$(dirname "$0")/.."

engine=$1 image=$2 name=slipway-try-$$
box=$(mktemp -d)
redis=
# end_redis waits as well, for only then does the shell not tell of it.
end_redis() {
  [ -n "$redis" ] || return 0
  { kill -9 "$redis" && wait "$redis"; } 2>/dev/null || redis=
}
cleanup() {
  "$engine" rm -f "$name" >/dev/null 2>&1 || true
  end_redis
  rm -rf "$box"
}
trap cleanup EXIT

die() {
  echo "FAILED: $*" >&2
  [ ! -s "$box/said" ] || cat "$box/said" >&2
  "$engine" logs "$name" >&2 2>/dev/null || true
  exit 1
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# start OPTION... IMAGE WORD...: runs the image, locked down as far as it goes.
start() {
  "$engine" run --network host --read-only --cap-drop ALL --security-opt no-new-privileges \
    --env-file "$box/env" -v "$box/slipway.yaml:/etc/slipway/slipway.yaml:ro" "$@"
}

# expect STATUS WORD...: the image, called so, ends with this status.
expect() {
  local want=$1 got=0
  shift
  start --name "$name" --tmpfs /tmp "$image" "$@" >"$box/said" 2>&1 || got=$?
  [ "$got" = "$want" ] || die "slipway $* ended with status $got, not $want"
  "$engine" rm "$name" >/dev/null
  echo "ok: slipway $* ends with status $want"
}

# within SECONDS COMMAND...: waits until the command succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >"$box/said" 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# healthy: runs the image's own health check in the container.
healthy() {
  local words
  mapfile -t words < <("$engine" inspect -f '{{range .Config.Healthcheck.Test}}{{println .}}{{end}}' "$name" | grep .)
  [ "${words[0]}" = CMD ] && "$engine" exec "$name" "${words[@]:1}"
}

address=127.0.0.1:$(free_port)
redis_port=$(free_port)
sed -e 's|^slack:|&\n  api_url: http://127.0.0.1:1/|' -e "s|127.0.0.1:6379|127.0.0.1:$redis_port|" \
  -e "s|^listen:.*|listen: $address|" examples/slipway.yaml >"$box/slipway.yaml"
printf '%s=none-of-these-is-real\n' SLACK_BOT_TOKEN SLACK_SIGNING_SECRET GITHUB_TOKEN GITHUB_WEBHOOK_SECRET >"$box/env"
chmod 644 "$box/slipway.yaml"

redis-server --bind 127.0.0.1 --port "$redis_port" --save '' --dir "$box" >/dev/null &
redis=$!

[ "$("$engine" image inspect -f '{{.Config.User}}' "$image")" = 65532:65532 ] || die "the image does not run as 65532:65532"
start --rm --entrypoint /bin/sh "$image" -c true >"$box/said" 2>&1 && die "there is a shell in the image"
echo "ok: no root and no shell"
expect 0 version
expect 0 config validate -c /etc/slipway/slipway.yaml
expect 1 healthcheck -c /etc/slipway/slipway.yaml

start -d --name "$name" "$image" >"$box/said" 2>&1 || die "it cannot be started"
within 20 healthy || die "it does not become healthy"
"$engine" logs "$name" 2>&1 | grep -q '"msg":"ready"' || die "it is not ready"
echo "ok: ready and healthy"
end_redis
healthy >"$box/said" 2>&1 || die "it is not healthy without Redis, although it still answers people"
echo "ok: healthy without Redis"
"$engine" stop -t 10 "$name" >"$box/said" 2>&1 || die "it cannot be stopped"
status=$("$engine" inspect -f '{{.State.ExitCode}}' "$name")
[ "$status" = 0 ] || die "told to stop, it ended with status $status"
echo "ok: stops within 10 seconds with status 0"
