// Signs requests as Slack documents it, asks Slack's own framework whether they are to
// be believed, and posts them: each line of the input is a request, each line of the
// output what the framework and what TARGET say of it.
import { createHmac } from "node:crypto";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
const require = createRequire(process.env.CONFORMANCE + "/");
const { verifySlackRequest } = require("@slack/bolt");

const believed = (signingSecret, body, stamp, signature) => {
  try {
    verifySlackRequest({
      signingSecret, body, headers: { "x-slack-signature": signature, "x-slack-request-timestamp": Number(stamp) },
    });
    return "";
  } catch (error) {
    return error.message;
  }
};
for await (const line of createInterface({ input: process.stdin })) {
  const { name, path, type, body, key, age, sent, version } = JSON.parse(line);
  const stamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = version + "=" + createHmac("sha256", key).update(`v0:${stamp}:${body}`).digest("hex");
  const arrives = sent || body;
  const refused = believed(process.env.SIGNING_SECRET, arrives, stamp, signature);
  const answer = await fetch(process.env.TARGET + path, {
    method: "POST", body: arrives,
    headers: { "content-type": type, "x-slack-request-timestamp": stamp, "x-slack-signature": signature },
  });
  console.log(JSON.stringify({ name, refused, status: answer.status, says: await answer.text() }));
}
