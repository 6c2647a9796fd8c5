package commands_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

var web = bot.Target{Service: "web", Environment: "production"}

// twice gives web a past: web-5 is live, web-4 failed and web-3 was healthy.
func twice(h *house) {
	h.add("web-4", web, sha("a"), bot.Failed)
	h.add("web-5", web, sha("b"), bot.Succeeded)
}

// TestRollbackWords: a word that stands alone is an environment, a release, a
// commit or the list, whichever it can be.
func TestRollbackWords(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"/rollback web", "/rollback web production", "/rollback web to production", "/rollback web web-3", "/rollback web to WEB-3",
		"/rollback web production web-3", "/rollback web fffffff", "/rollback web to fffffff --again",
	} {
		h := newHouse(t)
		twice(h)
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		if err != nil || len(h.drafts) != 1 {
			t.Errorf("%s: %#v, %v", text, answer, err)
			continue
		}
		d := h.drafts[0]
		if diff := cmp.Diff(bot.Reversal{Back: "web-5", To: "web-3"}, d.Reversal); diff != "" || d.Target != web {
			t.Errorf("%s of %s (-want +got):\n%s", text, d.Target, diff)
		}
		if again := strings.HasSuffix(text, "--again"); again != (d.Sameness == "") {
			t.Errorf("%s has the sameness %q", text, d.Sameness)
		}
	}
	for _, text := range []string{"/rollback web list", "/rollback web to list", "/rollback web production list", "@slipway rollback web production to list"} {
		h := newHouse(t)
		twice(h)
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		if form, ok := answer.(bot.RollbackForm); err != nil || !ok || len(form.Past) != 1 || form.Past[0].Release != "web-3" || len(h.drafts) > 0 {
			t.Errorf("%s: %#v, %v", text, answer, err)
		}
	}
}

// TestRollbackTo: of several releases of a commit the one that was healthy is
// meant, and one that was taken back is named to nobody.
func TestRollbackTo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typed string
		prepare     func(*house)
		to          string // empty: it is refused
		says, mend  string
	}{
		{
			name: "the healthy one of a commit", typed: "/rollback web production to aaaaaaa", to: "web-2",
			prepare: func(h *house) {
				h.history[web] = append(h.history[web], bot.Past{Release: "web-2", SHA: sha("a"), Phase: bot.Succeeded, Healthy: true})
			},
		},
		{
			name: "behind many runs past slipway", typed: "/rollback web production", to: "web-5",
			prepare: func(h *house) {
				for i := range 150 {
					h.history[web] = slices.Insert(h.history[web], 0, bot.Past{
						Release: "web-" + strconv.Itoa(6+i), Kind: bot.Adopt, SHA: sha("c"), Phase: bot.Succeeded, Arrival: bot.MayHaveCome, Beside: bot.Beside{What: bot.BesideRun},
					})
				}
			},
		},
		{
			name: "a beginning that fits several", typed: "/rollback web production to aaaaaaa", says: "fits several commits",
			prepare: func(h *house) {
				h.history[web] = append(h.history[web], bot.Past{Release: "web-2", SHA: "aaaaaaab" + sha("c")[8:], Phase: bot.Succeeded, Healthy: true})
			},
			mend: "Give more characters",
		},
		{
			name: "what was taken back is not offered", typed: "/rollback web production to web-4", says: "web-4 was not healthy",
			prepare: func(h *house) {
				h.history[web] = append(h.history[web],
					bot.Past{Release: "web-2", SHA: sha("c"), Healthy: true, Quarantined: true}, bot.Past{Release: "web-1", SHA: sha("d"), Healthy: true})
			},
			mend: "It can go back to web-3 (fffffff) or web-1 (ddddddd).",
		},
		{
			name: "five are offered, one a commit", typed: "/rollback web production to web-4", says: "web-4 was not healthy",
			prepare: func(h *house) {
				for i, c := range strings.Split("ffcdeghij", "") {
					h.history[web] = append(h.history[web], bot.Past{Release: "web-" + string(rune('A'+i)), SHA: sha(c), Healthy: true})
				}
			},
			mend: "It can go back to web-3 (fffffff), web-C (ccccccc), web-D (ddddddd), web-E (eeeeeee) or web-F (ggggggg).",
		},
		{
			name: "one that never ran", typed: "/rollback web production to web-9", says: "web-9 never ran: web-9 was rejected by ben.",
			prepare: func(h *house) {
				h.add("web-9", web, sha("c"), bot.Rejected)
				h.history[web] = h.history[web][1:]
				h.in("web-9", bot.Rejected, func(r *bot.Release) { r.Run, r.Ending.By = bot.Run{}, ben })
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			twice(h)
			tt.prepare(h)
			answer, err := newCommands(t, h).Command(t.Context(), typed(tt.typed))
			if err != nil {
				t.Fatal(err)
			}
			if tt.to != "" {
				if len(h.drafts) != 1 || h.drafts[0].Reversal.To != tt.to {
					t.Errorf("answered %#v with %+v", answer, h.drafts)
				}
				return
			}
			checkRefusal(t, answer, tt.says)
			if problem, _ := answer.(bot.Problem); !strings.Contains(strings.Join(problem.Mends, " "), tt.mend) {
				t.Errorf("mends %q do not say %q", problem.Mends, tt.mend)
			}
		})
	}
}

