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

// judgeVersion compares the version that the service reports with the released commit.
// Another version is no fault: the release may not have arrived yet.
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

// versionIn reads the version in an answer, or says why it cannot be read.
func versionIn(a answer, path string) (version, problem string) {
	document, problem := documentOf(a)
	if problem != "" {
		return "", problem
	}
	switch found := lookUp(document, path).(type) {
	case string:
		return strings.ToLower(strings.TrimSpace(found)), ""
	case json.Number: // a SHA of digits alone, converted from YAML, may have become a number
		return found.String(), ""
	}
	return "", "the answer holds no version"
}

// Version asks a probe for the version of the service, fit for a message: a commit as it
// was reported, anything else shortened. It returns false if no good answer has one.
func (p *Prober) Version(ctx context.Context, q bot.Question) (string, bool) {
	path := q.Probe.Setting(keyVersion)
	headers, err := reach.Under(keyHeaders, q.Probe.Settings, p.secrets(q))
	if path == "" || err != nil {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, reach.Timeout(q.Probe))
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

// harmless makes the text of a service fit for a message: printable and short. It may be
// empty.
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
