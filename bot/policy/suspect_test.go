package policy_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// change is a release that was over some time ago.
func change(id string, ago time.Duration, alter func(*bot.Change)) bot.Change {
	c := bot.Change{Past: bot.Past{
		Release: id, Kind: bot.Deploy, Phase: bot.Succeeded, Healthy: true, Watched: true, Arrival: bot.Arrived, At: noon.Add(-ago),
	}}
	if alter != nil {
		alter(&c)
	}
	return c
}

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestSuspects(t *testing.T) {
	t.Parallel()
	since := noon.Add(-30 * time.Minute)
	well := change("well-1", 5*time.Minute, nil)
	for name, c := range map[string]struct {
		changes []bot.Change
		want    []string
		why     []bot.Suspicion // of the first
	}{
		"nothing": {want: []string{}},
		"the newer of two that are well": {
			[]bot.Change{change("old-1", 25*time.Minute, nil), change("new-1", time.Minute, nil)}, []string{"new-1", "old-1"}, nil,
		},
		"not healthy before what is newer": {
			[]bot.Change{well, change("ill-1", 25*time.Minute, func(c *bot.Change) { c.Past.Phase, c.Past.Healthy = bot.Unhealthy, false })},
			[]string{"ill-1", "well-1"},
			[]bot.Suspicion{bot.SuspectUnhealthy},
		},
		"broke off": {
			[]bot.Change{well, change("half-1", 25*time.Minute, func(c *bot.Change) { c.Past.Phase, c.Past.Arrival = bot.Failed, bot.MayHaveCome })},
			[]string{"half-1", "well-1"},
			[]bot.Suspicion{bot.SuspectBrokeOff},
		},
		"run again past slipway, long after it was over": {
			[]bot.Change{well, change("again-1", 20*time.Hour, func(c *bot.Change) {
				c.Past.Again = bot.Again{Attempt: 2, At: noon.Add(-4 * time.Minute), Conclusion: bot.ConclusionSuccess}
			})}, []string{"again-1", "well-1"}, []bot.Suspicion{bot.SuspectOutOfBand},
		},
		"adopted": {
			[]bot.Change{well, change("found-1", 4*time.Minute, func(c *bot.Change) { c.Past.Kind = bot.Adopt })},
			[]string{"found-1", "well-1"},
			[]bot.Suspicion{bot.SuspectOutOfBand},
		},
		"done past slipway, which is not known to have broken off": {
			[]bot.Change{change("found-1", 4*time.Minute, func(c *bot.Change) {
				c.Past.Kind, c.Past.Arrival, c.Past.Beside = bot.Adopt, bot.MayHaveCome, bot.Beside{What: bot.BesideRun, Came: bot.MayHaveCome}
			}), change("ill-1", 9*time.Minute, func(c *bot.Change) { c.Past.Phase, c.Past.Healthy = bot.Unhealthy, false }), well},
			[]string{"ill-1", "found-1", "well-1"},
			[]bot.Suspicion{bot.SuspectUnhealthy},
		},
		"health not clear, and an emergency": {
			[]bot.Change{well, change("dim-1", 6*time.Minute, func(c *bot.Change) { c.Past.Healthy, c.Past.Emergency = false, true })},
			[]string{"dim-1", "well-1"},
			[]bot.Suspicion{bot.SuspectUnclear, bot.SuspectEmergency},
		},
		"not watched": {
			[]bot.Change{well, change("blind-1", 6*time.Minute, func(c *bot.Change) { c.Past.Watched = false })},
			[]string{"blind-1", "well-1"},
			[]bot.Suspicion{bot.SuspectUnwatched},
		},
		"shares code": {
			[]bot.Change{well, change("near-1", 5*time.Minute, func(c *bot.Change) { c.Shares = []string{"other-1"} })},
			[]string{"near-1", "well-1"},
			[]bot.Suspicion{bot.SuspectShares},
		},
		"goes on, since before the time that is looked at": {
			[]bot.Change{well, change("now-1", 50*time.Minute, func(c *bot.Change) {
				c.Past.Phase, c.Past.Healthy, c.Past.Arrival = bot.Verifying, false, bot.Arrived
			})}, []string{"now-1", "well-1"}, []bot.Suspicion{bot.SuspectGoesOn},
		},
		"taken back is least suspect": {
			[]bot.Change{change("gone-1", 10*time.Minute, func(c *bot.Change) {
				c.Past.Phase, c.Past.Healthy, c.Past.TakenBackBy = bot.Unhealthy, false, "gone-2"
			}), change("old-1", 29*time.Minute, func(c *bot.Change) { c.Past.Watched = false }), well}, []string{"well-1", "gone-1", "old-1"}, nil,
		},
		"before the time, and what changed nothing": {
			[]bot.Change{change("old-1", 31*time.Minute, nil), change("void-1", time.Minute, func(c *bot.Change) { c.Past.Phase, c.Past.Arrival = bot.Failed, bot.NeverCame })},
			[]string{},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suspects := policy.Suspects(c.changes, since, noon, noon)
			order := []string{}
			for _, s := range suspects {
				order = append(order, s.Past.Release)
			}
			if diff := cmp.Diff(c.want, order); diff != "" {
				t.Fatal(diff)
			}
			if len(suspects) > 0 && c.why != nil {
				if diff := cmp.Diff(c.why, suspects[0].Why); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestSuspectsOfAMomentInThePast: what was going on then is nearest, what was over before
// is the less so the longer ago, and what began after it has not done it.
func TestSuspectsOfAMomentInThePast(t *testing.T) {
	t.Parallel()
	at := noon.Add(-time.Hour)
	lasted := func(id string, ago, took time.Duration) bot.Change {
		return change(id, ago, func(c *bot.Change) { c.Past.Took = took })
	}
	changes := []bot.Change{
		lasted("after-1", 55*time.Minute, time.Minute), lasted("before-2", 85*time.Minute, time.Minute),
		lasted("during-1", 50*time.Minute, 20*time.Minute), lasted("before-1", 65*time.Minute, time.Minute),
	}
	var order []string
	for _, s := range policy.Suspects(changes, at.Add(-30*time.Minute), at, noon) {
		order = append(order, s.Past.Release)
	}
	if diff := cmp.Diff([]string{"during-1", "before-1", "before-2", "after-1"}, order); diff != "" {
		t.Errorf("the order (-want +got):\n%s", diff)
	}
}

// The order does not depend on that of the changes, and what is worse in one respect
// alone never comes later for it.
func TestSuspectsAreOrderedByWhatSpeaksAgainstThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		since := noon.Add(-time.Hour)
		changes := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) bot.Change {
			return change("", time.Duration(rapid.IntRange(0, 60).Draw(rt, "ago"))*time.Minute, func(c *bot.Change) {
				c.Past.Emergency, c.Past.Watched = rapid.Bool().Draw(rt, "emergency"), rapid.Bool().Draw(rt, "watched")
				c.Past.Healthy = rapid.Bool().Draw(rt, "healthy")
			})
		}), 2, 8).Draw(rt, "changes")
		for i := range changes {
			changes[i].Past.Release = "api-" + strconv.Itoa(i+1)
		}
		before := policy.Suspects(changes, since, noon, noon)
		shuffled := slices.Clone(changes)
		slices.Reverse(shuffled)
		if diff := cmp.Diff(before, policy.Suspects(shuffled, since, noon, noon)); diff != "" || len(before) != len(changes) {
			rt.Fatalf("of %d changes %d are suspects; %s", len(changes), len(before), diff)
		}
		worse := shuffled[0]
		worse.Past.Release, worse.Past.Phase, worse.Past.Healthy = "worse-1", bot.Unhealthy, false
		after := policy.Suspects(append(shuffled, worse), since, noon, noon)
		place := func(id string) int {
			return slices.IndexFunc(after, func(s bot.Suspect) bool { return s.Past.Release == id })
		}
		if place("worse-1") > place(shuffled[0].Past.Release) {
			rt.Fatalf("what is not healthy stands behind what is like it else")
		}
	})
}
