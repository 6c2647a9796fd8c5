package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// TestARefusalIsSaidAtItsField: what would be refused is refused while the form stands in
// which it can be mended, each rule at the field that it is about, and nothing is stored.
func TestARefusalIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	refusal := func(gate string) bot.Gate {
		return bot.Gate{Name: gate, Outcome: bot.Refuse, Reason: gate + " refuses.", Mend: "Mend " + gate + "."}
	}
	locked := refusal(policy.GateLock)
	locked.Who = []string{"ben", "cleo"}
	back := bot.RollbackEntry{Target: production, To: "api-140"}
	deploy := bot.DeployEntry{Target: production, Ref: "main"}
	for name, tt := range map[string]struct {
		entry bot.Entry
		gates []bot.Gate
		says  map[bot.Field]string
	}{
		"locked": {deploy, []bot.Gate{locked}, map[bot.Field]string{bot.FieldTarget: "lock refuses. Mend lock. Ask: ben or cleo."}},
		"no right, wrong channel, frozen": {deploy, []bot.Gate{refusal(policy.GateDeployers), refusal(policy.GateChannel), refusal(policy.GateFreeze)}, map[bot.Field]string{
			bot.FieldTarget: "deployers refuses. Mend deployers. channel refuses. Mend channel. freeze refuses. Mend freeze.",
		}},
		"nothing that may go":     {deploy, []bot.Gate{refusal(policy.GateBranch), refusal(policy.GateChecks)}, map[bot.Field]string{bot.FieldRef: "branch refuses. Mend branch. checks refuses. Mend checks."}},
		"it needs a reason":       {deploy, []bot.Gate{refusal(policy.GateQuarantine)}, map[bot.Field]string{bot.FieldReason: "quarantine refuses. Say here why it may come back."}},
		"at all of them":          {deploy, []bot.Gate{refusal(policy.GateLock), refusal(policy.GateAfter), refusal(policy.GateQuarantine)}, map[bot.Field]string{bot.FieldTarget: "lock refuses. Mend lock.", bot.FieldRef: "after refuses. Mend after.", bot.FieldReason: "quarantine refuses. Say here why it may come back."}},
		"only a warning":          {deploy, []bot.Gate{{Name: policy.GateSize, Outcome: bot.Warn, Reason: "much"}}, nil},
		"a rollback of the taken": {back, []bot.Gate{refusal(policy.GateQuarantine)}, map[bot.Field]string{bot.FieldReason: "quarantine refuses. Say here why it may come back."}},
		"a rollback of a locked":  {back, []bot.Gate{refusal(policy.GateLock)}, map[bot.Field]string{bot.FieldTarget: "lock refuses. Mend lock."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			answer, err := desk(t, h, &library{}, &seer{gates: tt.gates}).Submit(t.Context(), bot.Submission{Entry: tt.entry, By: anna, Key: "k"})
			if err != nil {
				t.Fatal(err)
			}
			p, refused := answer.(bot.Problem)
			said := map[bot.Field]string{}
			if refused {
				said[p.Field] = p.Says
			}
			for _, f := range p.Beside {
				said[f.Field] = f.Says
			}
			for field, want := range tt.says {
				if said[field] != want {
					t.Errorf("at %s it says %q, want %q", field, said[field], want)
				}
			}
			if len(said) != len(tt.says) || len(h.drafts) == 0 != refused {
				t.Errorf("answered %+v, and %d releases were stored", answer, len(h.drafts))
			}
		})
	}
}

// TestAFormIsNotHeldUp: what is not known in time, or cannot be read, is left to the
// plan; so is what somebody asks too often.
func TestAFormIsNotHeldUp(t *testing.T) {
	t.Parallel()
	unread := []bot.Gate{{Name: policy.GateDeployers, Outcome: bot.Refuse, Reason: "It could not be read who is in sre."}}
	for name, tt := range map[string]struct {
		seer    *seer
		refused string
	}{
		"slow":                   {&seer{hangs: true, gates: unread}, ""},
		"GitHub does not answer": {&seer{err: &bot.Error{Kind: bot.Unavailable}}, ""},
		"there is no workflow":   {&seer{err: &bot.Error{Kind: bot.NotFound, Says: "acme/api has no deploy.yml"}}, "acme/api has no deploy.yml."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			begun := time.Now()
			answer, err := desk(t, h, &library{}, tt.seer).Submit(t.Context(), bot.Submission{Entry: bot.DeployEntry{Target: production}, By: anna, Key: "k"})
			p, _ := answer.(bot.Problem)
			if err != nil || p.Says != tt.refused || len(h.drafts) == 0 != (tt.refused != "") || time.Since(begun) > 2*time.Second {
				t.Errorf("answered %+v after %s, %v; %d releases stored", answer, time.Since(begun), err, len(h.drafts))
			}
		})
	}
	h := newHouse(t)
	s := &seer{}
	c := desk(t, h, &library{}, s)
	for i := range 100 {
		if _, err := c.Submit(t.Context(), bot.Submission{Entry: bot.DeployEntry{Target: staging}, By: anna, Key: "k" + strings.Repeat("k", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.drafts) > 70 || len(h.drafts) != 100 {
		t.Errorf("%d plans were worked out for %d releases", len(s.drafts), len(h.drafts))
	}
}

// TestTargetsAreFound: of many targets those that fit come first, however somebody
// writes them.
func TestTargetsAreFound(t *testing.T) {
	t.Parallel()
	c := newCommands(t, newHouse(t))
	for _, tt := range []struct {
		typed, first string
		n            int
	}{
		{"", "api → staging", 5},
		{"api", "api → staging", 2},
		{"API prod", "api → production", 1},
		{"api → production", "api → production", 1},
		{"api production", "api → production", 1},
		{"api/production", "api → production", 1},
		{"api to production", "api → production", 1},
		{"production", "api → production", 2},
		{"production web", "web → production", 1},
		{"to", "", 0},
		{"ho", "shop → eu", 2},
		{"u", "shop → us", 4},
		{"<!channel> *shop*", "", 0},
		{strings.Repeat("api ", 5000), "api → staging", 2},
		{"nothing", "", 0},
		{"→", "api → staging", 5},
	} {
		found := c.Targets(bot.Typing{Text: tt.typed, By: anna})
		if len(found) != tt.n || tt.n > 0 && found[0].String() != tt.first {
			t.Errorf("%.40q offers %v, want %d, and %s first", tt.typed, found, tt.n, tt.first)
		}
	}
	if found := c.Targets(bot.Typing{By: anna, Guest: true}); len(found) > 0 {
		t.Errorf("a guest is offered %v", found)
	}
}

func (s *seer) hang(ctx context.Context) {
	if s.hangs {
		<-ctx.Done()
	}
}
