package planner

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/policy"
)

// worldWithin bounds all looks at the world together.
const worldWithin = 10 * time.Second

// readWorld asks the probes of the world rule, concurrently with the other reads. What
// cannot be found out is no error here: the gate reports it.
func (b *builder) readWorld(ctx context.Context, g *guard.Group) {
	rules := b.plan.Settings.Rules.World
	b.world = make([]policy.Seen, len(rules))
	if len(rules) == 0 || b.r.Kind != bot.Deploy && b.r.Kind != bot.Preview {
		return
	}
	asked := make([][]bot.Question, len(rules))
	for i, probe := range rules {
		asked[i] = []bot.Question{b.worldQuestion(probe)}
		if probe.Source == bot.OwnHealth {
			asked[i] = b.ownHealth()
		}
	}
	g.Go(func() error {
		ctx, cancel := context.WithTimeout(ctx, worldWithin)
		defer cancel()
		var looks guard.WaitGroup
		for i, questions := range asked {
			glances := make([]bot.Glance, len(questions))
			b.world[i] = policy.Seen{Name: rules[i].Name, Glances: glances}
			for n, q := range questions {
				looks.Go(func() { glances[n] = b.p.ports.World.Glance(ctx, q) })
			}
		}
		looks.Wait()
		return nil
	})
}

// worldQuestion asks a probe of the world rule about the commit that is to go.
func (b *builder) worldQuestion(probe bot.Probe) bot.Question {
	return bot.Question{
		Probe: probe, Target: b.r.Target, SHA: b.plan.Commit.SHA, Release: b.r.ID, RunKey: b.r.RunKey, For: bot.ForGate,
		Plan: &bot.Plan{Target: b.r.Target, Repo: b.plan.Repo}, // the rest is still being read
	}
}

// ownHealth asks the target's own probes about what is live; none if nothing is.
func (b *builder) ownHealth() []bot.Question {
	live := b.plan.Current
	if live == nil {
		return nil
	}
	var all []bot.Question
	for _, probe := range b.plan.Settings.Health.Probes {
		q := b.worldQuestion(probe)
		q.SHA, q.Release, q.For = live.SHA, live.Release, bot.ForLook
		all = append(all, q)
	}
	return all
}
