package planner

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// straight is a code host whose commits stand in one line, a letter each, oldest
// first, of which a comparison lists the newest few.
type straight struct {
	Resolver
	commits string
	lists   int
	broken  string // a comparison from this commit fails
}

func (l *straight) Changes(_ context.Context, _, base, head string) (bot.Changes, bot.ChangedFiles, error) {
	from, to := strings.Index(l.commits, base[:1]), strings.Index(l.commits, head[:1])
	switch {
	case base[:1] == l.broken:
		return bot.Changes{}, bot.ChangedFiles{}, errors.New("no answer")
	case from < 0 || to < 0:
		return bot.Changes{Direction: bot.Unrelated}, bot.ChangedFiles{}, nil
	case from == to:
		return bot.Changes{Direction: bot.Same}, bot.ChangedFiles{}, nil
	case from > to:
		return bot.Changes{Direction: bot.Backward, Removed: from - to, Total: from - to}, bot.ChangedFiles{}, nil
	}
	var brought []bot.Commit
	for i := max(from+1, to+1-l.lists); i <= to; i++ {
		brought = append(brought, bot.Commit{SHA: strings.Repeat(l.commits[i:i+1], 40)})
	}
	return bot.Changes{Direction: bot.Forward, Total: to - from}, bot.ChangedFiles{Brought: brought}, nil
}

// TestPromise8_ComebacksBeyondTheList: where not all commits are listed it is asked
// for each in quarantine, and what cannot be told counts as coming back.
func TestPromise8_ComebacksBeyondTheList(t *testing.T) {
	t.Parallel()
	sha := func(letter string) string { return strings.Repeat(letter, 40) }
	for name, tt := range map[string]struct {
		quarantined string
		broken      string
		kind        bot.Kind
		live        string
		want        string // what comes back, with ? where nobody can tell
	}{
		"it is listed":               {quarantined: "g", want: "g"},
		"it is not listed":           {quarantined: "c", want: "c"},
		"it is live already":         {quarantined: "a", want: ""},
		"it is elsewhere":            {quarantined: "z", want: "z?"},
		"it is not told":             {quarantined: "c", broken: "c", want: "c?"},
		"it is the commit itself":    {quarantined: "h", want: ""},
		"nothing is in quarantine":   {want: ""},
		"several, the last ones":     {quarantined: "gfedcba", want: "gfedca?"},
		"it goes back":               {quarantined: "c", live: "h", want: ""},
		"it only records":            {quarantined: "g", kind: bot.Adopt, want: ""},
		"a rollback that goes forth": {quarantined: "g", kind: bot.Rollback, want: "g"},
	} {
		l := &straight{commits: "abcdefgh", lists: 2, broken: tt.broken}
		b := &builder{p: &Planner{ports: Ports{Resolver: l}}, r: bot.Release{Kind: bot.Deploy}, plan: bot.Plan{Repo: "acme/api", Commit: bot.Commit{SHA: sha("h")}}}
		if tt.kind != "" {
			b.r.Kind = tt.kind
		}
		live := "b"
		if tt.live != "" {
			live, b.plan.Commit.SHA = tt.live, sha("b")
		}
		for letter := range strings.SplitSeq(tt.quarantined, "") {
			b.quarantines = append(b.quarantines, bot.Quarantine{SHA: sha(letter), Release: "api-2", By: "api-3"})
		}
		if tt.quarantined == "" {
			b.quarantines = nil
		}
		changes, files, err := l.Changes(t.Context(), "", sha(live), b.plan.Commit.SHA)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.readComebacks(t.Context(), sha(live), changes, files.Brought); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got strings.Builder
		for _, c := range b.plan.Comebacks {
			got.WriteString(c.SHA[:1])
			if c.Untold {
				got.WriteString("?")
			}
		}
		if diff := cmp.Diff(tt.want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
