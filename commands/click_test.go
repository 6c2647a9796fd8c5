package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func TestClicks(t *testing.T) {
	t.Parallel()
	digest := func(h *house, id string) string { return h.releases[id].Plan.Digest() }
	tests := []struct {
		name    string
		prepare func(*house)
		click   bot.Click
		digest  bool // the click carries the digest of the release's plan
		want    bot.Event
		says    string // what the refusal says, if there is one
	}{
		{
			name: "an approver approves", click: bot.Click{Action: bot.ActApprove, Release: "api-150", By: ben}, digest: true,
			want: bot.Approved{By: ben},
		},
		{
			name: "an old card", click: bot.Click{Action: bot.ActApprove, Release: "api-150", By: ben, Value: "0123"},
			says: "has changed since this was shown",
		},
		{
			name: "the requester", click: bot.Click{Action: bot.ActApprove, Release: "api-150", By: anna}, digest: true,
			says: "nobody approves their own",
		},
		{
			name: "not in the group", click: bot.Click{Action: bot.ActApprove, Release: "api-150", By: cleo}, digest: true,
			says: "approved by a member of sre",
		},
		{
			name: "approved already", click: bot.Click{Action: bot.ActApprove, Release: "api-150", By: ben}, digest: true,
			prepare: func(h *house) {
				h.in("api-150", bot.AwaitingApproval, func(r *bot.Release) {
					r.Approvals = []bot.Approval{{By: ben, Digest: r.Plan.Digest()}}
				})
			},
			says: "a yes counts once",
		},
		{
			name: "too late to approve", click: bot.Click{Action: bot.ActApprove, Release: "api-150", By: ben}, digest: true,
			prepare: func(h *house) { h.in("api-150", bot.Running, nil) }, says: "api-150 is running, so there is nothing to approve",
		},
		{
			name: "nobody approves an unconfirmed rollback", click: bot.Click{Action: bot.ActApprove, Release: "api-160", By: ben}, digest: true,
			says: "api-160 waits until anna confirms it",
		},
		{
			name: "nor rejects it", click: bot.Click{Action: bot.ActReject, Release: "api-160", By: ben, Reason: "x"},
			says: "so nobody else is asked",
		},
		{name: "gone", click: bot.Click{Action: bot.ActApprove, Release: "api-999", By: ben}, says: "There is no release api-999"},
		{name: "no id", click: bot.Click{Action: bot.ActApprove, Release: "{p1}:x", By: ben}, says: "is not the id of a release"},
		{
			name: "an approver rejects", click: bot.Click{Action: bot.ActReject, Release: "api-150", By: ben, Reason: "too big"},
			want: bot.Declined{By: ben, Reason: "too big"},
		},
		{name: "without a reason", click: bot.Click{Action: bot.ActReject, Release: "api-150", By: ben}, says: "does not say why"},
		{
			name: "somebody rejects", click: bot.Click{Action: bot.ActReject, Release: "api-150", By: cleo, Reason: "x"},
			says: "approved by a member of sre",
		},
		{
			name: "the requester rejects", click: bot.Click{Action: bot.ActReject, Release: "api-150", By: anna, Reason: "x"},
			says: "you can cancel it",
		},
		{
			name: "anybody cancels", click: bot.Click{Action: bot.ActCancel, Release: "api-150", By: cleo},
			want: bot.CancelAsked{By: cleo},
		},
		{name: "ended", click: bot.Click{Action: bot.ActCancel, Release: "api-142", By: cleo}, says: "api-142 has succeeded, so"},
		{
			name: "watched", click: bot.Click{Action: bot.ActCancel, Release: "api-143", By: cleo},
			prepare: func(h *house) { h.in("api-143", bot.Verifying, nil) }, says: "no run left to cancel",
		},
		{
			name: "cancel a run that was lost from sight", click: bot.Click{Action: bot.ActCancel, Release: "api-143", By: cleo},
			prepare: func(h *house) { h.in("api-143", bot.Unknown, nil) }, want: bot.CancelAsked{By: cleo},
		},
		{
			name: "cancel in the dark", click: bot.Click{Action: bot.ActCancel, Release: "api-150", By: cleo},
			prepare: func(h *house) { h.in("api-150", bot.Unknown, nil) }, says: "api-150 is uncertain",
		},
		{
			name: "the requester confirms", click: bot.Click{Action: bot.ActConfirm, Release: "api-160", By: anna}, digest: true,
			want: bot.Confirmed{By: anna},
		},
		{
			name: "somebody else confirms", click: bot.Click{Action: bot.ActConfirm, Release: "api-160", By: ben}, digest: true,
			says: "Only anna",
		},
		{
			name: "confirmed, but another plan", click: bot.Click{Action: bot.ActConfirm, Release: "api-160", By: anna, Value: "old"},
			says: "has changed since this was shown",
		},
		{
			name: "confirmed twice", click: bot.Click{Action: bot.ActConfirm, Release: "api-160", By: anna}, digest: true,
			prepare: func(h *house) { h.in("api-160", bot.Queued, nil) }, says: "nothing to confirm any more",
		},
		{
			name: "an approver says it ran", click: bot.Click{Action: bot.ActItRan, Release: "api-150", By: ben},
			prepare: func(h *house) { h.in("api-150", bot.Unknown, nil) }, want: bot.RanAsserted{By: ben},
		},
		{
			name: "no run has such a number", click: bot.Click{Action: bot.ActItRan, Release: "api-150", By: ben, Value: "-42"},
			prepare: func(h *house) { h.in("api-150", bot.Unknown, nil) }, want: bot.RanAsserted{By: ben},
		},
		{
			name: "and which run", click: bot.Click{Action: bot.ActItRan, Release: "api-150", By: ben, Value: "42"},
			prepare: func(h *house) { h.in("api-150", bot.Unknown, nil) }, want: bot.RanAsserted{By: ben, RunID: 42},
		},
		{
			name: "somebody says it did not", click: bot.Click{Action: bot.ActSendAgain, Release: "api-150", By: cleo},
			prepare: func(h *house) { h.in("api-150", bot.Unknown, nil) }, says: "for those to say who approve it",
		},
		{
			name: "an approver says it did not", click: bot.Click{Action: bot.ActSendAgain, Release: "api-150", By: ben},
			prepare: func(h *house) { h.in("api-150", bot.Unknown, nil) }, want: bot.NeverRanAsserted{By: ben},
		},
		{
			name: "where nobody approves, anybody", click: bot.Click{Action: bot.ActSendAgain, Release: "api-160", By: cleo},
			prepare: func(h *house) { h.in("api-160", bot.Unknown, nil) }, want: bot.NeverRanAsserted{By: cleo},
		},
		{
			name: "its run is known", click: bot.Click{Action: bot.ActSendAgain, Release: "api-143", By: ben},
			prepare: func(h *house) { h.in("api-143", bot.Unknown, nil) }, says: "is not sent again",
		},
		{name: "it is certain", click: bot.Click{Action: bot.ActItRan, Release: "api-143", By: ben}, says: "nothing uncertain"},
		{
			name: "looks good", click: bot.Click{Action: bot.ActLooksGood, Release: "api-141", By: ben},
			prepare: func(h *house) {
				h.in("api-141", bot.Succeeded, func(r *bot.Release) { r.Verdict = bot.Inconclusive })
			},
			want: bot.LooksGood{By: ben},
		},
		{
			name: "looks good to somebody who does not approve", click: bot.Click{Action: bot.ActLooksGood, Release: "api-141", By: cleo},
			prepare: func(h *house) {
				h.in("api-141", bot.Succeeded, func(r *bot.Release) { r.Verdict = bot.Inconclusive })
			},
			says: "is not yours to say",
		},
		{
			name: "looks good to who asked for it", click: bot.Click{Action: bot.ActLooksGood, Release: "api-141", By: ben},
			prepare: func(h *house) {
				h.in("api-141", bot.Succeeded, func(r *bot.Release) { r.Verdict, r.Requester = bot.Inconclusive, ben })
			},
			says: "is your own release",
		},
		{name: "looks good already", click: bot.Click{Action: bot.ActLooksGood, Release: "api-142", By: cleo}, says: "counts as healthy already"},
		{name: "does not look good", click: bot.Click{Action: bot.ActLooksGood, Release: "api-143", By: cleo}, says: "has ended unhealthy"},
		{
			name: "watched longer where nothing could be told", click: bot.Click{Action: bot.ActLonger, Release: "api-144", By: ben},
			prepare: func(h *house) { h.in("api-144", bot.Succeeded, unclearAndWatched) }, want: bot.WatchLonger{By: ben},
		},
		{
			name: "watched longer, but another one is live", click: bot.Click{Action: bot.ActLonger, Release: "api-142", By: ben},
			prepare: func(h *house) { h.in("api-142", bot.Succeeded, unclearAndWatched) }, says: "api-142 is not what is live on api → production any more",
		},
		{
			name: "watched longer already", click: bot.Click{Action: bot.ActLonger, Release: "api-144", By: ben},
			prepare: func(h *house) {
				h.in("api-144", bot.Succeeded, func(r *bot.Release) { unclearAndWatched(r); r.Verdict = bot.Watching })
			},
			says: "is being watched for longer already",
		},
		{name: "watched longer, and is healthy", click: bot.Click{Action: bot.ActLonger, Release: "api-144", By: ben}, says: "it is not watched for longer"},
		{name: "a button of tomorrow", click: bot.Click{Action: "explode", Release: "api-150", By: ben}, says: "not known to this version"},
		{
			name: "ended meanwhile", click: bot.Click{Action: bot.ActCancel, Release: "api-150", By: cleo},
			prepare: func(h *house) { h.posted = bot.PostEnded }, says: "this came too late",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if tt.prepare != nil {
				tt.prepare(h)
			}
			click, want := tt.click, tt.want
			click.Key = "action-1"
			if tt.digest {
				click.Value = digest(h, click.Release)
			}
			if approved, ok := want.(bot.Approved); ok {
				approved.Digest = click.Value
				want = approved
			}
			if confirmed, ok := want.(bot.Confirmed); ok {
				confirmed.Digest = click.Value
				want = confirmed
			}
			answer, err := newCommands(t, h).Click(t.Context(), click)
			if err != nil {
				t.Fatal(err)
			}
			if tt.says != "" {
				checkRefusal(t, answer, tt.says)
				if len(h.letters) > 0 && h.posted == "" {
					t.Errorf("a refused click left %v", h.letters)
				}
				return
			}
			letters := []bot.InboxEvent{{Release: click.Release, Event: want, Key: "action-1"}}
			if diff := cmp.Diff(letters, h.letters); diff != "" {
				t.Errorf("letters (-want +got):\n%s", diff)
			}
			if done, ok := answer.(bot.Done); !ok || done.Says == "" {
				t.Errorf("answered %#v", answer)
			}
		})
	}
}

