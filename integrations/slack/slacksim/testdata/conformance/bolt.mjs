// Slack's own framework as the app behind the simulator: it verifies the signatures of
// what is posted to it, reads it, and speaks to the Web API.
import { createRequire } from "node:module";
const require = createRequire(process.env.CONFORMANCE + "/");
const { App, HTTPReceiver, LogLevel } = require("@slack/bolt");

const app = new App({
  token: process.env.BOT_TOKEN,
  receiver: new HTTPReceiver({
    signingSecret: process.env.SIGNING_SECRET,
    endpoints: ["/slack/commands", "/slack/interactions", "/slack/events"],
    logLevel: LogLevel.ERROR,
  }),
  clientOptions: { slackApiUrl: process.env.API_URL },
  logLevel: LogLevel.ERROR,
});
const say = (...words) => console.log(words.join(" "));
app.command("/deploy", async ({ command, ack, client, respond }) => {
  say("command", command.text, command.user_id);
  if (command.text === "form") {
    await ack();
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: "modal", callback_id: "why", notify_on_close: true, title: { type: "plain_text", text: "Why" }, submit: { type: "plain_text", text: "Send" },
        blocks: [
          { type: "input", block_id: "reason", label: { type: "plain_text", text: "Reason" }, element: { type: "plain_text_input", action_id: "input" } },
          {
            type: "input", block_id: "refs", optional: true, label: { type: "plain_text", text: "Ref" },
            element: { type: "external_select", action_id: "ref", min_query_length: 1 },
          },
        ],
      },
    });
    return;
  }
  await ack("heard " + command.text);
  await respond("and answered");
});
app.view("why", async ({ ack, view }) => {
  say("submission", view.state.values.reason.input.value);
  await ack();
});
app.view({ callback_id: "why", type: "view_closed" }, async ({ ack, view }) => {
  say("closed", view.type);
  await ack();
});
app.options({ block_id: "refs", action_id: "ref" }, async ({ ack, options }) => {
  say("options", options.value, options.view.callback_id);
  await ack({ options: [{ text: { type: "plain_text", text: "main" }, value: "main" }] });
});
app.shortcut({ callback_id: "around", type: "message_action" }, async ({ ack, shortcut, respond }) => {
  say("shortcut", shortcut.channel.id, shortcut.message.text, shortcut.trigger_id ? "triggered" : "");
  await ack();
  await respond("looked around");
});
app.event("app_home_opened", async ({ event, client }) => {
  say("home", event.tab, event.user);
  await client.views.publish({
    user_id: event.user,
    view: {
      type: "home",
      blocks: [{
        type: "actions", block_id: "row",
        elements: [{ type: "button", action_id: "at_home", value: "api-2", text: { type: "plain_text", text: "Approve" } }],
      }],
    },
  });
});
app.action({ action_id: "at_home", block_id: "row" }, async ({ action, body, ack }) => {
  say("at home", action.value, body.container.type, body.view.type);
  await ack();
});
app.message(async ({ message }) => say("message", message.channel_type, message.text));
app.event("user_change", async ({ event }) => say("account", event.user.id, event.user.is_restricted));
app.event("team_join", async ({ event }) => say("joined", event.user.id));
app.event("subteam_created", async ({ event }) => say("group", event.subteam.id, event.subteam.handle));
app.event("subteam_members_changed", async ({ event }) => say("members", event.subteam_id, event.added_users.join(), event.removed_users.join()));
app.action("approve", async ({ action, ack, respond }) => {
  say("action", action.value);
  await ack();
  await respond({ text: "pressed", replace_original: false });
});
app.event("app_mention", async ({ event, say: post }) => {
  say("mention", event.text);
  await post("mentioned");
});
app.error(async (error) => say("error", error.code, error.message.replaceAll("\n", " ")));
await app.start({ port: Number(process.env.PORT), host: "127.0.0.1" });
say("ready");
process.stdin.on("end", async () => {
  await app.stop();
  process.exit(0);
});
process.stdin.resume();
