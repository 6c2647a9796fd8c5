// Package manifest writes the app manifest, by which Slack is told in one piece
// what slipway's app may do and where its requests go
// (docs.slack.dev/reference/app-manifest).
//
// It asks for what slipway uses and for nothing else: each scope and each event
// stands in a table with what it is for, and what only user groups need is left out
// where slipway.yaml names none. The same table tells what breaks without a scope
// (slipway doctor) and what it is for (docs/security.md).
//
// Slack's own JSON Schema knows no reserved names, so [Lint] does. The package
// speaks to nobody: whether the app that is installed is as its manifest says, is
// for slipway doctor to find out.
package manifest
