// Package alertmanager asks an Alertmanager, or what speaks its API (Mimir, Grafana),
// whether an alert fires that matters: one that is silenced or inhibited does not, since
// somebody has seen to it already.
//
// # What an answer is
//
// No alert that matches is good, one is bad, and the names of the first few are told. What
// is no list of alerts is no answer: a page of HTML behind which somebody must log in, a
// redirect to another host, an Alertmanager that is too old to have the second version of
// its API (0.16), or one that refuses a matcher.
//
// An Alertmanager that has just been started knows no alerts until its Prometheus has sent
// them again, which is a minute or so. It says that there are none, and so does this
// package.
//
// # What it costs
//
// One request, of whose answer at most 8 MiB are read, an alert at a time. It stops at the
// thousandth.
package alertmanager
