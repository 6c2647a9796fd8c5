// Package catalog reads slipway.yaml, the one file in which an operator
// declares what slipway serves: the Slack workspace, the GitHub credentials,
// the Redis, the people and groups, and the services with their environments.
//
// # What it promises
//
// Parse is strict and reports everything at once. An unknown key, a value of the
// wrong type, a name that is not declared, a ${NAME} that the environment lacks:
// each is a Fault with line, column, path and words that say what would be right,
// and one call returns all of them. A Catalog that comes back without an error is
// complete: defaults are merged into every environment, and no reader has to ask
// again whether something was given.
//
// A large file takes no more than about twice what the YAML parser takes for it:
// nothing is compiled, read or decoded again for each service. The work is bounded
// whatever the file holds: by its size, by the number of services, environments and
// other entries allowed, and by 1,000 faults, after which Parse says that there may
// be more. What exceeds a bound is not examined further.
//
// What this version of slipway does not know is refused, never accepted and
// ignored: an operator who writes `emergency` must not believe that it holds.
//
// Secrets are of type Secret, which prints as [redacted]. A Fault quotes what
// stands in the file, never the value of a ${NAME}, and nothing at all of a value
// that is a secret.
//
// # How it works
//
// The file goes through four steps, each in files of its own:
//
//	text ──yaml.go──► node ──check.go──► checked node ──decode.go──► Catalog
//	                    ▲        ▲             │
//	                 shapes*.go ─┴─► schema.go └── agree.go
//
// The shapes say what each place of the file may hold: its keys, type, bounds,
// syntax and default. They are the one source for the check and for the JSON
// Schema that editors complete from, so the two cannot drift apart. What must fit
// together across places (a group that is named must exist, `after` must not form
// a cycle) is checked by agree.go and the functions that it calls.
//
// # What it does not do
//
// It opens no file, reads no environment variable and uses no network: the text
// and the lookup of variables are arguments. (Package time may read the system's
// table of time zones when a freeze names one.) Whether a token works or a workflow
// exists is for `slipway doctor` to find out.
package catalog
