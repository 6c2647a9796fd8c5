#!/usr/bin/env bash
# Brings what GitHub publishes about its API, which tests compare with, out of npm
# packages at the given versions into DIR: the OpenAPI description, whole, and the
# example deliveries, a file each. It installs nothing and runs nothing of theirs.
#
# usage: scripts/contract.sh OPENAPI_VERSION EXAMPLES_VERSION DIR
set -euo pipefail

dir=$3
box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT

# unpack PACKAGE@VERSION FILE: brings the file of the package as $box/package/FILE.
unpack() {
  local archive
  archive=$(npm pack --silent --pack-destination "$box" "$1")
  tar -xzf "$box/$archive" -C "$box" "package/$2"
}

unpack "@octokit/openapi@$1" generated/api.github.com.json
unpack "@octokit/webhooks-examples@$2" api.github.com/index.json

rm -rf "$dir/github"
mkdir -p "$dir/github/webhooks"
mv "$box/package/generated/api.github.com.json" "$dir/github/openapi.json"
node - "$box/package/api.github.com/index.json" "$dir/github/webhooks" <<'SPLIT'
const fs = require("fs");
const [from, to] = process.argv.slice(2);
for (const { name, examples } of JSON.parse(fs.readFileSync(from, "utf8"))) {
  examples.forEach((example, i) => {
    fs.writeFileSync(`${to}/${name}.${example.action ?? "event"}.${i + 1}.json`, JSON.stringify(example, null, 2) + "\n");
  });
}
SPLIT
echo "$dir: GitHub's description $1, $(ls "$dir/github/webhooks" | wc -l) example deliveries $2"
