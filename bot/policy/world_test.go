package policy_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// budget is the rule of a number that must be within its bound.
func budget() bot.Probe { return bot.Probe{Name: "budget", Source: "prometheus"} }

// itself is the rule that the target is well.
func itself() bot.Probe { return bot.Probe{Name: "health", Source: bot.OwnHealth} }

func glance(probe string, state bot.Wellness, saw, bound string) bot.Glance {
	return bot.Glance{Probe: probe, State: state, Saw: saw, Bound: bound}
}

func TestWorld(t *testing.T) {
	t.Parallel()
	seen := func(rule bot.Probe, glances ...bot.Glance) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Current = &bot.Past{Release: "api-6", SHA: "fedc"}
			f.Plan.Settings.Rules.World = []bot.Probe{rule}
			f.World = []policy.Seen{{Name: rule.Name, Glances: glances}}
		}
	}
	runGate(t, policy.GateWorld, []gateCase{
		{"within its bound", seen(budget(), glance("budget", bot.Well, "1.2", "at most 14.4")), bot.Pass, []string{"Outside, budget is well now: 1.2 (good: at most 14.4)."}},
		{"beyond its bound", seen(budget(), glance("budget", bot.NotWell, "20", "at most 14.4")), bot.Refuse, []string{"Outside, budget is not well now: 20 (good: at most 14.4)."}},
		{"not to be told", seen(budget(), glance("budget", bot.NotTold, "Prometheus cannot be reached", "at most 14.4")), bot.Refuse, []string{"It cannot be told whether budget is well now: Prometheus cannot be reached (good: at most 14.4)."}},
		{"one look cannot show it", seen(budget(), glance("budget", bot.NotShown, "5", "")), bot.Refuse, []string{"It cannot be told whether budget is well now"}},
		{"nobody looked", func(f *policy.Facts) { f.Plan.Settings.Rules.World = []bot.Probe{budget()} }, bot.Refuse, []string{"nobody looked"}},
		{"something else was looked at", func(f *policy.Facts) {
			f.Plan.Settings.Rules.World = []bot.Probe{budget()}
			f.World = []policy.Seen{{Name: "pages", Glances: []bot.Glance{glance("pages", bot.Well, "none fires", "")}}}
		}, bot.Refuse, []string{"nobody looked"}},
		{"a wellness of a later version", seen(budget(), glance("budget", "newer", "5", "")), bot.Refuse, []string{"cannot be told"}},
		{"long words", seen(budget(), glance("budget", bot.NotWell, strings.Repeat("x", 1000), "")), bot.Refuse, []string{"…"}},

		{"the target is well", seen(itself(), glance("up", bot.Well, "a good answer", "status 200"), glance("free", bot.NotShown, "5", "")), bot.Pass, []string{"What is live on api → production is well now: up: a good answer (good: status 200)."}},
		{"the target is not", seen(itself(), glance("up", bot.NotWell, "status 503", "status 200"), glance("latency", bot.NotTold, "nothing", "")), bot.Refuse, []string{"is not well now: up: status 503 (good: status 200)."}},
		{"nobody can tell of one", seen(itself(), glance("up", bot.Well, "", ""), glance("latency", bot.NotTold, "the query found nothing", "at most 1")), bot.Refuse, []string{"cannot be told", "latency: the query found nothing (good: at most 1)"}},
		{"no probe tells at once", seen(itself(), glance("free", bot.NotShown, "5", "")), bot.Refuse, []string{"cannot be told"}},
		{"nobody asked its probes", seen(itself()), bot.Refuse, []string{"cannot be told"}},
		{"nothing is live there", func(f *policy.Facts) { f.Plan.Settings.Rules.World = []bot.Probe{itself()} }, bot.Pass, []string{"Nothing is known to be live on api → production"}},
	})
}

