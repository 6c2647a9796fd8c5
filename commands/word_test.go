package commands_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// releaseRequest is somebody's word on a release that asks for one, typed or clicked, and
// what becomes of it.
type releaseRequest struct {
	name    string
	prepare func(*bot.Release)
	by      bot.Person
	want    bot.Event // nil: it is refused
	says    string    // what the answer says
	pending bool      // who is in the group is read first
	near    string    // the command that would work instead
}

// runWords says each word on api-150, which waits for approval, in a way that
// may depend on the release.
func runWords(t *testing.T, say func(bot.Release) (typing string, click bot.Click), words []releaseRequest) {
	t.Helper()
	for _, tt := range words {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.in("api-150", bot.AwaitingApproval, tt.prepare)
			c := newCommands(t, h)
			typing, click := say(h.releases["api-150"])
			var answer bot.Answer
			var err error
			if typing != "" {
				in := typed(typing)
				in.By = tt.by
				answer, err = c.Command(t.Context(), in)
			} else {
				click.Release, click.By, click.Key = "api-150", tt.by, "action-1"
				answer, err = c.Click(t.Context(), click)
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []bot.Event
			for _, l := range h.letters {
				got = append(got, l.Event)
			}
			var want []bot.Event
			if tt.want != nil {
				want = append(want, tt.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("posted (-want +got):\n%s", diff)
			}
			if tt.want == nil {
				checkRefusal(t, answer, tt.says)
				if problem, _ := answer.(bot.Problem); problem.Near != tt.near {
					t.Errorf("near %q, want %q", problem.Near, tt.near)
				}
				return
			}
			if done, ok := answer.(bot.Done); !ok || done.Pending != tt.pending || !strings.Contains(done.Says, tt.says) {
				t.Errorf("answered %#v, want %q, pending %t", answer, tt.says, tt.pending)
			}
		})
	}
}

// asks has the release ask for one yes out of these groups.
func asks(r *bot.Release, groups ...string) *bot.ApprovalRule {
	plan := *r.Plan
	plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1, From: groups}}
	r.Plan = &plan
	return &plan.Settings.Approvals
}

// TestPromise4_ApproveWherePeopleMustBeLookedUp: whose group lives elsewhere is
// asked there before the word counts; an author whose account is not known has
// no say where authors have none.
func TestPromise4_ApproveWherePeopleMustBeLookedUp(t *testing.T) {
	t.Parallel()
	notAuthors := func(author string) func(*bot.Release) {
		return func(r *bot.Release) {
			asks(r, "sre").Sets[0].NotAuthors = true
			r.Plan.Commit.Login, r.Plan.Changes.Authors = "anna-gh", []string{author}
		}
	}
	digest := func(prepare func(*bot.Release)) string {
		r := newHouse(t).releases["api-150"]
		prepare(&r)
		return r.Plan.Digest()
	}
	elsewhere := func(r *bot.Release) { asks(r, "oncall") }
	approve := func(r bot.Release) (string, bot.Click) {
		return "", bot.Click{Action: bot.ActApprove, Value: r.Plan.Digest()}
	}
	runWords(t, approve, []releaseRequest{
		{
			name: "known from the file", by: ben, prepare: func(r *bot.Release) { asks(r, "sre") }, says: "is counted",
			want: bot.Approved{By: ben, Digest: digest(func(r *bot.Release) { asks(r, "sre") })},
		},
		{
			name: "perhaps in the group", by: cleo, prepare: elsewhere, pending: true, says: "Checking whether you may",
			want: bot.Approved{By: cleo, Digest: digest(elsewhere)},
		},
		{name: "not even then their own", by: anna, prepare: elsewhere, says: "nobody approves their own"},
		{
			name: "the author of none of it", by: ben, prepare: notAuthors("cleo-gh"), says: "is counted",
			want: bot.Approved{By: ben, Digest: digest(notAuthors("cleo-gh"))},
		},
		{name: "an author", by: ben, prepare: notAuthors("Ben-GH"), says: "You wrote some of the changes"},
		{
			name: "another's yes is not theirs", by: ben, says: "is counted",
			prepare: func(r *bot.Release) { r.Approvals = []bot.Approval{{By: cleo, Digest: r.Plan.Digest()}} },
			want:    bot.Approved{By: ben, Digest: digest(func(*bot.Release) {})},
		},
		{
			name: "a yes to an older plan is none", by: ben, says: "is counted",
			prepare: func(r *bot.Release) { r.Approvals = []bot.Approval{{By: ben, Digest: "older"}} },
			want:    bot.Approved{By: ben, Digest: digest(func(*bot.Release) {})},
		},
		{name: "nothing is worked out yet", by: ben, prepare: func(r *bot.Release) { r.Phase = bot.Requested }, says: "still being worked out"},
	})
}

