package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// said is what one person says to a release, and what follows.
type said struct {
	event bot.Event
	told  bot.Told // empty: nothing
	open  []int    // the sets that lack a yes afterwards
	phase bot.Phase
}

// twoSets asks sre and owners for one yes each.
func twoSets() bot.Plan {
	plan := newPlan(0)
	plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}, {Count: 1, From: []string{"owners"}}}
	return plan
}

func in(groups ...string) bot.Standing { return bot.Standing{Groups: groups} }

// TestPromise4_SeveralSets plays what people say to a release that asks two
// groups.
func TestPromise4_SeveralSets(t *testing.T) {
	t.Parallel()
	plan := twoSets()
	cleo := bot.Person{ID: "U03CLEO", Name: "cleo"}
	yes := func(by bot.Person, groups ...string) bot.Event {
		return bot.Approved{By: by, Digest: plan.Digest(), Standing: in(groups...)}
	}
	waits := bot.AwaitingApproval
	tests := map[string][]said{
		"one of each": {
			{yes(ben, "sre"), "", []int{1}, waits},
			{yes(cleo, "owners"), "", nil, bot.Queued},
		},
		"one who is in both": {{yes(ben, "sre", "owners"), "", nil, bot.Queued}},
		"two of one group": {
			{yes(ben, "sre"), "", []int{1}, waits},
			{yes(cleo, "sre"), bot.TellNotMissing, []int{1}, waits},
			{yes(cleo, "sre", "owners"), "", nil, bot.Queued},
		},
		"the requester": {{yes(anna, "sre", "owners"), bot.TellMayNot, []int{0, 1}, waits}},
		"taken back": {
			{bot.Withdrawn{By: ben}, bot.TellNothingToTake, []int{0, 1}, waits},
			{yes(ben, "sre"), "", []int{1}, waits},
			{bot.Withdrawn{By: ben}, "", []int{0, 1}, waits},
			{yes(ben, "sre"), "", []int{1}, waits},
			{yes(cleo, "owners"), "", nil, bot.Queued},
			{bot.Withdrawn{By: cleo}, "", []int{1}, waits},
		},
		"an outsider": {{yes(ben), bot.TellMayNot, []int{0, 1}, waits}},
		"twice":       {{yes(ben, "sre"), "", []int{1}, waits}, {yes(ben, "sre"), bot.TellAlready, []int{1}, waits}},
		"no from one of them": {
			{yes(ben, "sre"), "", []int{1}, waits},
			{bot.Declined{By: cleo, Reason: "no", Standing: in("owners")}, "", []int{1}, bot.Rejected},
		},
		"no from an outsider": {{bot.Declined{By: cleo, Reason: "no"}, bot.TellMayNot, []int{0, 1}, waits}},
	}
	for name, words := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := lifecycle.Next(newRelease(bot.Deploy), bot.Resolved{Plan: plan}, start)
			hear(t, r, words)
		})
	}
}

// hear plays what people say, a second apart.
func hear(tb testing.TB, r bot.Release, words []said) bot.Release {
	tb.Helper()
	now := r.Since()
	for i, word := range words {
		now = now.Add(time.Second)
		var effects []bot.Effect
		r, effects = lifecycle.Next(r, word.event, now)
		told := bot.Told("")
		for _, effect := range effects {
			if tell, is := effect.(bot.Tell); is {
				told = tell.Why
			}
		}
		if told != word.told || r.Phase != word.phase {
			tb.Errorf("word %d: told %q while it is %s, want %q and %s", i+1, told, r.Phase, word.told, word.phase)
		}
		if diff := cmp.Diff(word.open, r.OpenSets()); diff != "" {
			tb.Errorf("word %d: open sets (-want +got):\n%s", i+1, diff)
		}
	}
	return r
}

