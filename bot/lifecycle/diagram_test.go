package lifecycle_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

type arrow struct{ from, to bot.Phase }

// documented reads the table in the package documentation.
func documented(t *testing.T) map[arrow]bool {
	t.Helper()
	text, err := os.ReadFile("lifecycle.go")
	if err != nil {
		t.Fatal(err)
	}
	arrows := map[arrow]bool{}
	for _, line := range regexp.MustCompile(`(?m)^//\t(\w+) +-> (.+)$`).FindAllStringSubmatch(string(text), -1) {
		for to := range strings.FieldsSeq(line[2]) {
			arrows[arrow{bot.Phase(line[1]), bot.Phase(to)}] = true
		}
	}
	return arrows
}

// walks lead, event by event, by every phase that is no end.
func walks(plan bot.Plan) [][]bot.Event {
	run := bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress}
	over := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	start := []bot.Event{bot.Ticked{}, bot.Resolved{Plan: plan}, bot.Approved{By: ben, Digest: plan.Digest()}, bot.SlotTaken{}}
	sent := append(slices.Clone(start), bot.Rechecked{Plan: plan})
	return [][]bot.Event{
		append(slices.Clone(sent), bot.DispatchUncertain{Says: "timeout"}, bot.RunNotListed{}),
		append(slices.Clone(sent), bot.DispatchAccepted{Run: run}, bot.RunGone{}),
		append(slices.Clone(sent), bot.DispatchAccepted{Run: run}, bot.RunSeen{Run: over}),
		append(slices.Clone(start), bot.CancelAsked{By: anna}),
	}
}

// TestTheTableIsWhatNextDoes finds every arrow of the table by trying every
// event on every release that some walks come by, and on those releases when
// somebody wants them stopped or their place.
func TestTheTableIsWhatNextDoes(t *testing.T) {
	t.Parallel()
	missing := documented(t)
	for _, plan := range []bot.Plan{newPlan(0), newPlan(1), newPlan(1, probe)} {
		for _, kind := range []bot.Kind{bot.Deploy, bot.Rollback, bot.Adopt, bot.Preview} {
			for _, walk := range walks(plan) {
				r, now := newRelease(kind), start
				r.Confirmed = true
				for _, ev := range walk {
					for _, found := range arrowsAround(r, plan) {
						delete(missing, found)
					}
					// Longer than the settle time, shorter than any expiry.
					now = now.Add(2 * time.Minute)
					r, _ = lifecycle.Next(r, ev, now)
				}
				for _, found := range arrowsAround(r, plan) {
					delete(missing, found)
				}
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("the table has arrows that Next never takes: %v", slices.Collect(maps.Keys(missing)))
	}
}

// arrowsAround tries every event on a release as it is, and on it when
// somebody wants it stopped or its place.
func arrowsAround(r bot.Release, plan bot.Plan) []arrow {
	arrows := arrowsFrom(r, plan)
	for _, ev := range []bot.Event{bot.YieldAsked{For: "api-2", By: ben}, bot.Replaced{For: "api-3", By: ben}, bot.CancelAsked{By: ben, Standing: may}} {
		asked, _ := lifecycle.Next(r, ev, r.Since())
		arrows = append(arrows, arrowsFrom(asked, plan)...)
	}
	return arrows
}

// arrowsFrom tries every event on a release, now and later.
func arrowsFrom(r bot.Release, plan bot.Plan) []arrow {
	var arrows []arrow
	for _, ev := range append(events(plan), bot.Resolved{Plan: newPlan(0)}) {
		for _, later := range []time.Duration{0, time.Hour, 48 * time.Hour} {
			after, _ := lifecycle.Next(r, ev, r.Since().Add(later))
			path := phasesBetween(r, after)
			for i := 1; i < len(path); i++ {
				arrows = append(arrows, arrow{path[i-1], path[i]})
			}
		}
	}
	return arrows
}
