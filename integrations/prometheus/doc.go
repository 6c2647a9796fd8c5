// Package prometheus asks a Prometheus, or what speaks its API (Thanos, Mimir,
// VictoriaMetrics), how a service is: a value, or how many of how many were bad.
//
// # What an answer is
//
// A query must find one number. One that finds nothing, several series, or what is no
// finite number gives no answer: it speaks neither for nor against the service, as does a
// Prometheus that is down, slow, refuses, or has only a part of its data. Of a pair, nothing found for the bad ones is
// none, as long as the total is there: a counter that nothing was counted in does not
// exist.
//
// The same query can be asked for the time before the release (Past), which is what
// makes a comparison possible.
//
// # What it costs
//
// At most 16 queries are in flight to one server, and an answer is read up to 4 MiB. A
// query is asked for at most 1,000 points of the past.
//
// Secrets go to the server that they were declared for, and to no other.
package prometheus
