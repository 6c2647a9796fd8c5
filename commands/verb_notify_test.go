package commands_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

func TestNotify(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := newCommands(t, h)
	say := func(by bot.Person, words string) (bot.Answer, string) {
		in := typed("/deploy notify " + words)
		in.By = by
		answer, err := c.Command(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		switch a := answer.(type) {
		case bot.Done:
			return a, a.Says
		case bot.Problem:
			return a, a.Says + " " + strings.Join(a.Mends, " ")
		default:
			t.Fatalf("the answer is %#v", answer)
			return nil, ""
		}
	}
	for _, step := range []struct {
		by    bot.Person
		words string
		says  string
		wants bool // whether they are written to afterwards
	}{
		{ben, "", "You are not written to", false},
		{ben, "me", "a change of ben-gh is live, or was taken back", true},
		{ben, "ME", "`/deploy notify nothing` ends that", true},
		{ben, "", "slipway writes to you when a change of yours is live", true},
		{ben, "everybody", "`everybody` is nothing that you can be told of. Say me or nothing.", true},
		{ben, "nothing", "not written to about your changes any more", false},
		{ben, "nothing", "not written to about your changes any more", false},
		{anna, "me", "your account at GitHub is not in slipway.yaml", false}, // who has no login there
		{cleo, "me", "add you to `people`", false},                           // who is not there at all
		{cleo, "nothing", "not written to about your changes any more", false},
	} {
		if _, says := say(step.by, step.words); !strings.Contains(says, step.says) {
			t.Errorf("%s says notify %s and is told: %s", step.by, step.words, says)
		}
		if slices.Contains(h.subscribed, step.by.ID) != step.wants {
			t.Errorf("after notify %s %s is among %v", step.words, step.by, h.subscribed)
		}
	}
}
