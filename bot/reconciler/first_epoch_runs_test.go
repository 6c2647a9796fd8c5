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

// newborn is a store that looks new, and notes whether that was doubted.
type newborn struct {
	*reborn
	doubted []string
	within  time.Duration // how long a list of runs may take
}

func (n *newborn) Doubt(_ context.Context, id string) error {
	n.doubted = append(n.doubted, id)
	return nil
}

func (n *newborn) RecentRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error) {
	if until, bounded := ctx.Deadline(); bounded {
		n.watch.Lock()
		n.within = time.Until(until)
		n.watch.Unlock()
	}
	return n.reborn.RecentRuns(ctx, repo, workflow)
}

// TestPromise1_WhatLooksNewMayNotBe: a run that shows the key of a release that is
// not known proves that something was released before, and its number is not given
// again. A run of somebody else's proves nothing; what cannot be read leaves it open.
func TestPromise1_WhatLooksNewMayNotBe(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	for name, tt := range map[string]struct {
		listed  bot.ListedRun
		world   func(*newborn)
		doubted bool
		skipped []string
		fails   bool
	}{
		"nothing ran":                      {},
		"a release that is not known":      {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), doubted: true, skipped: []string{"api-8"}},
		"in other letters":                 {listed: shownRun("api-8.aaaabbbb", "Acme/API", 8, bot.RunCompleted), doubted: true, skipped: []string{"api-8"}},
		"another epoch's of the same id":   {listed: shownRun("api-1.aaaabbbb", "acme/api", 8, bot.RunCompleted), doubted: true, skipped: []string{"api-1"}},
		"a release that is":                {listed: shownRun("api-1.k3v9x2mq", "acme/api", 8, bot.RunCompleted)},
		"of another repository":            {listed: shownRun("api-8.aaaabbbb", "mallory/api", 8, bot.RunCompleted)},
		"of no service":                    {listed: shownRun("gone-8.aaaabbbb", "acme/api", 8, bot.RunCompleted)},
		"one that may be known":            {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), world: func(n *newborn) { n.faults["release api-8"] = away }, doubted: true},
		"one list cannot be read":          {world: func(n *newborn) { n.hostErr["acme/web"] = away }, doubted: true},
		"its number may be given again":    {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), world: func(n *newborn) { n.hostErr["skip"] = away }, skipped: []string{"api-8"}, fails: true},
		"it is not its first epoch":        {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), world: func(n *newborn) { n.age = time.Hour }},
		"the store does not say whether":   {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), world: func(n *newborn) { n.lifeErr = away }},
		"the store cannot tell its epochs": {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), world: func(n *newborn) { n.id = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := &newborn{reborn: second(waiting("api-1"))}
				n.age = bot.NoneDue
				if tt.listed.RunKey != "" {
					n.listed["acme/api"] = []bot.ListedRun{tt.listed}
				}
				if tt.world != nil {
					tt.world(n)
				}
				rc, _ := n.reconciler(t)
				rc.ports.Epochs, rc.ports.Runs = n, n
				rc.catalog = bottest.Declare(t, bottest.Shop+"  web2: {repo: acme/web, workflow: deploy.yml, channel: C0WEB, environments: {production: {}}}\n")
				if err := rc.Begin(t.Context()); (err != nil) != tt.fails {
					t.Fatalf("begun: %v", err)
				}
				if (len(n.doubted) == 1) != tt.doubted || !slices.Equal(n.skipped, tt.skipped) {
					t.Errorf("doubted %v, passed over %v", n.doubted, n.skipped)
				}
				slices.Sort(n.asked)
				if asked := []string{"list acme/api deploy.yml", "list acme/web deploy.yml"}; len(n.asked) > 0 && (!slices.Equal(n.asked, asked) || n.within != 10*time.Second) {
					t.Errorf("asked %v, within %s", n.asked, n.within)
				}
			})
		})
	}
}
