package engine

import (
	"log/slog"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise4_EveryWordIsWeighed: whatever somebody says to a release is
// stored with what was found out of them when it is taken from the inbox, and
// never with what came along.
func TestPromise4_EveryWordIsWeighed(t *testing.T) {
	t.Parallel()
	c := bottest.Declare(t, bottest.Ruled)
	e := New(c, Ports{People: knowing(c, everybody{}, nil), Lookout: lookout{}}, Options{}, slog.New(slog.DiscardHandler))
	ben, dora := bot.Person{ID: "U02BEN", Name: "ben"}, bot.Person{ID: "U04DORA", Name: "dora"}
	forged := bot.Standing{Groups: []string{"sre", "leads"}, Login: "x", May: true}
	said := func(by bot.Person) []bot.Event {
		return []bot.Event{
			bot.Approved{By: by, Digest: "d", Standing: forged},
			bot.Declined{By: by, Reason: "no", Standing: forged},
			bot.PointAcknowledged{By: by, Point: "p", Standing: forged},
			bot.CancelAsked{By: by, Reason: "no", Standing: forged},
			bot.RanAsserted{By: by, RunID: 7, Standing: forged},
			bot.NeverRanAsserted{By: by, Standing: forged},
			bot.SignedOff{By: by, Standing: forged},
			bot.LooksGood{By: by, Standing: forged},
			bot.EndQuarantineAsked{By: by, Reason: "mended", Standing: forged},
			bot.Withdrawn{By: by},
		}
	}
	r := bottest.Asked(bot.Deploy, "production")
	r.Plan = &bot.Plan{Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}}}}
	everything := []bot.Who{bot.TheApprover, bot.TheStopper, bot.TheAsserter, bot.TheReviewer, bot.TheJudge, bot.TheDeployer}
	for name, tt := range map[string]struct {
		by     bot.Person
		change func(*bot.Release)
		may    []bot.Who // whose word theirs is
	}{
		"a member":     {by: ben, may: everything},
		"the member's": {by: ben, change: func(r *bot.Release) { r.Requester = ben }, may: []bot.Who{bot.TheStopper, bot.TheAsserter, bot.TheDeployer}},
		"somebody":     {by: dora},
		"somebody's":   {by: dora, change: func(r *bot.Release) { r.Requester = dora }, may: []bot.Who{bot.TheStopper}},
		"without plan": {by: ben, change: func(r *bot.Release) { r.Plan = nil }, may: []bot.Who{bot.TheStopper, bot.TheAsserter, bot.TheJudge, bot.TheDeployer}},
		"where anybody may deploy": {
			by: dora, change: func(r *bot.Release) { r.Target.Environment, r.Plan = "staging", nil },
			may: []bot.Who{bot.TheStopper, bot.TheAsserter, bot.TheJudge, bot.TheDeployer},
		},
		"where nobody knows the target": {by: ben, change: func(r *bot.Release) { r.Plan, r.Target.Environment = nil, "mars" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := bot.Claim{Release: r, Inbox: said(tt.by)}
			if tt.change != nil {
				tt.change(&c.Release)
			}
			for i, ev := range e.weigh(t.Context(), c).Inbox {
				_, who, isWord := bot.SpeakerOf(ev)
				want := bot.Standing{May: slices.Contains(tt.may, who)}
				if tt.by == ben {
					want.Login = "ben-gh"
					if slices.Contains(c.Release.Asks(who, e.catalog.Grants(c.Release.Targets())), "sre") {
						want.Groups = []string{"sre"}
					}
				}
				expected := bot.Weighed(said(tt.by)[i], want)
				if diff := cmp.Diff(expected, ev); diff != "" || isWord == (expected == bot.Event(bot.Withdrawn{By: tt.by})) {
					t.Errorf("weighed (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestPromise4_NobodysWordWhoHasLeft: no word of somebody counts who is not, or
// not known to be, a full member when it is weighed.
func TestPromise4_NobodysWordWhoHasLeft(t *testing.T) {
	t.Parallel()
	ben := bot.Person{ID: "U02BEN", Name: "ben"}
	for name, team := range map[string]everybody{
		"they have left":             {gone: []string{"U02BEN"}},
		"it could not be found out":  {unknown: true},
		"they are there, for a test": {},
	} {
		c := bottest.Declare(t, bottest.Ruled)
		e := New(c, Ports{People: knowing(c, team, nil), Lookout: lookout{}}, Options{}, slog.New(slog.DiscardHandler))
		r := bottest.Starting()
		r.Phase, r.Plan.Settings.Approvals.Sets = bot.AwaitingApproval, []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}
		r.Emergency.Asked = true
		claim := e.weigh(t.Context(), bot.Claim{Release: r, Inbox: []bot.Event{
			bot.Approved{By: ben},
			bot.Declined{By: ben},
			bot.PointAcknowledged{By: ben},
			bot.RanAsserted{By: ben},
			bot.NeverRanAsserted{By: ben},
			bot.SignedOff{By: ben},
			bot.EndQuarantineAsked{By: ben},
		}})
		for _, ev := range claim.Inbox {
			counts := false
			switch ev := ev.(type) {
			case bot.Approved:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.Declined:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.PointAcknowledged:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.RanAsserted:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.NeverRanAsserted:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.SignedOff:
				counts = r.MaySignOff(ben, ev.Standing)
			case bot.EndQuarantineAsked:
				counts = ev.Standing.May
			default:
			}
			if counts != (len(team.gone) == 0 && !team.unknown) {
				t.Errorf("%s: %T counts: %t", name, ev, counts)
			}
		}
	}
}

// TestPromise3_AMoveIsSeenBeforeAYes: whoever says yes to a waiting release says it
// to what would happen now. What cannot be read counts as moved.
func TestPromise3_AMoveIsSeenBeforeAYes(t *testing.T) {
	t.Parallel()
	ben := bot.Person{ID: "U02BEN", Name: "ben"}
	for name, tt := range map[string]struct {
		phase   bot.Phase
		said    bot.Event
		lookout lookout
		moved   bool
	}{
		"something else is live": {bot.AwaitingApproval, bot.Approved{By: ben}, lookout{live: bot.LiveMoved{}}, true},
		"a point is ticked off":  {bot.AwaitingApproval, bot.PointAcknowledged{By: ben}, lookout{live: bot.LiveMoved{}}, true},
		"it is confirmed":        {bot.AwaitingApproval, bot.Confirmed{By: ben}, lookout{live: bot.LiveMoved{}}, true},
		"nobody knows":           {bot.AwaitingApproval, bot.Approved{By: ben}, lookout{err: bottest.Failing(bot.Unavailable)}, true},
		"the same is live":       {bot.AwaitingApproval, bot.Approved{By: ben}, lookout{}, false},
		"it is a no":             {bot.AwaitingApproval, bot.Declined{By: ben}, lookout{live: bot.LiveMoved{}}, false},
		"it waits no more":       {bot.Queued, bot.Approved{By: ben}, lookout{live: bot.LiveMoved{}}, false},
	} {
		c := bottest.Declare(t, bottest.Ruled)
		e := New(c, Ports{People: knowing(c, everybody{}, nil), Lookout: tt.lookout}, Options{}, slog.New(slog.DiscardHandler))
		r := bottest.Starting()
		r.Phase = tt.phase
		claim := e.weigh(t.Context(), bot.Claim{Release: r, Inbox: []bot.Event{tt.said}})
		if _, moved := claim.Inbox[0].(bot.LiveMoved); moved != tt.moved || len(claim.Inbox) == 2 != tt.moved {
			t.Errorf("%s: %#v", name, claim.Inbox)
		}
	}
}
