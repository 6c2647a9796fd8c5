package commands_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands"
)

func TestTypedDrafts(t *testing.T) {
	t.Parallel()
	deploy := func(t bot.Target, ref string) bot.Draft { return bot.Draft{Kind: bot.Deploy, Target: t, Ref: ref} }
	preview := func(t bot.Target, ref string) bot.Draft { return bot.Draft{Kind: bot.Preview, Target: t, Ref: ref} }
	back := func(t bot.Target, from, to string) bot.Draft {
		return bot.Draft{Kind: bot.Rollback, Target: t, Reversal: bot.Reversal{Back: from, To: to}}
	}
	because := func(d bot.Draft, reason string) bot.Draft { d.Reason = reason; return d }
	tests := []struct {
		text string
		want bot.Draft
		note string // must stand in a note; empty: there is none
	}{
		{"/deploy api main to production", deploy(production, "main"), ""},
		{"/deploy api main production", deploy(production, "main"), ""},
		{"/deploy API Main Production", deploy(production, "Main"), ""},
		{"/deploy deploy api main to production", deploy(production, "main"), ""},
		{"/deploy api", deploy(staging, ""), "No environment was named, so it goes to staging."},
		{"/deploy api feature/x", deploy(staging, "feature/x"), "goes to staging"},
		{"/deploy api production", deploy(production, ""), "`production` was read as the environment"},
		{"/deploy api production to production", deploy(production, "production"), ""},
		{"/deploy api to production", deploy(production, ""), ""},
		{"/deploy web", deploy(web, ""), ""},
		{"/deploy `web` “v1.2”", deploy(web, "v1.2"), ""},
		{"/deploy web v1 —reason the login’s “broken”", because(deploy(web, "v1"), "the login’s “broken”"), ""},
		{"/deploy web v1 --reason a &amp; b &lt;c&gt;", because(deploy(web, "v1"), "a & b <c>"), ""},
		{"/deploy web <http://release.one|release.one>", deploy(web, "release.one"), ""},
		{"/deploy api main production —dry-run", preview(production, "main"), ""},
		{"/deploy web --reason too late --dry-run", because(preview(web, ""), "too late"), ""},
		{"@slipway deploy web v1", deploy(web, "v1"), ""},
		{"@slipway web v1", deploy(web, "v1"), ""},
		{"@slipway Rollback web", bot.Draft{}, ""},

		{"/rollback api production", back(production, "api-143", "api-142"), ""},
		{"/rollback api to production", back(production, "api-143", "api-142"), ""},
		{"/deploy rollback api production", back(production, "api-143", "api-142"), ""},
		{"/rollback api production to api-140", back(production, "api-143", "api-140"), ""},
		{"/rollback api production api-140", back(production, "api-143", "api-140"), ""},
		{"/rollback api to production to API-140", back(production, "api-143", "api-140"), ""},
		{"/rollback api production to aaaaaaa", back(production, "api-143", "api-140"), ""},
		{"/rollback api production to " + sha("A"), back(production, "api-143", "api-140"), ""},
		{"/rollback api production --reason errors", because(back(production, "api-143", "api-142"), "errors"), ""},

		{"/deploy diff api", preview(staging, ""), ""},
		{"/deploy diff api main", preview(staging, "main"), ""},
		{"/deploy diff api production", preview(production, ""), ""},
		{"/deploy diff api production v1", preview(production, "v1"), ""},
		{"/deploy diff api v1 to production", preview(production, "v1"), ""},
		{"/deploy diff api production staging", preview(production, sha("e")), "what is live on api → staging"},
		{"/deploy diff api production staging --dry-run", preview(production, sha("e")), "eeeeeee"},
		{"/deploy plan api main to production", preview(production, "main"), ""},
		{"/deploy promote api staging production", deploy(production, sha("e")), "It takes api-144 (eeeeeee) on api → staging"},
		{"/deploy promote api staging to production --dry-run", preview(production, sha("e")), "It takes api-144"},
		{"/deploy adopt web production ABCDEF1 --reason first day", because(bot.Draft{Kind: bot.Adopt, Target: web, Ref: "abcdef1"}, "first day"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			in := typed(tt.text)
			answer, err := newCommands(t, h).Command(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want.Kind == "" {
				if _, ok := answer.(bot.Problem); !ok || len(h.drafts) > 0 {
					t.Fatalf("answered %#v, drafts %v, want a refusal", answer, h.drafts)
				}
				return
			}
			accepted, ok := answer.(bot.Accepted)
			if !ok || len(h.drafts) != 1 {
				t.Fatalf("answered %#v with %d drafts", answer, len(h.drafts))
			}
			got := h.drafts[0]
			want := tt.want
			want.Requester, want.Key = anna, "trigger-1"
			want.Origin = bot.Origin{Channel: "C0TYPED", Thread: "17.1", Source: in.Source}
			want.Reply = in.Reply
			want.Reply.To = anna
			if strings.Contains(tt.text, "promote") {
				want.Source = "api-144"
			}
			want.Sameness = got.Sameness
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("draft (-want +got):\n%s", diff)
			}
			notes := strings.Join(accepted.Notes, "\n")
			if tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("notes %q, want %q", notes, tt.note)
			}
		})
	}
}

