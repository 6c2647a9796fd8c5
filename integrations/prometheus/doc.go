// Package prometheus is the health source that queries a Prometheus, or another server with
// its API (Thanos, Mimir, VictoriaMetrics): for a value, or for how many of how many were
// bad.
//
// # Answers
//
// A query must return one number. No result, several series, or a number that is not finite
// count as no answer, which is neither for nor against the service. So does a Prometheus
// that is down, too slow, refuses the query, or has only a part of the data. Of a pair, no
// result for the bad ones means 0 as long as there is a total: a counter that was never
// incremented does not exist.
//
// Past runs the same queries over the time before the release, to compare with.
//
// # Limits
//
// At most 16 queries to one server run at a time. At most 4 MiB of an answer are read, and
// at most about 1,000 points of the past are asked for.
//
// Secrets are sent only to the server that they were declared for.
package prometheus
