package bot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise4_CountsFor goes through whose yes counts for what.
func TestPromise4_CountsFor(t *testing.T) {
	t.Parallel()
	anna, ben := bot.Person{ID: "U01ANNA"}, bot.Person{ID: "U02BEN"}
	sre := bot.ApprovalSet{Count: 1, From: []string{"sre"}}
	owners := bot.ApprovalSet{Count: 1, From: []string{"leads", "owners"}}
	tests := map[string]struct {
		who      bot.Person
		standing bot.Standing
		want     []int
	}{
		"in none":                    {ben, bot.Standing{}, []int{2}},
		"in the first":               {ben, bot.Standing{Groups: []string{"sre"}}, []int{0, 2}},
		"in one of the second":       {ben, bot.Standing{Groups: []string{"owners"}}, []int{1, 2}},
		"in both":                    {ben, bot.Standing{Groups: []string{"owners", "sre"}}, []int{0, 1, 2}},
		"the requester":              {anna, bot.Standing{Groups: []string{"owners", "sre", "own"}}, []int{3}},
		"wrote nothing":              {ben, bot.Standing{Login: "ben-gh"}, []int{2, 4}},
		"wrote a commit":             {ben, bot.Standing{Login: "Cleo-GH"}, []int{2}},
		"nobody":                     {bot.Person{}, bot.Standing{Groups: []string{"sre"}}, nil},
		"the requester wrote a part": {anna, bot.Standing{Groups: []string{"own"}, Login: "cleo-gh"}, []int{3}},
	}
	r := bot.Release{Requester: anna, Plan: &bot.Plan{
		Commit:  bot.Commit{Login: "cleo-gh"},
		Changes: bot.Changes{Direction: bot.Forward, Total: 2, Authors: []string{"cleo-gh", "dora-gh"}},
		Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{
			sre, owners, {Count: 1}, {Count: 1, Self: true, From: []string{"own"}}, {Count: 1, NotAuthors: true},
		}}},
	}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, r.CountsFor(tt.who, tt.standing)); diff != "" {
				t.Errorf("CountsFor (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWrote: who cannot be shown to have written nothing is not taken for it.
func TestWrote(t *testing.T) {
	t.Parallel()
	known := bot.Plan{
		Commit:  bot.Commit{Login: "cleo-gh"},
		Changes: bot.Changes{Direction: bot.Forward, Total: 2, Authors: []string{"cleo-gh", "dora-gh"}},
	}
	tests := map[string]struct {
		login  string
		change func(*bot.Plan)
		want   bot.Authorship
	}{
		"a stranger":                {"ben-gh", func(*bot.Plan) {}, bot.WroteNothing},
		"an author":                 {"DORA-gh", func(*bot.Plan) {}, bot.WroteSome},
		"no account known":          {"", func(*bot.Plan) {}, bot.WroteUnknown},
		"some commits are nobody's": {"ben-gh", func(p *bot.Plan) { p.Changes.Unnamed = 1 }, bot.WroteUnknown},
		"an author all the same":    {"dora-gh", func(p *bot.Plan) { p.Changes.Unnamed = 1 }, bot.WroteSome},
		"no common history":         {"ben-gh", func(p *bot.Plan) { p.Changes = bot.Changes{Direction: bot.Unrelated} }, bot.WroteUnknown},
		"the first deploy":          {"ben-gh", func(p *bot.Plan) { p.Changes = bot.Changes{} }, bot.WroteNothing},
		"the first deploy's author": {"cleo-gh", func(p *bot.Plan) { p.Changes = bot.Changes{} }, bot.WroteSome},
		"the tip is nobody's":       {"ben-gh", func(p *bot.Plan) { p.Commit.Login = "" }, bot.WroteUnknown},
		"the same commit once more": {"cleo-gh", func(p *bot.Plan) { p.Changes = bot.Changes{Direction: bot.Same} }, bot.WroteNothing},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := known
			tt.change(&plan)
			if got := plan.Wrote(tt.login); got != tt.want {
				t.Errorf("Wrote(%q) = %s, want %s", tt.login, got, tt.want)
			}
		})
	}
}
