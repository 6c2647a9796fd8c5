package commands_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func TestReleaseQuarantine(t *testing.T) {
	t.Parallel()
	one := func(h *house) {
		h.history[production][1].Quarantined, h.history[production][1].TakenBackBy = true, "api-143"
	}
	two := func(h *house) {
		one(h)
		last := len(h.history[production]) - 1
		h.history[production][last].Quarantined, h.history[production][last].TakenBackBy = true, "api-141"
	}
	tests := []struct {
		name, typed string
		prepare     func(*house)
		says        string // empty: it is posted to api-142
		mend        string // what a refusal says besides
	}{
		{name: "the only one", typed: "/deploy release-quarantine api production --reason mended", prepare: one},
		{name: "by its id", typed: "/deploy release-quarantine api production api-142 --reason mended", prepare: two},
		{name: "behind to", typed: "@slipway release-quarantine api production to API-142 --reason mended", prepare: two},
		{name: "by its commit", typed: "/deploy release-quarantine api production ccccccc --reason mended", prepare: two},
		{name: "brought twice", typed: "/deploy release-quarantine api production --reason mended", prepare: func(h *house) {
			one(h)
			h.history[production] = append(h.history[production], bot.Past{Release: "api-139", SHA: sha("c"), Quarantined: true, TakenBackBy: "api-140"})
		}},
		{name: "by another commit", typed: "/deploy release-quarantine api production ddddddd --reason mended", prepare: one, says: "`ddddddd` is not in quarantine", mend: "In quarantine is api-142 (ccccccc)."},
		{name: "without a reason", typed: "/deploy release-quarantine api production", prepare: one, says: "does not say why"},
		{name: "one of several", typed: "/deploy release-quarantine api production --reason mended", prepare: two, says: "Several commits are in quarantine", mend: "In quarantine are api-142 (ccccccc) and api-140 (aaaaaaa)."},
		{name: "one that is not", typed: "/deploy release-quarantine api production api-143 --reason mended", prepare: one, says: "`api-143` is not in quarantine"},
		{name: "none is", typed: "/deploy release-quarantine api production --reason mended", prepare: func(*house) {}, says: "Nothing that ran on api → production is in quarantine"},
		{name: "no environment", typed: "/deploy release-quarantine api --reason mended", prepare: one, says: "several environments"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			tt.prepare(h)
			in := typed(tt.typed)
			in.By = cleo
			answer, err := newCommands(t, h).Command(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if tt.says != "" {
				checkRefusal(t, answer, tt.says)
				if problem, _ := answer.(bot.Problem); !strings.Contains(strings.Join(problem.Mends, " "), tt.mend) {
					t.Errorf("mends %q do not say %q", problem.Mends, tt.mend)
				}
				if len(h.letters) > 0 {
					t.Errorf("a refusal left %v", h.letters)
				}
				return
			}
			want := []bot.Event{bot.EndQuarantineAsked{By: cleo, Reason: "mended"}}
			var got []bot.Event
			for _, l := range h.letters {
				got = append(got, l.Event)
				if l.Release != "api-142" || l.Key == "" {
					t.Errorf("posted to %s with the key %q", l.Release, l.Key)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("posted (-want +got):\n%s", diff)
			}
			if done, ok := answer.(bot.Done); !ok || !done.Pending {
				t.Errorf("answered %#v", answer)
			}
		})
	}
}