// TestWorld_EachEntryIsAGate: each says what it saw, and an emergency passes them all.
func TestWorld_EachEntryIsAGate(t *testing.T) {
	t.Parallel()
	f := good()
	f.Plan.Settings.Rules.World = []bot.Probe{{Name: "pages", Source: "alerts"}, budget()}
	f.World = []policy.Seen{
		{Name: "pages", Glances: []bot.Glance{glance("pages", bot.NotWell, "1 alert fires: DiskFull", "no alert")}},
		{Name: "budget", Glances: []bot.Glance{glance("budget", bot.NotTold, "the query found nothing", "at most 14.4")}},
	}
	f.Plan.Settings.Rules.Emergency = []string{"sre"}
	refused := policy.Decide(f).Refusals()
	if len(refused) != 2 || !strings.Contains(refused[0].Reason, "DiskFull") || !strings.Contains(refused[1].Reason, "found nothing") {
		t.Fatalf("refused by %+v", refused)
	}
	if !strings.Contains(refused[1].Mend, "a member of sre may pass whatever is in the way here with --emergency and --reason") {
		t.Errorf("who may pass it is not said: %q", refused[1].Mend)
	}
	f.Release.Emergency.Asked, f.Emergency.Allowed, f.Release.Reason = true, true, "the shop is down"
	if d := policy.Decide(f); !d.Allowed() || len(d.Passed()) != 1 || d.Passed()[0] != policy.GateWorld {
		t.Errorf("an emergency: passed %v, refused by %v", d.Passed(), d.Refusals())
	}
}

// TestWorld_HoldsWhatComesAlone: neither the way back nor what is live already is held.
func TestWorld_HoldsWhatComesAlone(t *testing.T) {
	t.Parallel()
	for kind, want := range map[bot.Kind]bool{bot.Deploy: true, bot.Preview: true, bot.Rollback: false, bot.Adopt: false} {
		f := good()
		f.Release.Kind = kind
		f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: true}
		f.Plan.Settings.Rules.World = []bot.Probe{budget()}
		asked := false
		for _, g := range policy.Decide(f).Gates {
			asked = asked || g.Name == policy.GateWorld
		}
		if asked != want {
			t.Errorf("%s: asked %t", kind, asked)
		}
	}
}

// TestWorld_IsAskedAtTheStart: when facts at the code host are fresh it is asked all the
// same, and while a release waits what it said stays.
func TestWorld_IsAskedAtTheStart(t *testing.T) {
	t.Parallel()
	f := good()
	f.Plan.Settings.Rules.World = []bot.Probe{budget()}
	f.World = []policy.Seen{{Name: "budget", Glances: []bot.Glance{glance("budget", bot.Well, "1", "")}}}
	before := policy.Decide(f)
	f.World[0].Glances = []bot.Glance{glance("budget", bot.NotWell, "20", "")}
	if got := gateOf(t, policy.Update(before, f), policy.GateWorld); got.Outcome != bot.Refuse {
		t.Errorf("right before the start it %s", got.Outcome)
	}
	f.World = nil
	if got := gateOf(t, policy.Again(before, f), policy.GateWorld); got.Outcome != bot.Pass {
		t.Errorf("while it waits it %s", got.Outcome)
	}
}

// worldRefusals are those of the world, with what their words depend on.
func worldRefusals() []refusalCase {
	seen := func(name string, rule bot.Probe, glances ...bot.Glance) refusalCase {
		return refusalCase{name, func(f *policy.Facts) {
			f.Plan.Current = &bot.Past{Release: "api-6", SHA: "fedc", Phase: bot.Failed, Arrival: bot.NeverCame}
			f.Plan.Settings.Rules.World, f.World = []bot.Probe{rule}, []policy.Seen{{Name: rule.Name, Glances: glances}}
		}}
	}
	return []refusalCase{
		seen("an alert fires", bot.Probe{Name: "pages"}, glance("pages", bot.NotWell, "2 alerts fire: HighErrorRate, DiskFull", `no alert with severity="page", service="api"`)),
		seen("a number is beyond its bound", budget(), glance("budget", bot.NotWell, "20", "at most 14.4")),
		seen("it cannot be told", budget(), glance("budget", bot.NotTold, "Prometheus cannot be reached", "at most 14.4")),
		seen("the target is not well", itself(), glance("up", bot.NotWell, "status 503", "status 200"), glance("errors", bot.NotWell, "2% (20 of 1,000)", "at most 1%")),
		seen("nobody can tell whether it is", itself(), glance("up", bot.Well, "a good answer", "status 200"), glance("errors", bot.NotTold, "the query found nothing", "at most 1%")),
	}
}
