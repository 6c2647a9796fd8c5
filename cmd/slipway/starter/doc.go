// Package starter writes the files with which somebody begins: slipway.yaml, the
// manifest of the Slack app, .env and the workflow, from a few answers.
//
// It is pure: answers in, texts out. slipway init asks the questions, writes the files, and
// sees to it that nothing is overwritten that somebody has changed. A workflow that exists
// already is not replaced: [Adapted] adds what it lacks, and slipway init writes the
// difference as a patch for git apply.
//
// slipway.yaml never contains a secret: it names variables, whose values are in .env.
package starter