// TestRollbackButtonOfOthers: what became of other releases does not matter to
// the way that a dialog named.
func TestRollbackButtonOfOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.history[production][3].Quarantined = true // api-140
	click := bot.Click{Action: bot.ActRollback, Release: "api-143", Value: "api-142", By: cleo, Key: "action-1", Reason: "the login is broken"}
	answer, err := newCommands(t, h).Click(t.Context(), click)
	if err != nil || len(h.drafts) != 1 || h.drafts[0].Reversal.To != "api-142" || h.drafts[0].Reason != click.Reason {
		t.Errorf("%#v, %v, drafts %+v", answer, err, h.drafts)
	}
	h = newHouse(t)
	h.history[production] = nil
	answer, err = newCommands(t, h).Click(t.Context(), click)
	if err != nil {
		t.Fatal(err)
	}
	checkRefusal(t, answer, "nothing is known to be")
}

// TestChoicesAreOneACommit: a commit that was live several times is one choice,
// and the card of a rollback that goes is about that rollback.
func TestChoicesAreOneACommit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.history[production] = append(h.history[production], bot.Past{Release: "api-139", SHA: sha("c"), Healthy: true})
	h.in("api-160", bot.Queued, func(r *bot.Release) { r.Confirmed = true })
	c := newCommands(t, h)
	answer, err := c.Command(t.Context(), typed("/rollback api production to list"))
	form, ok := answer.(bot.RollbackForm)
	if err != nil || !ok || slices.ContainsFunc(form.Past, func(p bot.Past) bool { return p.Release == "api-139" }) {
		t.Errorf("answered %#v, %v", answer, err)
	}
	answer, err = c.Click(t.Context(), bot.Click{Action: bot.ActChoose, Release: "api-160", By: cleo, Key: "action-1"})
	if err != nil {
		t.Fatal(err)
	}
	checkRefusal(t, answer, "api-160 is not what is live")
}

// TestTruth: a refusal says how the release ended, and by whom.
func TestTruth(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*bot.Release){
		"api-142 was rejected by ben, so":                             func(r *bot.Release) { r.Phase, r.Ending.By = bot.Rejected, ben },
		"api-142 was cancelled by cleo, so":                           func(r *bot.Release) { r.Phase, r.Ending.By = bot.Cancelled, cleo },
		"api-142 was cancelled, so":                                   func(r *bot.Release) { r.Phase = bot.Cancelled },
		"api-142 was superseded, so":                                  func(r *bot.Release) { r.Phase, r.Ending.By = bot.Superseded, ben },
		"api-142 has succeeded and was taken back by api-145, so":     func(r *bot.Release) { r.TakenBackBy = "api-145" },
		"api-142 waits until anna confirms it, so nobody else is":     func(r *bot.Release) { r.Kind, r.Phase = bot.Rollback, bot.AwaitingApproval },
		"api-142 is running, so there is nothing to approve":          func(r *bot.Release) { r.Phase = bot.Running },
		"api-142 waits for its turn on api → production, so there is": func(r *bot.Release) { r.Phase = bot.Queued },
	} {
		h := newHouse(t)
		h.in("api-142", bot.Succeeded, change)
		in := typed("/deploy approve api-142")
		in.By = ben
		answer, err := newCommands(t, h).Command(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		checkRefusal(t, answer, says)
	}
}
