// Slack's own client of Socket Mode as the app behind the simulator: it acknowledges
// what it gets and prints each thing on a line.
import { createRequire } from "node:module";
const require = createRequire(process.env.CONFORMANCE + "/");
const { SocketModeClient } = require("@slack/socket-mode");

const client = new SocketModeClient({
  appToken: process.env.APP_TOKEN,
  clientOptions: { slackApiUrl: process.env.API_URL },
});
const say = (...words) => console.log(words.join(" "));
client.on("connected", () => say("connected"));
client.on("slash_commands", async ({ ack, body }) => {
  say("command", body.command, body.text, body.user_id, body.trigger_id ? "triggered" : "");
  await ack({ text: "heard " + body.text });
});
client.on("interactive", async ({ ack, body }) => {
  say("action", body.type, body.actions[0].action_id, body.actions[0].value);
  await ack();
});
client.on("app_mention", async ({ ack, event, retry_num }) => {
  say("mention", event.text, "retry", retry_num ?? 0);
  await ack();
});
await client.start();
process.stdin.on("end", async () => {
  await client.disconnect();
  process.exit(0);
});
process.stdin.resume();
