package planner

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/policy"
)

// reviewers know what was looked at, and write down what they are asked.
type reviewers struct {
	mu    sync.Mutex
	asked []bot.ReviewsQuery
	found bot.Reviews
}

func (r *reviewers) Reviews(_ context.Context, q bot.ReviewsQuery) (bot.Reviews, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, q)
	return r.found, nil
}

// TestReviewsAreAskedForOfWhatGoes: of all that lies between what is live and the
// commit, for deploys alone; again before the start, and when something else is
// live by then.
func TestReviewsAreAskedForOfWhatGoes(t *testing.T) {
	t.Parallel()
	w, who := orderlyWorld(), &reviewers{found: bot.Reviews{Looked: 2}}
	p := plannerIn(t, w, strings.Replace(bottest.Ruled, "checks: all", "checks: all\n        reviews: {count: 2, merged: true}", 1))
	p.ports.Reviewed = who
	query := func(base string) bot.ReviewsQuery {
		return bot.ReviewsQuery{
			Repo: "acme/api", Base: strings.Repeat(base, 40), Head: strings.Repeat("c", 40), Rule: bot.ReviewRule{Count: 2, Merged: true},
		}
	}
	planned(t, p, bottest.Asked(bot.Rollback, "production"))
	planned(t, p, bottest.Asked(bot.Deploy, "staging"))
	if len(who.asked) != 0 {
		t.Errorf("asked where nobody wants to know: %+v", who.asked)
	}
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	if len(refusing(r.Decision)) != 0 {
		t.Errorf("refused by %v", refusing(r.Decision))
	}
	r.Approvals = []bot.Approval{{By: bot.Person{ID: "U02BEN"}}}
	who.found.Missing = []bot.Unreviewed{{SHA: "c", Why: "was dismissed"}}
	ev, err := p.Recheck(t.Context(), r, noon.Add(time.Minute))
	if checked, ok := ev.(bot.Rechecked); err != nil || !ok || !cmp.Equal(refusing(checked.Decision), []string{policy.GateReviews}) {
		t.Errorf("right before the start: %#v, %v", ev, err)
	}
	w.past["production"] = slices.Insert(w.past["production"], 0, wellPast("api-6", "d", 0))
	ev, err = p.Refresh(t.Context(), r, noon.Add(time.Minute))
	if fresh, ok := ev.(bot.Refreshed); err != nil || !ok || !slices.Contains(refusing(fresh.Decision), policy.GateReviews) {
		t.Errorf("when another is live: %#v, %v", ev, err)
	}
	if diff := cmp.Diff([]bot.ReviewsQuery{query("b"), query("b"), query("d")}, who.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
