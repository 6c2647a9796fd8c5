// Package slacksim is a Slack workspace in memory: a real HTTP server that
// speaks Slack's wire, so that tests, stories and the demo drive the real
// Slack adapter and only a base URL differs.
//
// It has two faces. Towards the bot it is the Web API (under /api/) and the
// response_url endpoints (under /hooks/), with Slack's errors, limits and
// shapes of answers; blocks that Slack would refuse are refused, with the
// JSON pointer of the fault. Towards the test it is a workspace full of
// people: [Server.Command], [Server.Click], [Server.SubmitView] and
// [Server.Mention] act as a person would and send the bot the signed request
// that Slack would send. [Server.Transcript] shows a channel as a person sees
// it, in plain text. The same can be had over HTTP under /_sim/ by a program
// in another process; that door has no lock and answers on loopback only.
//
// What happens is kept: every call of the API ([Server.Calls]), every version
// of a message ([Message.Versions]), every change as it comes
// ([Server.Subscribe]). Waiting is for a condition ([Server.Until],
// [Server.WaitFor]) and never for a span of time. Faults are switched on by
// the test ([Server.Inject], [Server.StartOutage]).
//
// A token may lack scopes and an app subscriptions ([Options]), a message may be
// edited or deleted by people ([Server.EditMessage], [Server.DeleteMessage]), and
// people come, go and change ([Server.ChangeAccount]); a workspace may belong to
// an organisation, and its channels be shared with another company.
//
// With an app token ([Options]) the bot is reached as in Socket Mode: it asks for an
// address, opens connections, and gets in envelopes what would be posted otherwise
// ([Server.Disconnect], [Server.LoseAcks], [Server.CutLinks]).
//
// The bot may upload files and name them in its blocks ([Server.File]).
//
// What it does not do: attachments, files that are shared by themselves, and message
// streaming.
// Attachments are refused rather than dropped, so that
// nobody believes they were shown. Nobody checks the live Slack here: the
// behaviour follows Slack's documents and what others report, and where these
// leave something open the comment at the place says so.
package slacksim
