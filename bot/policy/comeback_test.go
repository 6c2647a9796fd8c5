package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// commit is one commit of a list, by the letter of its SHA.
func commit(letter string, pr int, reverts ...string) bot.Commit {
	return bot.Commit{SHA: strings.Repeat(letter, 40), PR: pr, Reverts: reverts}
}

// TestPromise8_Comebacks: what was taken back comes back inside something newer,
// unless a later commit reverts it, and no later one that.
func TestPromise8_Comebacks(t *testing.T) {
	t.Parallel()
	sha := func(letter string) string { return strings.Repeat(letter, 40) }
	for name, tt := range map[string]struct {
		brought  []bot.Commit
		reverted map[string]string // by what comes back, "" for what nothing reverts
	}{
		"nothing of it":                 {[]bot.Commit{commit("a", 0)}, nil},
		"it comes":                      {[]bot.Commit{commit("a", 0), commit("b", 12), commit("c", 0)}, map[string]string{"b": ""}},
		"it is reverted":                {[]bot.Commit{commit("b", 12), commit("c", 0, sha("b"))}, map[string]string{"b": "c"}},
		"by a short SHA":                {[]bot.Commit{commit("b", 12), commit("c", 0, "bbbbbbb")}, map[string]string{"b": "c"}},
		"by one that is too short":      {[]bot.Commit{commit("b", 12), commit("c", 0, "bbbbbb")}, map[string]string{"b": ""}},
		"by its pull request":           {[]bot.Commit{commit("b", 12), commit("c", 0, "acme/api#12")}, map[string]string{"b": "c"}},
		"by the number alone":           {[]bot.Commit{commit("b", 12), commit("c", 0, "#12")}, map[string]string{"b": "c"}},
		"another's pull request":        {[]bot.Commit{commit("b", 12), commit("c", 0, "acme/web#12")}, map[string]string{"b": ""}},
		"another pull request":          {[]bot.Commit{commit("b", 12), commit("c", 0, "acme/api#1", "#2", "#123")}, map[string]string{"b": ""}},
		"it came without pull request":  {[]bot.Commit{commit("b", 0), commit("c", 0, "#0")}, map[string]string{"b": ""}},
		"reverted before it came":       {[]bot.Commit{commit("c", 0, sha("b")), commit("b", 12)}, map[string]string{"b": ""}},
		"the revert is reverted":        {[]bot.Commit{commit("b", 12), commit("c", 13, sha("b")), commit("d", 0, "acme/api#13")}, map[string]string{"b": ""}},
		"and that is reverted too":      {[]bot.Commit{commit("b", 12), commit("c", 13, sha("b")), commit("d", 0, "#13"), commit("e", 0, sha("d"))}, map[string]string{"b": "c"}},
		"reverted, and once more":       {[]bot.Commit{commit("b", 12), commit("c", 0, sha("b")), commit("d", 0, sha("c")), commit("e", 0, sha("b"))}, map[string]string{"b": "e"}},
		"it reverts itself":             {[]bot.Commit{commit("b", 12, sha("b"))}, map[string]string{"b": ""}},
		"two come, and one is reverted": {[]bot.Commit{commit("b", 12), commit("f", 14), commit("c", 0, "#12")}, map[string]string{"b": "c", "f": ""}},
	} {
		back := policy.Comebacks([]bot.Quarantine{{SHA: sha("b"), Release: "api-2", By: "api-3"}, {SHA: sha("f"), Release: "api-4", By: "api-5"}}, tt.brought, "Acme/api")
		if len(back) != len(tt.reverted) {
			t.Errorf("%s: %+v, want %v", name, back, tt.reverted)
			continue
		}
		for _, c := range back {
			by, want := tt.reverted[c.SHA[:1]], ""
			if by != "" {
				want = sha(by)
			}
			if c.Reverted != want || c.Returns() != (want == "") || c.Release == "" || c.By == "" {
				t.Errorf("%s: %+v, want it reverted by %q", name, c, by)
			}
		}
	}
}