func TestSignOff(t *testing.T) {
	t.Parallel()
	passed := func(change func(*bot.Release)) func(*bot.Release) {
		return func(r *bot.Release) {
			asks(r, "sre")
			r.Plan.Settings.Rules.Emergency = []string{"sre"}
			r.Phase, r.Run.ID = bot.Running, 7
			r.Emergency = bot.Emergency{Asked: true, ReviewBy: now.Add(time.Hour)}
			change(r)
		}
	}
	elsewhere := passed(func(r *bot.Release) { asks(r, "oncall"); r.Plan.Settings.Rules.Emergency = []string{"oncall"} })
	words := []releaseRequest{
		{name: "somebody else of the group", by: ben, prepare: passed(func(*bot.Release) {}), want: bot.SignedOff{By: ben}, says: "You have signed api-150 off"},
		{name: "also after its end", by: ben, prepare: passed(func(r *bot.Release) { r.Phase = bot.Failed }), want: bot.SignedOff{By: ben}},
		{name: "perhaps in the group", by: cleo, prepare: elsewhere, want: bot.SignedOff{By: cleo}, pending: true, says: "Checking whether you may"},
		{name: "in no group", by: cleo, prepare: passed(func(*bot.Release) {}), says: "you are not known to be one"},
		{name: "their own", by: anna, prepare: elsewhere, says: "is your own emergency"},
		{name: "no emergency", by: ben, prepare: func(r *bot.Release) { r.Run.ID = 7 }, says: "was no emergency"},
		{name: "it passed nothing", by: ben, prepare: passed(func(r *bot.Release) { r.Emergency.ReviewBy = time.Time{} }), says: "api-150 is running, so there is nothing to sign off"},
		{name: "signed off already", by: ben, prepare: passed(func(r *bot.Release) { r.Emergency.SignedAt, r.Emergency.SignedOff = now, cleo }), says: "was signed off by cleo already"},
	}
	runWords(t, func(bot.Release) (string, bot.Click) { return "/deploy sign-off api-150", bot.Click{} }, words)
	runWords(t, func(bot.Release) (string, bot.Click) { return "", bot.Click{Action: bot.ActSignOff} }, words)
}

func TestUnapprove(t *testing.T) {
	t.Parallel()
	approved := func(by bot.Person, phase bot.Phase) func(*bot.Release) {
		return func(r *bot.Release) {
			r.Phase, r.Approvals = phase, []bot.Approval{{By: by, Digest: r.Plan.Digest()}}
		}
	}
	runWords(t, func(bot.Release) (string, bot.Click) { return "/deploy unapprove api-150", bot.Click{} }, []releaseRequest{
		{name: "while it waits for more", by: ben, prepare: approved(ben, bot.AwaitingApproval), want: bot.Withdrawn{By: ben}, says: "is taken back"},
		{name: "while it waits for its turn", by: ben, prepare: approved(ben, bot.Queued), want: bot.Withdrawn{By: ben}},
		{name: "another's", by: cleo, prepare: approved(ben, bot.AwaitingApproval), says: "No approval of yours"},
		{name: "none", by: ben, says: "No approval of yours"},
		{name: "it runs", by: ben, prepare: approved(ben, bot.Running), says: "it is too late", near: "/deploy cancel api-150"},
		{name: "it is watched", by: ben, prepare: approved(ben, bot.Verifying), says: "it is too late"},
		{name: "it has ended", by: ben, prepare: approved(ben, bot.Failed), says: "it is too late"},
	})
}

