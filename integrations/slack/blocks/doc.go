// Package blocks says how slipway looks in Slack: it renders what is true (a
// bot.Answer, a bot.Body) into Block Kit, and reads back what its own buttons
// and forms carry.
//
// Everything here is a pure function: what is true in, blocks and a fallback
// text out. Nothing is sent and no clock is read; a time is shown by Slack's
// own date token, so that everybody reads it in their own zone.
//
// Three things are held for every message, and tested with hostile text in
// every field:
//
//   - Nothing that a person, a commit or a branch supplies becomes markup. All
//     supplied text goes through [esc], [code] or [bare]; the type markup marks
//     what has been through them.
//   - Slack's limits hold. Slack answers a block that is too long with a bare
//     invalid_blocks, and then nobody sees anything; so lists are folded ("and
//     43 more"), texts are cut, and [Check] looks at the whole once more before
//     it is sent.
//   - A person is only mentioned by the account id that Slack gave us.
//
// The looks are kept in testdata: the blocks as JSON, and beside them the plain
// text that a reader of the channel sees.
package blocks
