package lifecycle_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

var (
	reviewers = bot.Standing{Groups: []string{"sre"}}
	review    = 24 * time.Hour
)

// urgent is an emergency whose plan is being worked out.
func urgent(t *testing.T) (bot.Release, bot.Plan, time.Time) {
	t.Helper()
	plan := bot.Plan{Commit: bot.Commit{SHA: "abc"}, KeyInput: "release_id", Inputs: map[string]string{}}
	plan.Settings.Approvals = bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}, Expires: time.Hour}
	plan.Settings.Rules.Emergency, plan.Settings.Rules.Review = []string{"sre"}, review
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	r := bot.Release{ID: "api-1", RunKey: "api-1.k3v9x2mq", Kind: bot.Deploy, Phase: bot.Requested, Requester: anna, RequestedAt: at, Emergency: bot.Emergency{Asked: true}}
	return r, plan, at
}

// An emergency waits for nobody, is said out loud, and is open until somebody
// else signs it off, long after its end.
func TestEmergencyIsReviewed(t *testing.T) {
	t.Parallel()
	r, plan, at := urgent(t)
	r, effects := lifecycle.Next(r, bot.Resolved{Plan: plan}, at)
	if r.Phase != bot.Queued || !does(effects, bot.Alert{News: bot.NoteEmergency{Passed: []string{"approvals"}}}) {
		t.Fatalf("%s, %v", r.Phase, effects)
	}
	over := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	for _, ev := range []bot.Event{bot.SlotTaken{}, bot.Rechecked{Plan: plan}, bot.DispatchAccepted{Run: bot.Run{ID: 7}}, bot.RunSeen{Run: over}} {
		r, _ = lifecycle.Next(r, ev, at)
	}
	if r.Phase != bot.Succeeded || !r.ReviewOpen() {
		t.Fatalf("%s, open %t", r.Phase, r.ReviewOpen())
	}

	// It reminds before it is due, when it is, and then once a day for a week.
	var reminded []time.Duration
	for !r.WakeAt.IsZero() {
		now := r.WakeAt
		reminded = append(reminded, now.Sub(at))
		r, effects = lifecycle.Next(r, bot.Ticked{}, now)
		if len(effects) != 1 || !doesA[bot.Alert](effects) {
			t.Fatalf("after %s: %v", now.Sub(at), effects)
		}
	}
	if len(reminded) != 9 || reminded[0] != 18*time.Hour || reminded[1] != review || reminded[2] != 2*review {
		t.Errorf("reminded after %v", reminded)
	}

	for name, tc := range map[string]struct {
		says bot.SignedOff
		note bot.Told // what they are told instead
	}{
		"not who asked for it":       {bot.SignedOff{By: anna, Standing: reviewers}, bot.TellMayNotSignOff},
		"not who is in no group":     {bot.SignedOff{By: ben}, bot.TellMayNotSignOff},
		"somebody else of the group": {bot.SignedOff{By: ben, Standing: reviewers}, ""},
	} {
		next, effects := lifecycle.Next(r, tc.says, at.Add(time.Hour))
		if next.ReviewOpen() != (tc.note != "") || next.Healthy == next.ReviewOpen() || next.Phase != bot.Succeeded {
			t.Errorf("%s: open %t, %s", name, next.ReviewOpen(), next.Phase)
		}
		if tc.note != "" && !does(effects, bot.Tell{To: tc.says.By, Why: tc.note}) {
			t.Errorf("%s: %v", name, effects)
		}
	}
}

// TestPromise8_AnUnsignedEmergencyIsNoWayBack: it is well, and may not be gone
// back to before somebody else answers for it; signed off before it has gone it
// never is, and what is passed later is open again.
func TestPromise8_AnUnsignedEmergencyIsNoWayBack(t *testing.T) {
	t.Parallel()
	r, plan, at := urgent(t)
	r, _ = lifecycle.Next(r, bot.Resolved{Plan: plan}, at)
	signed := bot.SignedOff{By: ben, Standing: reviewers}
	early, effects := lifecycle.Next(r, signed, at)
	if !early.ReviewOpen() || !does(effects, bot.Tell{To: ben, Why: bot.TellNotGone}) {
		t.Errorf("before it has gone: open %t, %v", early.ReviewOpen(), effects)
	}
	r.Emergency.SignedOff, r.Emergency.SignedAt = ben, at // as earlier versions let them
	r, _ = lifecycle.Next(r, bot.SlotTaken{}, at)
	frozen := bot.Decision{Gates: []bot.Gate{{Name: "freeze", Outcome: bot.Warn, Emergency: true}}}
	r, _ = lifecycle.Next(r, bot.Rechecked{Plan: plan, Decision: frozen}, at)
	if !r.ReviewOpen() || r.Emergency.SignedOff != (bot.Person{}) {
		t.Errorf("a freeze was passed after it was signed off: %+v", r.Emergency)
	}
	over := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	for _, ev := range []bot.Event{bot.DispatchAccepted{Run: bot.Run{ID: 7}}, bot.RunSeen{Run: over}} {
		r, _ = lifecycle.Next(r, ev, at)
	}
	if !r.Well() || r.Healthy {
		t.Errorf("unsigned: well %t, to be gone back to %t", r.Well(), r.Healthy)
	}
	if r, _ = lifecycle.Next(r, signed, at); !r.Healthy || r.ReviewOpen() {
		t.Errorf("signed off: to be gone back to %t", r.Healthy)
	}
}