// TestPromise8_WhateverRevertsWhat: whoever reverts whom, in lists as long as
// GitHub's, it is told at once, and nothing is said to be reverted by what is
// reverted itself.
func TestPromise8_WhateverRevertsWhat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 250).Draw(t, "commits")
		list := make([]bot.Commit, n)
		var all []bot.Quarantine
		for i := range list {
			list[i] = bot.Commit{SHA: strings.Repeat("0", 32) + strings.ToLower(rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "sha")), PR: i + 1}
			for range rapid.IntRange(0, 3).Draw(t, "reverts") {
				list[i].Reverts = append(list[i].Reverts, list[rapid.IntRange(0, i).Draw(t, "which")].SHA)
			}
			all = append(all, bot.Quarantine{SHA: list[i].SHA})
		}
		by := map[string]string{}
		for _, c := range policy.Comebacks(all, list, "acme/api") {
			by[c.SHA] = c.Reverted
		}
		for what, reverts := range by {
			if reverts != "" && by[reverts] != "" {
				t.Fatalf("%s is said to be reverted by %s, which %s reverts", what, reverts, by[reverts])
			}
		}
	})
}

func TestQuarantine(t *testing.T) {
	t.Parallel()
	closed := &bot.Quarantine{SHA: sha, Release: "api-5", By: "api-6"}
	back := bot.Comeback{SHA: strings.Repeat("b", 40), Release: "api-2", By: "api-3"}
	reverted, untold := back, back
	reverted.Reverted, untold.Untold = strings.Repeat("c", 40), true
	runGate(t, policy.GateQuarantine, []gateCase{
		{"none", func(*policy.Facts) {}, bot.Pass, nil},
		{"without a reason", func(f *policy.Facts) { f.Quarantine = closed }, bot.Refuse, []string{"api-5 brought it", "api-6 took it back"}},
		{"with a reason", func(f *policy.Facts) {
			f.Quarantine = closed
			f.Release.Reason = "the database is mended"
		}, bot.Warn, []string{"api-6"}},
		{"inside something newer", func(f *policy.Facts) { f.Plan.Comebacks = []bot.Comeback{back} }, bot.Refuse, []string{"It brings bbbbbbb again", "api-2 brought it", "api-3 took it back"}},
		{"inside something newer, with a reason", func(f *policy.Facts) {
			f.Plan.Comebacks = []bot.Comeback{back}
			f.Release.Reason = "the database is mended"
		}, bot.Warn, []string{"It brings bbbbbbb again"}},
		{"with a reason that was given before it was taken back", func(f *policy.Facts) {
			late := back
			late.At = f.Release.RequestedAt.Add(time.Second)
			f.Plan.Comebacks = []bot.Comeback{back, late}
			f.Release.Reason = "the database is mended"
		}, bot.Refuse, []string{"It brings bbbbbbb again"}},
		{"the commit itself, likewise", func(f *policy.Facts) {
			late := *closed
			late.At = f.Release.RequestedAt.Add(time.Second)
			f.Quarantine, f.Release.Reason = &late, "the database is mended"
		}, bot.Refuse, []string{"api-5 brought it"}},
		{"several", func(f *policy.Facts) { f.Plan.Comebacks = slices.Repeat([]bot.Comeback{back}, 5) }, bot.Refuse, []string{"So it is with 2 commits more"}},
		{"reverted", func(f *policy.Facts) { f.Plan.Comebacks = []bot.Comeback{reverted} }, bot.Pass, []string{"bbbbbbb, which api-3 took back", "is reverted by ccccccc"}},
		{"one reverted, one not", func(f *policy.Facts) { f.Plan.Comebacks = []bot.Comeback{reverted, back} }, bot.Refuse, []string{"It brings bbbbbbb again"}},
		{"nobody can tell", func(f *policy.Facts) { f.Plan.Comebacks = []bot.Comeback{untold} }, bot.Refuse, []string{"It cannot be told whether it brings bbbbbbb again"}},
		{"adopted", func(f *policy.Facts) {
			f.Release.Kind = bot.Adopt
			f.Quarantine = closed
		}, bot.Refuse, nil},
	})
}
