package reconciler

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise12_WhenASourceIsSaidToBeHeldBack: with the third try that fails, unless
// another replica has compared it; a comparison that was cut short by a stop has one
// more. As soon as it is compared after all, what was said is over, and the next
// fault counts from one.
func TestPromise12_WhenASourceIsSaidToBeHeldBack(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		tries   int
		stopped bool
		another bool // replica has compared it
		away    bool // the store does not say so
		held    int
	}{
		"twice":                    {tries: 2},
		"three times":              {tries: 3, held: 2},
		"four times":               {tries: 4, held: 2},
		"three times, and stopped": {tries: 3, stopped: true},
		"four times, and stopped":  {tries: 4, stopped: true, held: 2},
		"another replica manages":  {tries: 4, another: true},
		"which nobody can say":     {tries: 4, away: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPast()
			p.fails["acme/api"] = bottest.Failing(bot.Unavailable)
			api := source{repo: "acme/api", workflow: "deploy.yml"}
			p.compared[api.String()] = tt.another
			rc := p.reconciler(t)
			if tt.away {
				rc.ports.Comparisons = silent{p}
			}
			ctx, stop := context.WithCancel(t.Context())
			if tt.stopped {
				stop()
			}
			defer stop()
			for range tt.tries {
				rc.compareRuns(ctx, "epoch", -time.Second)
				rc.epochs.hurry()
			}
			if len(p.doubts) != tt.held {
				t.Errorf("held back are %v", p.doubts)
			}
			delete(p.fails, "acme/api")
			if rc.compareRuns(t.Context(), "epoch", -time.Second); len(p.doubts) != 0 || !rc.epochs.is("epoch", api) {
				t.Errorf("compared, and yet held back are %v", p.doubts)
			}
		})
	}
}

// silent does not say what was compared.
type silent struct{ *past }

func (silent) Compared(context.Context, string, string) (bool, error) {
	return false, bottest.Failing(bot.Unavailable)
}

// TestASourceThatAnswersAgainIsTriedSoon: what failed before counts no more.
func TestASourceThatAnswersAgainIsTriedSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l epochs
		s := source{repo: "acme/api", workflow: "deploy.yml"}
		l.due("epoch", []source{s}, time.Now())
		for range 6 {
			l.failed("epoch", s, 0)
		}
		if l.went("epoch", s, time.Minute) || l.wants("epoch", time.Now().Add(time.Minute-1)) || !l.wants("epoch", time.Now().Add(time.Minute)) {
			t.Error("it is not compared once more when all its runs are listed")
		}
		if tries := l.failed("epoch", s, 0); tries != 1 || l.wants("epoch", time.Now().Add(time.Second-1)) || !l.wants("epoch", time.Now().Add(time.Second)) {
			t.Errorf("after the %dth fault it is not tried again in a second", tries)
		}
		if l.went("another epoch", s, 0) || l.failed("another epoch", s, 0) != 0 || l.went("epoch", source{}, 0) || l.failed("epoch", source{}, 0) != 0 {
			t.Error("what is not compared went well or badly")
		}
		if !l.went("epoch", s, 0) || !l.is("epoch", s) || l.is("another epoch", s) || l.is("epoch", source{}) {
			t.Error("it is not compared for good")
		}
	})
}

// TestRunsOfAWorkflowThatIsNotDeclaredAnyMore: a release may still have one there,
// which is looked for, and nothing waits for it.
func TestRunsOfAWorkflowThatIsNotDeclaredAnyMore(t *testing.T) {
	t.Parallel()
	p := newPast()
	p.queued("api-1")
	p.queued("api-2")
	r := p.releases["api-1"]
	r.Plan = &bot.Plan{Repo: "acme/api", Workflow: "old.yml"}
	p.releases["api-1"] = r
	rc := p.reconciler(t)
	for range 2 {
		rc.compareRuns(t.Context(), "epoch", -time.Second)
	}
	slices.Sort(p.events)
	// With the second look, which has nothing of what is declared to compare, it is
	// looked for again: the letter's key makes it arrive once.
	if !slices.Equal(p.events, []string{"api-1", "api-1", "api-2"}) {
		t.Errorf("told were %v", p.events)
	}
	if len(p.doubts) != 0 {
		t.Errorf("held back are %v", p.doubts)
	}
}