func TestSameness(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := newCommands(t, h)
	of := func(by bot.Person, text string) string {
		in := typed(text)
		in.By = by
		if _, err := c.Command(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		return h.drafts[len(h.drafts)-1].Sameness
	}
	first := of(anna, "/deploy api main to production")
	if again := of(anna, "/deploy api main production --reason now"); again != first || first == "" {
		t.Errorf("the same request is %q, then %q", first, again)
	}
	for name, other := range map[string]string{
		"another person":      of(ben, "/deploy api main to production"),
		"another ref":         of(anna, "/deploy api Main to production"),
		"another environment": of(anna, "/deploy api main to staging"),
		"a rollback":          of(anna, "/rollback api production"),
		"what is adopted":     of(anna, "/deploy adopt api production abcdef1"),
		"what is promoted":    of(anna, "/deploy promote api staging production"),
	} {
		if other == first || other == "" {
			t.Errorf("%s has the sameness %q", name, other)
		}
	}
	for _, text := range []string{
		"/deploy api main to production --again", "/deploy api main to production --dry-run",
		"/deploy promote api staging production --again", "/deploy promote api staging production --dry-run",
	} {
		if got := of(anna, text); got != "" {
			t.Errorf("%s has the sameness %q, want none", text, got)
		}
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text     string
		existing bool
		channel  string
		note     string
	}{
		{"/deploy api main to production", false, "C0DEPLOYS", ""},
		{"/deploy web", false, "C0TYPED", ""},
		{"/deploy web", true, "C0TYPED", "add `--again`"},
		{"/deploy api main to production --dry-run", false, "", ""},
		{"/rollback api production", false, "", ""},
		{"/deploy adopt api production abcdef1", false, "C0DEPLOYS", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.existing = tt.existing
			answer, err := newCommands(t, h).Command(t.Context(), typed(tt.text))
			accepted, ok := answer.(bot.Accepted)
			if err != nil || !ok {
				t.Fatalf("answered %#v, %v", answer, err)
			}
			if accepted.Channel != tt.channel || accepted.Existing != tt.existing {
				t.Errorf("accepted %+v", accepted)
			}
			if tt.note != "" && !strings.Contains(strings.Join(accepted.Notes, " "), tt.note) {
				t.Errorf("notes %q do not say %q", accepted.Notes, tt.note)
			}
		})
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	tests := map[string]func(bot.Answer) bool{
		"/deploy-status": func(a bot.Answer) bool { v, ok := a.(bot.Board); return ok && len(v.Rows) == 5 },
		"/deploy-status web": func(a bot.Answer) bool {
			v, ok := a.(bot.ServiceView)
			return ok && len(v.Rows) == 1 && len(v.Past) == 1 && len(v.Past[0].Past) == 1
		},
		"/deploy-status Api": func(a bot.Answer) bool {
			v, ok := a.(bot.ServiceView)
			return ok && len(v.Rows) == 2 && len(v.Past) == 2 && v.Asks == 0
		},
		"/deploy-status api production": func(a bot.Answer) bool {
			v, ok := a.(bot.ServiceView)
			return ok && len(v.Past) == 1 && len(v.Past[0].Past) == 4 && cmp.Equal(v.Links, []bot.Link{{Name: "logs", URL: "https://logs.example.com/api"}})
		},
		"/deploy status api": func(a bot.Answer) bool { _, ok := a.(bot.ServiceView); return ok },
		"@slipway status":    func(a bot.Answer) bool { _, ok := a.(bot.Board); return ok },
		"/deploy history api production": func(a bot.Answer) bool {
			v, ok := a.(bot.HistoryView)
			return ok && len(v.Past) == 4 && v.Now.Equal(now)
		},
		"/deploy history api":               func(a bot.Answer) bool { v, ok := a.(bot.HistoryView); return ok && v.Target == staging },
		"/deploy-status history api":        func(a bot.Answer) bool { _, ok := a.(bot.HistoryView); return ok },
		"/deploy help":                      func(a bot.Answer) bool { v, ok := a.(bot.Help); return ok && v.Verb == "" && len(v.Verbs) >= 12 },
		"/rollback help":                    func(a bot.Answer) bool { _, ok := a.(bot.Help); return ok },
		"/deploy help Rollback":             func(a bot.Answer) bool { v, ok := a.(bot.Help); return ok && v.Verb == "rollback" },
		"@slipway":                          func(a bot.Answer) bool { _, ok := a.(bot.Help); return ok },
		"/deploy approve api-160":           func(a bot.Answer) bool { v, ok := a.(bot.PlanView); return ok && v.Offer == bot.ActConfirm },
		"/deploy":                           isForm,
		"/deploy deploy":                    isForm,
		"/deploy &nbsp;deploy":              func(a bot.Answer) bool { _, ok := a.(bot.Problem); return ok },
		"/deploy cancel api-150 --reason x": func(a bot.Answer) bool { _, ok := a.(bot.Done); return ok },
	}
	for text, right := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed(text))
			if err != nil || !right(answer) {
				t.Errorf("%s: %#v, %v", text, answer, err)
			}
		})
	}
}

