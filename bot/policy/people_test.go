package policy_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestRollbackTarget(t *testing.T) {
	t.Parallel()
	healthy := func(id, sha string) bot.Past { return bot.Past{Release: id, SHA: sha, Healthy: true} }
	quarantined := bot.Past{Release: "api-4", SHA: "c", Healthy: true, Quarantined: true}
	tests := []struct {
		name    string
		history []bot.Past
		want    string // empty: nowhere
	}{
		{"no history", nil, ""},
		{"only what is live", []bot.Past{healthy("api-5", "live"), healthy("api-4", "live")}, ""},
		{"the newest that differs", []bot.Past{healthy("api-5", "live"), healthy("api-4", "b"), healthy("api-3", "a")}, "api-4"},
		{"not one that was unhealthy", []bot.Past{{Release: "api-4", SHA: "b"}, healthy("api-3", "a")}, "api-3"},
		{"not one in quarantine", []bot.Past{quarantined, healthy("api-3", "a")}, "api-3"},
		{"nor another release of its commit", []bot.Past{quarantined, healthy("api-3", "c"), healthy("api-2", "a")}, "api-2"},
		{"not one without a commit", []bot.Past{healthy("api-4", "")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, found := policy.RollbackTarget(tt.history, "live")
			if got.Release != tt.want || found != (tt.want != "") {
				t.Errorf("RollbackTarget = %q, %t, want %q", got.Release, found, tt.want)
			}
		})
	}
}

func TestRollbackTargetIsAlwaysAWayBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOf(rapid.Custom(func(t *rapid.T) bot.Past {
			return bot.Past{
				SHA:     rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "sha"),
				Healthy: rapid.Bool().Draw(t, "healthy"), Quarantined: rapid.Bool().Draw(t, "quarantined"),
			}
		})).Draw(t, "history")
		got, found := policy.RollbackTarget(history, "a")
		if !found {
			return
		}
		closed := slices.ContainsFunc(history, func(p bot.Past) bool { return p.SHA == got.SHA && p.Quarantined })
		if !got.Healthy || got.SHA == "a" || got.SHA == "" || closed {
			t.Fatalf("RollbackTarget = %+v", got)
		}
	})
}

func TestMayApprove(t *testing.T) {
	t.Parallel()
	anna, ben := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}
	inSRE := bot.Standing{Groups: []string{"sre"}}
	rule := func(self bool, from ...string) *bot.Plan {
		return &bot.Plan{Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: from, Self: self}}}}}
	}
	tests := []struct {
		name string
		plan *bot.Plan
		who  policy.Approver
		want bot.Outcome
	}{
		{"another full member", rule(false), policy.Approver{Person: ben}, bot.Pass},
		{"the requester", rule(false), policy.Approver{Person: anna}, bot.Refuse},
		{"the requester in the group", rule(false, "sre"), policy.Approver{Person: anna, Standing: inSRE}, bot.Refuse},
		{"the requester where it is allowed", rule(true), policy.Approver{Person: anna}, bot.Pass},
		{"allowed, but not in the group", rule(true, "sre"), policy.Approver{Person: anna}, bot.Refuse},
		{"in the group", rule(false, "sre"), policy.Approver{Person: ben, Standing: inSRE}, bot.Pass},
		{"in one of the groups", rule(false, "leads", "sre"), policy.Approver{Person: ben, Standing: inSRE}, bot.Pass},
		{"not in the group", rule(false, "sre"), policy.Approver{Person: ben}, bot.Refuse},
		{"a guest in the group", rule(false, "sre"), policy.Approver{Person: ben, Guest: true, Standing: inSRE}, bot.Refuse},
		{"nobody", rule(false), policy.Approver{Standing: inSRE}, bot.Refuse},
		{"no plan yet", nil, policy.Approver{Person: ben, Standing: inSRE}, bot.Refuse},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := policy.MayApprove(bot.Release{ID: "api-7", Requester: anna, Plan: tt.plan}, tt.who)
			if got.Outcome != tt.want {
				t.Errorf("MayApprove = %s (%s), want %s", got.Outcome, got.Reason, tt.want)
			}
			if got.Outcome == bot.Refuse && got.Mend == "" {
				t.Errorf("the refusal %q says nothing that would help", got.Reason)
			}
		})
	}
}

// TestEachGroupIsNamedOnce: whoever could say it instead is told by groups, each of
// them once, however many rules name it.
func TestEachGroupIsNamedOnce(t *testing.T) {
	t.Parallel()
	sre := bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}}
	release := bot.Release{ID: "api-7", Requester: bot.Person{ID: "U1", Name: "anna"}, Plan: &bot.Plan{Settings: bot.Settings{Approvals: sre}}}
	grant := func(deployers, emergency []string) bot.Grants {
		return bot.Grants{Declared: true, Deployers: deployers, Emergency: emergency, Approvals: sre}
	}
	for name, tt := range map[string]struct {
		who    bot.Who
		grants []bot.Grants
		want   string
	}{
		"one of them in all":     {bot.TheStopper, []bot.Grants{grant([]string{"sre", "leads"}, []string{"sre"})}, "anna or a member of sre or leads"},
		"three of them":          {bot.TheStopper, []bot.Grants{grant([]string{"devs"}, []string{"leads"})}, "anna or a member of devs, sre or leads"},
		"everybody":              {bot.TheStopper, []bot.Grants{grant(nil, []string{"leads"})}, "a full member of the team"},
		"approvers and who runs": {bot.TheAsserter, []bot.Grants{grant([]string{"sre", "devs"}, nil)}, "a member of sre or devs"},
		"approvers alone":        {bot.TheAsserter, []bot.Grants{grant(nil, nil)}, "a member of sre"},
		"of several targets":     {bot.TheDeployer, []bot.Grants{grant([]string{"sre"}, nil), grant([]string{"devs"}, nil)}, "a member of sre who is also a member of devs"},
		"of several, the same":   {bot.TheCloser, []bot.Grants{grant([]string{"sre"}, []string{"sre"}), grant([]string{"sre"}, []string{"sre"})}, "a member of sre"},
	} {
		if got := policy.Could(tt.who, release, tt.grants); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