// TestApprovalTimers plays the time that a release waits: who is reminded, who
// is asked besides, and when it is over.
func TestApprovalTimers(t *testing.T) {
	t.Parallel()
	plan := twoSets()
	plan.Settings.Approvals.Remind = 30 * time.Minute
	plan.Settings.Approvals.Sets[0].EscalateAfter, plan.Settings.Approvals.Sets[0].EscalateTo = time.Hour, []string{"leads"}
	plan.Settings.Approvals.Sets[1].EscalateAfter, plan.Settings.Approvals.Sets[1].EscalateTo = 90*time.Minute, []string{"boss"}
	cleo := bot.Person{ID: "U03CLEO"}
	yes := func(by bot.Person, groups ...string) bot.Event {
		return bot.Approved{By: by, Digest: plan.Digest(), Standing: in(groups...)}
	}
	waits := newRelease(bot.Deploy)
	waits.Pace.Poll = 0 // it looks about for nothing else
	r, _ := lifecycle.Next(waits, bot.Resolved{Plan: plan}, start)
	for _, step := range []struct {
		after time.Duration
		event bot.Event
		does  []bot.Effect
		wake  time.Duration
		phase bot.Phase
	}{
		{29 * time.Minute, bot.Ticked{}, nil, 30 * time.Minute, bot.AwaitingApproval},
		{30 * time.Minute, bot.Ticked{}, []bot.Effect{bot.Say{News: bot.NoteApprovalDue{Since: start}}}, time.Hour, bot.AwaitingApproval},
		{31 * time.Minute, bot.Ticked{}, nil, time.Hour, bot.AwaitingApproval},
		{40 * time.Minute, yes(cleo, "leads"), []bot.Effect{bot.Tell{To: cleo, Why: bot.TellMayNot}}, time.Hour, bot.AwaitingApproval},
		{50 * time.Minute, yes(ben, "owners"), nil, time.Hour, bot.AwaitingApproval},
		{time.Hour, bot.Ticked{}, []bot.Effect{bot.Say{News: bot.NoteEscalated{Set: 0, Since: start}}}, 2 * time.Hour, bot.AwaitingApproval},
		{61 * time.Minute, yes(anna, "leads"), []bot.Effect{bot.Tell{To: anna, Why: bot.TellMayNot}}, 2 * time.Hour, bot.AwaitingApproval},
		{95 * time.Minute, bot.Ticked{}, nil, 2 * time.Hour, bot.AwaitingApproval},
		{100 * time.Minute, bot.Withdrawn{By: ben}, []bot.Effect{bot.Say{News: bot.NoteWithdrawn{By: ben, At: start.Add(100 * time.Minute)}}}, 90 * time.Minute, bot.AwaitingApproval},
		{100 * time.Minute, bot.Ticked{}, []bot.Effect{bot.Say{News: bot.NoteEscalated{Set: 1, Since: start}}}, 2 * time.Hour, bot.AwaitingApproval},
		{101 * time.Minute, yes(cleo, "leads", "boss"), []bot.Effect{bot.TakeSlot{}}, 101*time.Minute + time.Minute, bot.Queued},
	} {
		var effects []bot.Effect
		r, effects = lifecycle.Next(r, step.event, start.Add(step.after))
		if diff := cmp.Diff(step.does, effects); diff != "" || r.Phase != step.phase {
			t.Errorf("%T after %s: it is %s, effects (-want +got):\n%s", step.event, step.after, r.Phase, diff)
		}
		if got := r.WakeAt.Sub(start); got != step.wake {
			t.Errorf("%T after %s: wants to be woken after %s, want %s", step.event, step.after, got, step.wake)
		}
	}
}

// TestPointsComeFirst: nobody approves while something is to be seen to, and
// only an approver sees to it.
func TestPointsComeFirst(t *testing.T) {
	t.Parallel()
	plan := twoSets()
	plan.Settings.Approvals.Confirm = []bot.FindingKind{bot.FindSetting}
	plan.Readiness = bot.Readiness{Compared: true, Unread: []string{"Procfile is larger than 1 MB"}, Findings: []bot.Finding{
		{Kind: bot.FindSetting, Weight: bot.WeightLook, Says: "new setting STRIPE_KEY: is it set in production?"},
		{Kind: bot.FindSetting, Weight: bot.WeightNote, Says: "1 setting not asked for any more: OLD"},
		{Kind: bot.FindMigration, Weight: bot.WeightIrreversible, Says: "1 migration"},
	}}
	r, _ := lifecycle.Next(newRelease(bot.Deploy), bot.Resolved{Plan: plan}, start)
	points := r.Points()
	if len(points) != 2 {
		t.Fatalf("%d points, want the new setting and what could not be read: %v", len(points), points)
	}
	yes := bot.Approved{By: ben, Digest: plan.Digest(), Standing: in("sre", "owners")}
	settle := func(by bot.Person, id string, groups ...string) bot.Event {
		return bot.PointAcknowledged{By: by, Point: id, Standing: in(groups...)}
	}
	cleo, waits, open := bot.Person{ID: "U03CLEO"}, bot.AwaitingApproval, []int{0, 1}
	r = hear(t, r, []said{
		{yes, bot.TellOpenPoints, open, waits},
		{settle(cleo, points[0].ID), bot.TellMayNot, open, waits},
		{settle(anna, points[0].ID, "sre"), bot.TellMayNot, open, waits},
		{settle(cleo, "ffffffffffff", "sre"), "", open, waits},
		{settle(cleo, points[0].ID, "sre"), "", open, waits},
		{settle(ben, points[0].ID, "sre"), "", open, waits},
		{yes, bot.TellOpenPoints, open, waits},
		{settle(ben, points[1].ID, "sre"), "", open, waits},
		{yes, "", nil, bot.Queued},
	})
	if by := []string{r.Acknowledged[0].By.ID, r.Acknowledged[1].By.ID}; by[0] != cleo.ID || by[1] != ben.ID || len(r.Acknowledged) != 2 {
		t.Errorf("seen to by %v", r.Acknowledged)
	}
}

