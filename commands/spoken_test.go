package commands_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestVerbsAsPeopleSayThem: what people say for a verb means that verb, unless a
// service bears the name.
func TestVerbsAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"@slipway where is api running now?", "@slipway where's api?", "@slipway where api", "@slipway Where is api live?"} {
		answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed(said))
		if view, isService := answer.(bot.ServiceView); err != nil || !isService || len(view.Rows) == 0 || view.Rows[0].State.Target.Service != "api" {
			t.Errorf("%q is answered %+v, %v", said, answer, err)
		}
	}
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("@slipway where is everything"))
	if _, isProblem := answer.(bot.Problem); err != nil || !isProblem {
		t.Errorf("what is no service is answered %+v, %v", answer, err)
	}
	for said, kind := range map[string]bot.Kind{
		"@slipway ship web v1": bot.Deploy, "@slipway ship web v1 to production": bot.Deploy, "@slipway revert api production": bot.Rollback,
	} {
		h := newHouse(t)
		if _, err := newCommands(t, h).Command(t.Context(), typed(said)); err != nil {
			t.Fatal(err)
		}
		if len(h.drafts) != 1 || h.drafts[0].Kind != kind {
			t.Errorf("%q asks for %+v, want one %s", said, h.drafts, kind)
		}
	}
}

// TestInTheThreadOfACard: there the id of the release may be left out, and
// elsewhere not.
func TestInTheThreadOfACard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.cards = map[string]bot.MessageRef{"api-150": {Channel: "C0DEPLOYS", ID: "1.000100"}}
	in := typed("@slipway why")
	in.Reply = bot.Reply{Channel: "C0DEPLOYS", Thread: "1.000100"}
	answer, err := newCommands(t, h).Command(t.Context(), in)
	if view, isPlan := answer.(bot.PlanView); err != nil || !isPlan || view.Release.ID != "api-150" {
		t.Errorf("in the thread: %+v, %v", answer, err)
	}
	in.Text = "help"
	answer, err = newCommands(t, h).Command(t.Context(), in)
	if help, isHelp := answer.(bot.Help); err != nil || !isHelp || help.Here != "api-150" {
		t.Errorf("help in the thread: %+v, %v", answer, err)
	}
	for name, reply := range map[string]bot.Reply{
		"in another thread":            {Channel: "C0DEPLOYS", Thread: "2.000100"},
		"in a thread of another place": {Channel: "C0OTHER", Thread: "1.000100"},
		"in the channel":               {Channel: "C0DEPLOYS"},
	} {
		in := typed("@slipway why")
		in.Reply = reply
		answer, err := newCommands(t, h).Command(t.Context(), in)
		if _, isProblem := answer.(bot.Problem); err != nil || !isProblem {
			t.Errorf("%s: %+v, %v", name, answer, err)
		}
	}
}

// TestMine shows each person what waits for them and what is theirs.
func TestMine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unfinished = []string{"api-150", "api-404"} // one of which nothing can be read
	waiting := h.releases["api-150"]
	requester := waiting.Asker()
	for _, tt := range []struct {
		name           string
		by             bot.Person
		waiting, asked int
	}{
		{"an approver", ben, 1, 0},
		{"who asked for it", requester, 0, 1},
		{"somebody else", bot.Person{ID: "U77NOBODY", Name: "nobody"}, 0, 0},
	} {
		in := typed("/deploy mine")
		in.By = tt.by
		answer, err := newCommands(t, h).Command(t.Context(), in)
		mine, isMine := answer.(bot.Mine)
		if err != nil || !isMine || len(mine.Waiting) != tt.waiting || len(mine.Asked) != tt.asked || len(mine.Board.Rows) == 0 {
			t.Errorf("%s: %d wait, %d asked for, %v; want %d and %d", tt.name, len(mine.Waiting), len(mine.Asked), err, tt.waiting, tt.asked)
		}
	}
	approved := waiting
	approved.Approvals = []bot.Approval{{By: ben, Digest: waiting.Plan.Digest()}}
	h.releases["api-150"] = approved
	in := typed("/deploy mine")
	in.By = ben
	answer, _ := newCommands(t, h).Command(t.Context(), in)
	if mine, _ := answer.(bot.Mine); len(mine.Waiting) != 0 {
		t.Errorf("what ben has approved waits for him still: %+v", mine.Waiting)
	}
}