func isForm(a bot.Answer) bool {
	form, ok := a.(bot.Form)
	return ok && len(form.Choices) == 3 && cmp.Equal(form.Choices[0], bot.FormChoice{Service: "api", Environments: []string{"staging", "production"}})
}

func TestHelpSaysEverything(t *testing.T) {
	t.Parallel()
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy help"))
	help, ok := answer.(bot.Help)
	if err != nil || !ok {
		t.Fatalf("answered %#v, %v", answer, err)
	}
	for _, v := range help.Verbs {
		if v.Verb == "" || v.Summary == "" || len(v.Usage) == 0 || len(v.Examples) == 0 {
			t.Errorf("%+v leaves something out", v)
		}
		for _, line := range append(v.Usage, v.Examples...) {
			if !strings.HasPrefix(line, "/") {
				t.Errorf("%q is no command to copy", line)
			}
		}
	}
}

func TestGuestsMayNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := newCommands(t, h)
	for _, text := range []string{"/deploy web", "/deploy", "/deploy-status", "/deploy help", "@slipway"} {
		in := typed(text)
		in.Guest = true
		answer, err := c.Command(t.Context(), in)
		if _, ok := answer.(bot.Problem); !ok || err != nil {
			t.Errorf("a guest's %s: %#v, %v", text, answer, err)
		}
	}
	answer, err := c.Click(t.Context(), bot.Click{Action: bot.ActCancel, Release: "api-150", By: ben, Guest: true})
	if _, ok := answer.(bot.Problem); !ok || err != nil {
		t.Errorf("a guest's click: %#v, %v", answer, err)
	}
	if len(h.drafts)+len(h.letters) > 0 {
		t.Errorf("guests left %v, %v", h.drafts, h.letters)
	}
}

// branch is one that has come on, or cannot be asked.
type branch struct {
	newer int
	fault error
	asked int
}

func (b *branch) Newer(context.Context, bot.Release) (int, error) {
	b.asked++
	return b.newer, b.fault
}

// TestAskedForAlready: what is asked for twice is told with what its branch has by
// now, and how to have that; where it cannot be told, as it was when last seen.
func TestAskedForAlready(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		phase  bot.Phase
		tip    string
		branch branch
		newer  int
		note   string
	}{
		"nothing newer":             {phase: bot.AwaitingApproval, tip: "main", note: "To start another one anyway, add `--again`."},
		"two newer, and it waits":   {phase: bot.AwaitingApproval, tip: "main", branch: branch{newer: 2}, newer: 2, note: "For a second release beside this one, type `/deploy api main to production --again`."},
		"two newer, and it runs":    {phase: bot.Running, tip: "main", branch: branch{newer: 2}, newer: 2, note: "To deploy the newest, type `/deploy api main to production --again`."},
		"nobody can tell":           {phase: bot.Queued, tip: "main", branch: branch{newer: 9, fault: errors.New("away")}, newer: 3, note: "For a second release beside this one, type"},
		"it was named by its SHA":   {phase: bot.AwaitingApproval, branch: branch{newer: 9}, note: "To start another one anyway"},
		"its plan is not there yet": {phase: bot.Requested, branch: branch{newer: 9}, note: "To start another one anyway"},
	} {
		h := newHouse(t)
		h.existing = true
		h.stands = func(r *bot.Release) {
			r.Phase, r.Branch.Newer = tt.phase, 3
			if tt.phase != bot.Requested {
				r.Plan = &bot.Plan{Commit: bot.Commit{SHA: sha("a"), TipOf: tt.tip}}
			}
		}
		declared, err := parsed()
		if err != nil {
			t.Fatal(err)
		}
		c := commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h, Branches: &tt.branch}, declared, func() time.Time { return now })
		answer, err := c.Command(t.Context(), typed("/deploy api main to production"))
		accepted, ok := answer.(bot.Accepted)
		if err != nil || !ok || accepted.Newer != tt.newer || !strings.Contains(strings.Join(accepted.Notes, "\n"), tt.note) {
			t.Errorf("%s: %+v, %v", name, answer, err)
		}
		if asked := tt.branch.asked > 0; asked != (tt.tip != "") {
			t.Errorf("%s: the branch was asked %t", name, asked)
		}
	}
	h := newHouse(t) // what is new is not compared with anything
	b := &branch{newer: 2}
	declared, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	c := commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h, Branches: b}, declared, func() time.Time { return now })
	if _, err := c.Command(t.Context(), typed("/deploy api main to production")); err != nil || b.asked > 0 {
		t.Errorf("the branch was asked %d times, %v", b.asked, err)
	}
}
