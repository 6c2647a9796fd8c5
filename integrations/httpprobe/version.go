package httpprobe

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// judgeVersion compares what the service says it runs with the released
// commit. Another version is no fault: the release may be on its way.
func judgeVersion(a answer, path, sha string) (bot.SampleOutcome, string) {
	if !bot.IsVersion(sha, sha) {
		return bot.NoAnswer, "no commit to compare the version with"
	}
	version, problem := versionIn(a, path)
	switch {
	case problem != "":
		return bot.Bad, problem
	case bot.IsVersion(version, sha):
		return bot.Good, ""
	}
	return bot.NotYet, "version " + cmp.Or(harmless(version), "is empty")
}

// versionIn reads which version an answer says it is, or says why it cannot be read.
func versionIn(a answer, path string) (version, problem string) {
	document, problem := documentOf(a)
	if problem != "" {
		return "", problem
	}
	switch found := lookUp(document, path).(type) {
	case string:
		return strings.ToLower(strings.TrimSpace(found)), ""
	case json.Number: // what writes YAML as JSON takes a SHA of digits alone for one
		return found.String(), ""
	}
	return "", "the answer holds no version"
}

// Version is the version that a good answer to a probe tells, fit to be shown: a commit
// as it was told, anything else cut short. It is false where none could be had, whoever's
// fault that is.
func (p *Prober) Version(ctx context.Context, q bot.Question) (string, bool) {
	path := q.Probe.Setting(keyVersion)
	headers, err := reach.Under(keyHeaders, q.Probe.Settings, p.secrets(q))
	if path == "" || err != nil {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(max(q.Probe.Timeout, 0), defaultTimeout))
	defer cancel()
	a, err := p.get(ctx, q.Probe.Setting(keyURL), headers)
	if err != nil || a.status != wantedStatus(q.Probe) {
		return "", false
	}
	version, problem := versionIn(a, path)
	switch {
	case problem != "", version == "":
		return "", false
	case bot.CommitOf(version) != "":
		return version, true
	}
	version = harmless(version)
	return version, version != ""
}

// harmless makes a service's word fit to be shown: printable and short. Empty: nothing of it
// is.
func harmless(word string) string {
	const longest = 20
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, word))
	if len(runes) > longest {
		return strings.TrimSpace(string(runes[:longest])) + "…"
	}
	return string(runes)
}
