// Package slack is the adapter to Slack: it takes in what people type, click
// and send, and shows them what became of it.
//
// Inwards ([Inbound]) what Slack sends is read into a request (request.go): a
// command, an action, a form that was sent, an event. How it came makes no
// difference to it: over HTTP ([Inbound.HTTP]), where each one is verified first
// (signed, fresh, and not seen before), or over connections that slipway opens
// itself ([Inbound.Socket]). A request becomes a bot.Invocation, a bot.Click or a
// bot.Submission, which the [Handler] stores before Slack gets its reply (reply.go).
// Slack gives three seconds; whatever takes longer happens after the answer.
//
// Outwards ([Sender]) it posts and edits messages and answers people
// privately. It keeps to Slack's pace, never repeats a post whose answer was
// lost, and turns Slack's errors into bot.Error with words for people.
//
// How anything looks is decided in package blocks. What a command means is not
// known here: a slash command is handed on as its verb and its text.
//
// Who somebody is Slack says itself (people.go): in an organisation of several
// workspaces, and in channels that are shared with another company, the account
// decides and not what a payload names. What Slack tells of people that change
// (event.go) makes what is known of them void, here and at all replicas.
//
// It serves one workspace.
package slack