// reported has the release ask for points to be seen to, and settles some.
func reported(points int, settled ...int) func(*bot.Release) {
	return func(r *bot.Release) {
		asks(r, "sre").Confirm = []bot.FindingKind{bot.FindSetting}
		for i := range points {
			r.Plan.Readiness.Findings = append(r.Plan.Readiness.Findings, bot.Finding{
				Kind: bot.FindSetting, Weight: bot.WeightLook, Says: fmt.Sprintf("new setting KEY_%d", i),
			})
		}
		for _, i := range settled {
			r.Acknowledged = append(r.Acknowledged, bot.Acknowledgement{Point: r.Points()[i].ID, By: cleo})
		}
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	r := newHouse(t).releases["api-150"]
	reported(2)(&r)
	second := r.Points()[1].ID
	settle := func(bot.Release) (string, bot.Click) { return "", bot.Click{Action: bot.ActAcknowledge, Value: second} }
	runWords(t, settle, []releaseRequest{
		{name: "an approver", by: ben, prepare: reported(2, 0), want: bot.PointAcknowledged{By: ben, Point: second}, says: "in your name: new setting KEY_1"},
		{name: "nobody else", by: cleo, prepare: reported(2), says: "approved by a member of sre"},
		{name: "settled already", by: ben, prepare: reported(2, 1), says: "ticked off already, by cleo"},
		{name: "not asked for any more", by: ben, prepare: reported(1), says: "is not among what api-150 asks for now"},
		{name: "too late", by: ben, prepare: func(r *bot.Release) { reported(2)(r); r.Phase = bot.Running }, says: "there is nothing to tick off"},
	})
}

// TestApproveWithOpenPoints: who approves too early reads what is open.
func TestApproveWithOpenPoints(t *testing.T) {
	t.Parallel()
	open := func(points int, settled ...int) []string {
		h := newHouse(t)
		h.in("api-150", bot.AwaitingApproval, reported(points, settled...))
		answer, err := newCommands(t, h).Click(t.Context(), bot.Click{
			Action: bot.ActApprove, Release: "api-150", By: ben, Key: "action-1", Value: h.releases["api-150"].Plan.Digest(),
		})
		if err != nil {
			t.Fatal(err)
		}
		problem, ok := answer.(bot.Problem)
		if !ok {
			return nil
		}
		checkRefusal(t, answer, "api-150 cannot be approved yet")
		return problem.Mends[1:]
	}
	if diff := cmp.Diff([]string{"Open: new setting KEY_1"}, open(2, 0)); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	if got := open(2, 0, 1); got != nil {
		t.Errorf("nothing is open and yet %q", got)
	}
	if got := open(10); len(got) != 10 || !strings.HasPrefix(got[9], "Open: ") {
		t.Errorf("of ten there are %q", got)
	}
	if got := open(12); len(got) != 11 || got[10] != "and 2 more" {
		t.Errorf("of twelve there are %q", got)
	}
}

// TestStartOver: a new release of what the branch has by now replaces
// one that waits.
func TestStartOver(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		phase bot.Phase
		prep  func(*bot.Release)
		says  string // empty: it starts over
	}{
		{"waits for approval", bot.AwaitingApproval, nil, ""},
		{"waits for its turn", bot.Queued, nil, ""},
		{"runs", bot.Running, nil, "api-150 is running, so it cannot be started over"},
		{"is over", bot.Rejected, nil, "it cannot be started over"},
		{"goes back", bot.AwaitingApproval, func(r *bot.Release) { r.Kind = bot.Rollback }, "it cannot be started over"},
		{"was no branch", bot.AwaitingApproval, func(r *bot.Release) { r.Plan.Commit.TipOf = "" }, "it cannot be started over"},
		{"has no plan", bot.AwaitingApproval, func(r *bot.Release) { r.Plan = nil }, "it cannot be started over"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.in("api-150", tt.phase, func(r *bot.Release) {
				asks(r, "sre")
				r.Plan.Commit.TipOf, r.Reason, r.Again = "release/2", "the fair", true
				if tt.prep != nil {
					tt.prep(r)
				}
			})
			c := newCommands(t, h)
			for _, by := range []bot.Person{cleo, ben, anna} {
				answer, err := c.Click(t.Context(), bot.Click{Action: bot.ActStartOver, Release: "api-150", By: by, Key: "action-" + by.Name})
				if err != nil {
					t.Fatal(err)
				}
				if tt.says != "" {
					checkRefusal(t, answer, tt.says)
				}
			}
			if tt.says != "" {
				if len(h.drafts) > 0 {
					t.Errorf("refused, and yet there are %+v", h.drafts)
				}
				return
			}
			first, second, own := h.drafts[0], h.drafts[1], h.drafts[2]
			for _, d := range h.drafts {
				if d.Ref != "release/2" || d.Replaces != "api-150" || d.Target != production {
					t.Errorf("draft %+v", d)
				}
			}
			// Nobody gives somebody else's reason, nor loses their own by that.
			if first.Reason != "" || first.Again || own.Reason != "the fair" || !own.Again {
				t.Errorf("pressed by others it says %q, by its requester %q", first.Reason, own.Reason)
			}
			if first.Sameness == "" || first.Sameness != second.Sameness || own.Sameness == first.Sameness {
				t.Errorf("pressed by two it is %q and %q, by its requester %q", first.Sameness, second.Sameness, own.Sameness)
			}
		})
	}
}

func TestQueueView(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"/deploy queue api":            {"api → staging", "api → production api-150 api-160"},
		"/deploy queue api production": {"api → production api-150 api-160"},
		"@slipway queue web":           {"web → production"},
	} {
		h := newHouse(t)
		h.waiting = map[bot.Target][]string{production: {"api-150", "api-160"}}
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		view, ok := answer.(bot.QueueView)
		if !ok || err != nil {
			t.Fatalf("%s: %#v, %v", text, answer, err)
		}
		var got []string
		for _, line := range view.Lines {
			shown := []string{line.Target.String()}
			for _, r := range line.Waiting {
				shown = append(shown, r.ID)
			}
			got = append(got, strings.Join(shown, " "))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestEmergencies: they are listed newest first, of what was named.
func TestEmergencies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"/deploy history --emergency":                {"everything", "api-144", "web-3", "api-142"},
		"/deploy history api --emergency":            {"api", "api-144", "api-142"},
		"/deploy history api production --emergency": {"api → production", "api-142"},
	} {
		h := newHouse(t)
		for i, at := range map[bot.Target]time.Time{production: now.Add(-3 * time.Hour), web: now.Add(-2 * time.Hour), staging: now.Add(-time.Hour)} {
			n := slices.IndexFunc(h.history[i], func(p bot.Past) bool { return p.Healthy })
			h.history[i][n].Emergency, h.history[i][n].At = true, at
		}
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		view, ok := answer.(bot.EmergencyView)
		if !ok || err != nil {
			t.Fatalf("%s: %#v, %v", text, answer, err)
		}
		got := []string{view.Of}
		for _, p := range view.Past {
			got = append(got, p.Past.Release)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
