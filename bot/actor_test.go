package bot_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestActors: who asked is known by their person, and slipway itself is nobody's
// account, so that nothing that somebody may do as the requester is anybody's there.
func TestActors(t *testing.T) {
	t.Parallel()
	anna, ben := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}
	set := bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1}}}
	for name, tt := range map[string]struct {
		by       bot.Actor
		called   string
		asker    bot.Person
		own      bool // anna asked for it
		itself   bool
		confirms bool // its rollback waits for whoever asked
	}{
		"a person":        {by: anna, called: "anna", asker: anna, own: true, confirms: true},
		"another":         {by: ben, called: "ben", asker: ben, confirms: true},
		"at a shell":      {by: bot.AtShell{Person: anna, Shell: "build-7 by root"}, called: "anna", asker: anna, own: true, confirms: true},
		"slipway itself":  {by: bot.ByRule{Rule: "health of production"}, called: "slipway itself (health of production)", itself: true},
		"nobody is known": {by: bot.Person{}, confirms: true},
		"nothing is kept": {by: nil, confirms: true},
	} {
		r := bot.Release{Kind: bot.Rollback, Phase: bot.AwaitingApproval, Requester: tt.by, Plan: &bot.Plan{Settings: bot.Settings{Approvals: set}}}
		if got := bot.ActorName(tt.by); got != tt.called || r.Asker() != tt.asker {
			t.Errorf("%s: called %q, asked as %v", name, got, r.Asker())
		}
		if r.IsRequester(anna) != tt.own || r.IsRequester(bot.Person{}) || r.ByItself() != tt.itself {
			t.Errorf("%s: anna's %t, of nobody %t, by itself %t", name, r.IsRequester(anna), r.IsRequester(bot.Person{}), r.ByItself())
		}
		if r.Unconfirmed() != tt.confirms || r.AwaitsConfirmation() != tt.confirms {
			t.Errorf("%s: waits to be confirmed %t", name, r.Unconfirmed())
		}
		if counts := len(r.CountsFor(anna, bot.Standing{})) > 0; counts == tt.own {
			t.Errorf("%s: anna's yes counts: %t", name, counts)
		}
		if r.May(bot.TheRequester, nil, anna, bot.Standing{}) != tt.own || r.May(bot.TheRequester, nil, bot.Person{}, bot.Standing{}) {
			t.Errorf("%s: anna's word as the requester's: %t", name, r.May(bot.TheRequester, nil, anna, bot.Standing{}))
		}
	}
}
