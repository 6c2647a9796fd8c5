// Package github is slipway's hand at GitHub, on go-github. It resolves what a
// person named to a commit, reads changes, checks and workflow files, starts a
// workflow and follows its run, and keeps GitHub's own deployment records up to
// date. [Webhooks] takes GitHub's deliveries in and turns them into hints.
//
// A [Client] returns the nouns of package bot and errors that are *bot.Error,
// with words for people; no type of go-github leaves this package. It fits the
// ports of the motor's rooms (engine.Runner, planner.Resolver, reconciler.Runs, ...)
// without knowing them.
//
// A request passes four layers, each in its own file:
//
//   - [Client] (one file for each thing it can do) checks all text before it
//     becomes part of a path, and gives every answer its meaning.
//   - transport (transport.go, limits.go) obeys GitHub's limits, bounds how
//     many requests are under way, and repeats reads that met a passing fault.
//     It never repeats a write.
//   - revalidator (etag.go) asks for polled runs with their ETag, since an
//     answer of 304 costs nothing of the hourly limit.
//   - bearer (auth.go) adds the credentials, and wire (wire.go) sends: it reads
//     bounded answers whole and notices whether a request can have left at all.
//
// Two rules stand above all others. A workflow is started by exactly one
// request, and what is not known about it is said to be unknown; see
// [Client.Dispatch]. And a webhook is never believed: it only says where to
// look.
//
// What it does not do: decide anything about a release, remember anything but
// a few answers, or approve a run that waits for reviewers at GitHub.
package github
