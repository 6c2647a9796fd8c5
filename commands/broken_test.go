package commands_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// brokenBack gives api a rollback to api-142, api-145, that took api-143 back
// and ended so.
func brokenBack(h *house, phase bot.Phase, came bot.Arrival) {
	h.add("api-145", production, sha("c"), phase)
	h.in("api-145", phase, func(r *bot.Release) {
		r.Kind, r.Reversal, r.Healthy, r.Run = bot.Rollback, bot.Reversal{Back: "api-143", To: "api-142"}, false, bot.Run{ID: 7}
		if came == bot.NeverCame {
			r.Run = bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Jobs: []bot.Job{{NeverBegan: true}}}
		}
	})
	past := &h.history[production][0]
	past.Kind, past.Healthy, past.Arrival = bot.Rollback, false, came
}

// TestPromise8_AfterARollbackThatBrokeOff: what it was to take back still is,
// both ends can be gone to, and its own card and alert go on where it stopped.
func TestPromise8_AfterARollbackThatBrokeOff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		phase bot.Phase
		came  bot.Arrival
		typed string
		takes bot.Reversal
		says  string // of a refusal
	}{
		"again":                        {bot.Failed, bot.MayHaveCome, "/rollback api production", bot.Reversal{Back: "api-143", To: "api-142"}, ""},
		"again, by name":               {bot.Failed, bot.MayHaveCome, "/rollback api production to api-142", bot.Reversal{Back: "api-143", To: "api-142"}, ""},
		"again, by its commit":         {bot.Cancelled, bot.MayHaveCome, "/rollback api production to ccccccc", bot.Reversal{Back: "api-143", To: "api-142"}, ""},
		"further":                      {bot.Failed, bot.MayHaveCome, "/rollback api production to api-140", bot.Reversal{Back: "api-143", To: "api-140"}, ""},
		"to what was not well":         {bot.Failed, bot.MayHaveCome, "/rollback api production to api-143", bot.Reversal{}, "api-143 was not healthy"},
		"again, after nothing of it":   {bot.Cancelled, bot.NeverCame, "/rollback api production", bot.Reversal{Back: "api-143", To: "api-142"}, ""},
		"by name, after nothing of it": {bot.Cancelled, bot.NeverCame, "/rollback api production to api-142", bot.Reversal{Back: "api-143", To: "api-142"}, ""},
		"while it runs":                {bot.Running, bot.MayHaveCome, "/rollback api production", bot.Reversal{Back: "api-145", To: "api-140"}, ""},
		"to where it goes, in its run": {bot.Running, bot.MayHaveCome, "/rollback api production to api-142", bot.Reversal{}, "is the commit that api-145 is bringing"},
	} {
		h := newHouse(t)
		brokenBack(h, tt.phase, tt.came)
		answer, err := newCommands(t, h).Command(t.Context(), typed(tt.typed))
		if err != nil {
			t.Fatal(err)
		}
		if tt.says != "" {
			checkRefusal(t, answer, tt.says)
			continue
		}
		if len(h.drafts) != 1 {
			t.Errorf("%s: %#v", name, answer)
			continue
		}
		if diff := cmp.Diff(tt.takes, h.drafts[0].Reversal); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestPromise8_TheButtonsAfterIt: the buttons of the rollback that broke off and
// of what it was to take back both work; those of what is not live do not.
func TestPromise8_TheButtonsAfterIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		phase   bot.Phase
		came    bot.Arrival
		release string
		refused string
	}{
		"of the rollback":                       {bot.Failed, bot.MayHaveCome, "api-145", ""},
		"of the rollback that changed nothing":  {bot.Cancelled, bot.NeverCame, "api-145", ""},
		"of what it was to take back":           {bot.Failed, bot.MayHaveCome, "api-143", ""},
		"of that, after nothing of it":          {bot.Cancelled, bot.NeverCame, "api-143", ""},
		"of an older one":                       {bot.Failed, bot.MayHaveCome, "api-141", "api-141 is not what is live"},
		"of what it takes back just now":        {bot.Running, bot.MayHaveCome, "api-143", "api-143 is not what is live on api → production any more: api-145 is"},
		"of what it has taken back":             {bot.Unhealthy, bot.Arrived, "api-143", "api-143 is not what is live"},
		"of one that went through, to go again": {bot.Succeeded, bot.Arrived, "api-143", "api-143 is not what is live"},
	} {
		for _, action := range []bot.Action{bot.ActRollback, bot.ActChoose} {
			h := newHouse(t)
			brokenBack(h, tt.phase, tt.came)
			click := bot.Click{Action: action, Release: tt.release, By: cleo, Key: "action-1"}
			if action == bot.ActRollback {
				click.Value = "api-142"
			}
			answer, err := newCommands(t, h).Click(t.Context(), click)
			if err != nil {
				t.Fatal(err)
			}
			if tt.refused != "" {
				checkRefusal(t, answer, tt.refused)
				continue
			}
			form, isForm := answer.(bot.RollbackForm)
			if action == bot.ActChoose && (!isForm || len(form.Past) != 2) {
				t.Errorf("%s, choosing: %#v", name, answer)
			}
			if action == bot.ActRollback && (len(h.drafts) != 1 || h.drafts[0].Reversal != bot.Reversal{Back: "api-143", To: "api-142"}) {
				t.Errorf("%s: %#v, %+v", name, answer, h.drafts)
			}
		}
	}
}
