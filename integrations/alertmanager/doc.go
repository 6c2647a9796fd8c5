// Package alertmanager is the health source that asks an Alertmanager, or another server
// with its API (Mimir, Grafana), whether any of the given alerts fire. Silenced and
// inhibited alerts do not count, since somebody has dealt with them.
//
// # Answers
//
// An answer is good if no matching alert fires, and bad otherwise; a bad one names the
// first few alerts. Everything that is no list of alerts counts as no answer: the HTML of a
// login page, a redirect to another host, an Alertmanager before 0.16, which lacks version
// 2 of the API, or one that rejects a matcher.
//
// An Alertmanager that has just been started knows no alerts until Prometheus sends them
// again, after about a minute. Until then it reports none, and so does this package.
//
// # Limits
//
// There is one request a question. At most 8 MiB of its answer are read, and at most 1,000
// alerts.
package alertmanager