func TestRollbackButton(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		prepare func(*house)
		release string
		value   string
		want    bot.Draft
		says    string
	}{
		{
			name: "shown in the dialog, so confirmed", release: "api-143", value: "api-142",
			want: bot.Draft{Reversal: bot.Reversal{Back: "api-143", To: "api-142"}, Confirmed: true},
		},
		{
			name: "nothing shown, so asked", release: "api-143",
			want: bot.Draft{Reversal: bot.Reversal{Back: "api-143", To: "api-142"}},
		},
		{
			name: "an old card", release: "api-142", value: "api-140",
			says: "api-142 is not what is live on api → production any more: api-143 is",
		},
		{name: "to one that was not healthy", release: "api-143", value: "api-141", says: "api-141 was not healthy"},
		{
			name: "to one that was taken back since", release: "api-143", value: "api-142", says: "api-142 was taken back",
			prepare: func(h *house) {
				h.history[production][1].Quarantined, h.history[production][1].TakenBackBy = true, "api-145"
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if tt.prepare != nil {
				tt.prepare(h)
			}
			click := bot.Click{
				Action: bot.ActRollback, Release: tt.release, Value: tt.value, By: cleo, Key: "action-1",
				Reply: bot.Reply{Channel: "C0DEPLOYS", Thread: "18.2"},
			}
			answer, err := newCommands(t, h).Click(t.Context(), click)
			if err != nil {
				t.Fatal(err)
			}
			if tt.says != "" {
				checkRefusal(t, answer, tt.says)
				return
			}
			if _, ok := answer.(bot.Accepted); !ok || len(h.drafts) != 1 {
				t.Fatalf("answered %#v", answer)
			}
			want := tt.want
			want.Kind, want.Target, want.Requester, want.Key = bot.Rollback, production, cleo, "action-1"
			want.Origin = bot.Origin{Channel: "C0DEPLOYS", Thread: "18.2", Source: bot.FromClick}
			want.Reply, want.Sameness = click.Reply, h.drafts[0].Sameness
			want.Reply.To = cleo
			if diff := cmp.Diff(want, h.drafts[0]); diff != "" {
				t.Errorf("draft (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPromise5_ManyPressRollback: at a bad moment several people press the same
// button, and that is one rollback.
func TestPromise5_ManyPressRollback(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, by := range []bot.Person{cleo, ben, cleo} {
		click := bot.Click{Action: bot.ActCancelBack, Release: "api-143", Value: "api-142", By: by, Key: fmt.Sprint("action-", i)}
		if _, err := newCommands(t, h).Click(t.Context(), click); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range h.drafts {
		if d.Sameness == "" || d.Sameness != h.drafts[0].Sameness {
			t.Errorf("%s's click is another rollback: %q, want %q", d.Requester, d.Sameness, h.drafts[0].Sameness)
		}
	}
}

// TestChooseRelease: the list holds what was healthy, one release a commit, the
// live one left out and what is in quarantine marked.
func TestChooseRelease(t *testing.T) {
	t.Parallel()
	asked := bot.Release{ID: "api-160", Kind: bot.Rollback, Target: production, Phase: bot.AwaitingApproval, Requester: cleo}
	tests := []struct {
		name    string
		prepare func(*house)
		release string
		says    string
	}{
		{name: "from the card", release: "api-143"},
		{name: "from the question", release: "api-160"},
		{name: "from an old card", release: "api-142", says: "api-142 is not what is live"},
		{name: "where nothing was healthy before", release: "api-143", says: "no earlier healthy release", prepare: func(h *house) {
			h.history[production] = h.history[production][:1]
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.releases[asked.ID] = asked
			h.history[production][1].Quarantined = true
			if tt.prepare != nil {
				tt.prepare(h)
			}
			answer, err := newCommands(t, h).Click(t.Context(), bot.Click{Action: bot.ActChoose, Release: tt.release, By: cleo, Key: "action-1"})
			if err != nil {
				t.Fatal(err)
			}
			if tt.says != "" {
				checkRefusal(t, answer, tt.says)
				return
			}
			form, _ := answer.(bot.RollbackForm)
			var got []string
			for _, past := range form.Past {
				got = append(got, past.Release)
				if past.Quarantined != (past.Release == "api-142") {
					t.Errorf("%s in quarantine: %v", past.Release, past.Quarantined)
				}
			}
			if diff := cmp.Diff([]string{"api-142", "api-140"}, got); diff != "" || form.Target != production {
				t.Errorf("choices of %s (-want +got):\n%s", form.Target, diff)
			}
		})
	}
}

func checkRefusal(t *testing.T, answer bot.Answer, says string) {
	t.Helper()
	problem, ok := answer.(bot.Problem)
	if !ok {
		t.Fatalf("answered %#v, want a refusal", answer)
	}
	if !strings.Contains(problem.Says, says) {
		t.Errorf("says %q, want %q in it", problem.Says, says)
	}
	if problem.Near == "" && strings.Join(problem.Mends, "") == "" {
		t.Errorf("%q says nothing that would help", problem.Says)
	}
}

// unclearAndWatched is a watch that came to nothing.
func unclearAndWatched(r *bot.Release) {
	plan := *r.Plan
	plan.Settings.Health = bot.HealthRule{Window: time.Minute, Probes: []bot.Probe{{Name: "up"}}}
	r.Plan, r.Verdict, r.Healthy = &plan, bot.Inconclusive, false
}