// TestPromise4_NobodyGoesAhead draws what people say, when, and what they are by
// then: nothing leaves the wait before each set has its yeses, each of somebody
// else who was in one of its groups, and of no requester.
func TestPromise4_NobodyGoesAhead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plan := twoSets()
		plan.Settings.Approvals.Sets[0].Count = rapid.IntRange(1, 2).Draw(t, "count")
		plan.Settings.Approvals.Sets[1].EscalateAfter, plan.Settings.Approvals.Sets[1].EscalateTo = time.Minute, []string{"leads"}
		r, _ := lifecycle.Next(newRelease(bot.Deploy), bot.Resolved{Plan: plan}, start)
		now := start
		said := map[string][]string{} // whose yes stands, with their groups when they said it
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second)
			by := bot.Person{ID: rapid.SampledFrom([]string{anna.ID, "U1", "U2", "U3"}).Draw(t, "by")}
			groups := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"sre", "owners", "leads"}), 0, 3, rapid.ID).Draw(t, "groups")
			before := len(r.Approvals)
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				r, _ = lifecycle.Next(r, bot.Approved{By: by, Digest: plan.Digest(), Standing: in(groups...)}, now)
				if len(r.Approvals) > before {
					if len(r.Escalated) == 0 { // the leads have no say yet
						groups = slices.DeleteFunc(groups, func(g string) bool { return g == "leads" })
					}
					said[by.ID] = groups
				}
			case 1:
				r, _ = lifecycle.Next(r, bot.Withdrawn{By: by}, now)
				delete(said, by.ID)
			default:
				r, _ = lifecycle.Next(r, bot.Ticked{}, now)
			}
			if r.Phase != bot.Queued {
				continue
			}
			yeses := func(groups ...string) (n int) {
				for who, theirs := range said {
					if who != anna.ID && slices.ContainsFunc(theirs, func(g string) bool { return slices.Contains(groups, g) }) {
						n++
					}
				}
				return n
			}
			if yeses("sre") < plan.Settings.Approvals.Sets[0].Count || yeses("owners", "leads") < 1 {
				t.Fatalf("it goes ahead with %v, escalated %v", said, r.Escalated)
			}
		}
	})
}

// TestPromise3_EscalationEndsWithThePlan: a plan that changed asks those again
// who were asked first, and the further groups only when their time has come.
func TestPromise3_EscalationEndsWithThePlan(t *testing.T) {
	t.Parallel()
	plan := newPlan(0)
	plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1, From: []string{"sre"}, EscalateAfter: time.Minute, EscalateTo: []string{"leads"}}}
	changed := plan
	changed.WorkflowBlob = "blob2"
	leads := in("leads")
	r, now := newRelease(bot.Deploy), start
	for _, ev := range []bot.Event{
		bot.Resolved{Plan: plan},
		bot.Ticked{},
		bot.Approved{By: ben, Digest: plan.Digest(), Standing: leads},
		bot.SlotTaken{},
		bot.Rechecked{Plan: changed},
		bot.Approved{By: ben, Digest: changed.Digest(), Standing: leads},
	} {
		r, _ = lifecycle.Next(r, ev, now)
		now = now.Add(time.Minute)
	}
	if r.Phase != bot.AwaitingApproval || len(r.Approvals) > 0 || len(r.Escalated) > 0 {
		t.Errorf("it is %s with %v, escalated %v", r.Phase, r.Approvals, r.Escalated)
	}
}
