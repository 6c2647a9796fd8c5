// Validates manifests against Slack's own JSON Schema by ajv: each line of the input is
// an object with a name and a manifest, each fault a line of the output. The schema
// names its parts by addresses on the web; they are taken from beside it instead.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
const require = createRequire(process.env.CONFORMANCE + "/");
const Ajv = require("ajv").default;

const path = process.argv[2];
const text = readFileSync(path, "utf8");
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
for (const [, address] of new Set(text.matchAll(/"\$ref":\s*"(https:[^"]+)"/g))) {
  if (ajv.getSchema(address)) continue;
  const part = JSON.parse(readFileSync(join(dirname(path), basename(address)), "utf8"));
  delete part.$id;
  ajv.addSchema(part, address);
}
const validate = ajv.compile(JSON.parse(text));
for await (const line of createInterface({ input: process.stdin })) {
  const { name, manifest } = JSON.parse(line);
  if (!validate(manifest)) console.log(name + ": " + ajv.errorsText(validate.errors));
}
console.log("done");
