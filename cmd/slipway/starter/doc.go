// Package starter writes the files with which somebody begins: slipway.yaml, the
// manifest of the Slack app, .env and the workflow, from a few answers.
//
// It is pure: answers in, texts out. What is asked, looked up and written to disk is
// slipway init's; so is that nothing is overwritten that somebody has changed. A
// workflow that is there already is not replaced: [Patch] says what it lacks, as a
// patch that git apply takes.
//
// No secret ever stands in slipway.yaml: it names variables, and .env holds them.
package starter
