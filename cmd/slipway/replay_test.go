package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands"
)

// changingVerbs are commands of the verbs that may change something.
func changingVerbs() map[string][]string {
	return map[string][]string{
		"deploy":    {"web main", "api,web main to staging", "api main to production --dry-run"},
		"rollback":  {"api staging", "api staging to {oldest}"},
		"promote":   {"api staging production"},
		"plan":      {"api main to production", "api,web main to staging"},
		"diff":      {"api staging main"},
		"unapprove": {"{approved}"},
		"reject":    {"{waiting} too risky"},
		"cancel":    {"{waiting}"},
		"sign-off":  {"{emergency}"},
		"lock":      {"api staging --for 2h"},
		"unlock":    {"api staging"},
		"freeze":    {"api staging --for 2h --reason fair"},
		"unfreeze":  {"api staging"},
		"adopt":     {"api staging abcdef1"},
		"notify":    {"", "me", "nothing"},

		"verdict":            {"{judged} false"},
		"looked":             {"api staging"},
		"release-quarantine": {"api staging --reason mended"},
	}
}

// lookingVerbs are commands of those that only look: they have nothing to repeat,
// and need not say the same twice.
func lookingVerbs() map[string][]string {
	return map[string][]string{
		"status": {""}, "why": {"{waiting}"}, "approve": {"{waiting}"}, "queue": {"api"}, "history": {"api staging"}, "help": {""},
		"mine": {""}, "incident": {"", "2h"}, "report": {"web"},
	}
}

// TestPromise10_ARepeatedCommandChangesNothing sends a captured command of every
// verb again, after a restart and after things have moved on.
func TestPromise10_ARepeatedCommandChangesNothing(t *testing.T) {
	t.Parallel()
	changing, looking := changingVerbs(), lookingVerbs()
	help, err := newReplayWorld(t).replica().Command(t.Context(), bot.Invocation{Verb: "deploy", Text: "help", By: bot.Person{ID: "U02BEN"}})
	all, ok := help.(bot.Help)
	if !ok || err != nil {
		t.Fatalf("%#v, %v", help, err)
	}
	for _, v := range all.Verbs {
		texts, changes := changing[v.Verb], true
		if texts == nil {
			texts, changes = looking[v.Verb], false
		}
		if len(texts) == 0 {
			t.Errorf("%s is not tried", v.Verb)
		}
		for _, text := range texts {
			t.Run(v.Verb+" "+text, func(t *testing.T) {
				t.Parallel()
				w := newReplayWorld(t)
				if v.Verb == "unlock" || v.Verb == "unfreeze" {
					w.close(bot.Hold, bot.Freeze)
				}
				if text == "nothing" { // which ends something
					w.otherwise("U02BEN")
				}
				for name, id := range w.ids {
					text = strings.ReplaceAll(text, "{"+name+"}", id)
				}
				in := bot.Invocation{
					Verb: "deploy", Text: v.Verb + " " + text, By: bot.Person{ID: "U02BEN", Name: "ben"}, Source: bot.FromCommand, Key: "trigger-1",
				}
				send := func(c *commands.Commands) (bot.Answer, error) { return c.Command(w.Context(), in) }
				if changes {
					w.held(in.Text, send)
					return
				}
				w.twice(in.Text, send)
			})
		}
	}
}

// TestPromise10_ARefusedCommandStaysRefused: what was refused may be granted by
// now; the request that was refused is not asked again.
func TestPromise10_ARefusedCommandStaysRefused(t *testing.T) {
	t.Parallel()
	w := newReplayWorld(t)
	w.close(bot.Hold)
	in := bot.Invocation{Verb: "deploy", Text: "lock api staging", By: bot.Person{ID: "U01ANNA", Name: "anna"}, Source: bot.FromCommand, Key: "trigger-1"}
	first, again := w.twice(in.Text, func(c *commands.Commands) (bot.Answer, error) { return c.Command(w.Context(), in) })
	if _, refused := first.(bot.Problem); !refused || !cmp.Equal(first, again) {
		t.Errorf("answered %#v, and then %#v", first, again)
	}
}

// everyClick is a press of every button, on a release where it can be pressed.
func everyClick() map[bot.Action]func(*replayWorld) bot.Click {
	digest := func(w *replayWorld, name string) string {
		r, err := w.store.Release(w.Context(), w.ids[name])
		if err != nil {
			w.Fatal(err)
		}
		return r.Plan.Digest()
	}
	return map[bot.Action]func(*replayWorld) bot.Click{
		bot.ActApprove: func(w *replayWorld) bot.Click {
			return bot.Click{Release: w.ids["waiting"], Value: digest(w, "waiting")}
		},
		bot.ActReject:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["waiting"], Reason: "too risky"} },
		bot.ActCancel:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["waiting"]} },
		bot.ActConfirm: func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["back"], Value: digest(w, "back")} },
		bot.ActAcknowledge: func(w *replayWorld) bot.Click {
			r, err := w.store.Release(w.Context(), w.ids["points"])
			if err != nil || len(r.Points()) == 0 {
				w.Fatalf("%+v, %v", r, err)
			}
			return bot.Click{Release: r.ID, Value: r.Points()[0].ID}
		},
		bot.ActRollback:   func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["live"], Value: w.ids["older"]} },
		bot.ActCancelBack: func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["live"], Value: w.ids["oldest"]} },
		bot.ActItRan:      func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unknown"]} },
		bot.ActWhichRun:   func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unknown"], Value: "77"} },
		bot.ActSendAgain:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unknown"]} },
		bot.ActLooksGood:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unclear"]} },
		bot.ActWasRight:   func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["judged"]} },
		bot.ActFalseAlarm: func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["judged"]} },
		bot.ActMissed:     func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unclear"]} },
		bot.ActSignOff:    func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["emergency"]} },
		bot.ActStartOver:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["newer"]} },
		bot.ActBatchBack:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["batch"]} },
		bot.ActLooked:     func(*replayWorld) bot.Click { return bot.Click{Value: puzzle("first").Mark()} },
		bot.ActStop:       func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["counting"]} },
		bot.ActLonger:     func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["counting"]} },
		bot.ActBackNow:    func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["counting"], Value: w.ids["well"]} },
		bot.ActChoose:     func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["live"]} },
	}
}

// TestPromise10_ARepeatedClickChangesNothing is the same for every button.
func TestPromise10_ARepeatedClickChangesNothing(t *testing.T) {
	t.Parallel()
	clicks := everyClick()
	source, err := os.ReadFile(filepath.Join(repoRoot, "bot", "invocation.go"))
	if err != nil {
		t.Fatal(err)
	}
	buttons := regexp.MustCompile(`Act\w+\s+Action\s+= "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(buttons) != len(clicks) {
		t.Errorf("there are %d buttons, %d are tried", len(buttons), len(clicks))
	}
	for _, button := range buttons {
		if clicks[bot.Action(button[1])] == nil {
			t.Errorf("%s is not tried", button[1])
		}
	}
	for action, click := range clicks {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			w := newReplayWorld(t)
			c := click(w)
			c.Action, c.By, c.Key = action, bot.Person{ID: "U02BEN", Name: "ben"}, "action-1"
			press := func(on *commands.Commands) (bot.Answer, error) { return on.Click(w.Context(), c) }
			if action == bot.ActChoose { // it opens a form, whose sending is a command of its own
				w.twice(string(action), press)
				return
			}
			w.held(string(action), press)
		})
	}
}