// What changed after it was shown waits for a yes, emergency or not.
func TestPromise3_AnEmergencyNeverPassesTheDigest(t *testing.T) {
	t.Parallel()
	r, plan, at := urgent(t)
	changed := plan
	changed.WorkflowBlob = "another"
	for _, ev := range []bot.Event{bot.Resolved{Plan: plan}, bot.SlotTaken{}, bot.Rechecked{Plan: changed}} {
		r, _ = lifecycle.Next(r, ev, at)
	}
	if r.Phase != bot.AwaitingApproval || len(r.Delta) == 0 {
		t.Fatalf("%s, changed %v", r.Phase, r.Delta)
	}
	r, _ = lifecycle.Next(r, bot.Approved{By: ben, Digest: changed.Digest(), Standing: reviewers}, at)
	if r.Phase != bot.Queued {
		t.Errorf("approved as it is now: %s", r.Phase)
	}
}

// One of which nothing was started needs nobody's word.
func TestEmergencyThatNeverBeganIsNotReviewed(t *testing.T) {
	t.Parallel()
	r, plan, at := urgent(t)
	r, _ = lifecycle.Next(r, bot.Resolved{Plan: plan}, at)
	r, _ = lifecycle.Next(r, bot.CancelAsked{By: anna}, at)
	if r.Phase != bot.Cancelled || r.ReviewOpen() || !r.WakeAt.IsZero() {
		t.Errorf("%s, open %t, due %s", r.Phase, r.ReviewOpen(), r.WakeAt)
	}
}

// Reminders do not wait for the release's end: it may be uncertain for days.
func TestEmergencyIsOverdueWhileItIsUnknown(t *testing.T) {
	t.Parallel()
	r, plan, at := urgent(t)
	for _, ev := range []bot.Event{
		bot.Resolved{Plan: plan}, bot.SlotTaken{}, bot.Rechecked{Plan: plan}, bot.DispatchAccepted{Run: bot.Run{ID: 7}}, bot.RunGone{},
	} {
		r, _ = lifecycle.Next(r, ev, at)
	}
	said := 0
	for now := at; now.Sub(at) < 50*time.Hour; now = r.WakeAt {
		var effects []bot.Effect
		r, effects = lifecycle.Next(r, bot.Ticked{}, now)
		for _, e := range effects {
			if alert, is := e.(bot.Alert); is {
				if _, is := alert.News.(bot.NoteReview); is {
					said++
				}
			}
		}
	}
	if r.Phase != bot.Unknown || said != 3 {
		t.Errorf("%s, said %d times, want 3: before it is due, when it is, a day later", r.Phase, said)
	}
}

// What is passed only right before the start is said as well, and an emergency
// that passes nothing needs nobody's word.
func TestEmergencySaysWhatItPassesLater(t *testing.T) {
	t.Parallel()
	r, plan, at := urgent(t)
	plan.Settings.Approvals = bot.ApprovalRule{}
	r, effects := lifecycle.Next(r, bot.Resolved{Plan: plan}, at)
	if r.ReviewOpen() || doesA[bot.Alert](effects) {
		t.Fatalf("nothing was passed: %v", effects)
	}
	r, _ = lifecycle.Next(r, bot.SlotTaken{}, at)
	frozen := bot.Decision{Gates: []bot.Gate{{Name: "freeze", Outcome: bot.Warn, Emergency: true}}}
	r, effects = lifecycle.Next(r, bot.Rechecked{Plan: plan, Decision: frozen}, at)
	if !r.ReviewOpen() || !does(effects, bot.Alert{News: bot.NoteEmergency{Passed: []string{"freeze"}}}) {
		t.Errorf("a freeze was passed: open %t, %v", r.ReviewOpen(), effects)
	}
}
