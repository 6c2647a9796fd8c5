// Package githubsim is GitHub for tests, stories and the demo: a real HTTP
// server that speaks the part of GitHub's REST API and webhooks that a
// deployment bot needs, so that the real adapter is driven over a real wire
// and only its base URL differs.
//
// A Server holds repositories (branches, tags, commits, files, pull requests,
// statuses, check runs), workflows read from the YAML files in them, workflow
// runs and deployments, all in memory behind one mutex. A test seeds it through
// Go calls ([Server.Repo], [Repo.Commit], [Repo.SetCheck]); a story that drives
// another process does the same over HTTP with short verbs (POST /_sim/do, see
// control.go).
//
// Runs do not live by themselves. Either a [Script] plays them on a schedule,
// or the test moves them by hand ([Server.StartRun], [Server.FinishJob],
// [Server.FinishRun]) and so decides the order of everything.
//
// Faults are switched on by the test: see [Fault] for the API and [HookFault]
// for webhooks. A new run can be kept out of listings for a while
// ([Server.SetLag]), since GitHub's listings are eventually consistent.
//
// With [Options.Contract] every request and every answer is checked against
// GitHub's own OpenAPI description (package openapi reads it); a request or answer
// that does not fit it becomes a 500 that names the violation.
//
// It has GitHub's own mind where that matters to a deployment: concurrency groups
// (concurrency.go), environments with rules (environments.go), permissions that a
// token lacks ([Server.Limit]), and Apps whose tokens must be signed
// ([Server.SetApp]). Each job of a run leaves a check run on the run's head
// commit, whatever event began the run ([Repo.Trigger] makes one that was not
// dispatched). A repository can be archived, and GitHub Actions or one workflow be
// switched off.
//
// What it does not do: groups of single jobs, log archives, and every operation
// that nobody here calls. An unknown path answers 404, as GitHub does.
package githubsim
