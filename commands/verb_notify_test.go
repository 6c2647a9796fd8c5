package commands_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

func TestNotify(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := newCommands(t, h)
	say := func(by bot.Person, words, key string) string {
		in := typed("/deploy notify " + words)
		in.By, in.Key = by, key
		answer, err := c.Command(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		switch a := answer.(type) {
		case bot.Done:
			return a.Says
		case bot.Problem:
			return a.Says + " " + strings.Join(a.Mends, " ")
		default:
			t.Fatalf("the answer is %#v", answer)
			return ""
		}
	}
	for i, step := range []struct {
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
		{ben, "on", "a change of ben-gh is live, or was taken back", true},
		{ben, "Off", "not written to about your changes any more", false},
		{anna, "me", "your account at GitHub is not in slipway.yaml", false}, // who has no login there
		{cleo, "me", "add you to `people`", false},                           // who is not there at all
		{cleo, "nothing", "not written to about your changes any more", false},
	} {
		if says := say(step.by, step.words, strconv.Itoa(i)); !strings.Contains(says, step.says) {
			t.Errorf("%s says notify %s and is told: %s", step.by, step.words, says)
		}
		if slices.Contains(h.subscribed, step.by.ID) != step.wants {
			t.Errorf("after notify %s %s is among %v", step.words, step.by, h.subscribed)
		}
	}
}

// TestNotify_TheLastWishCounts: where the first answer to a wish could not be kept, the
// chat sends it again; whoever has changed their mind meanwhile keeps to that.
func TestNotify_TheLastWishCounts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		wishes []string // each named by its words
		says   string
		wants  bool
	}{
		{[]string{"me", "nothing", "me"}, "You are not written to about your changes.", false},
		{[]string{"nothing", "me", "nothing"}, "slipway writes to you when a change of yours is live", true},
		{[]string{"me", "me"}, "slipway writes to you when a change of yours is live", true},
	} {
		h := newHouse(t)
		c := newCommands(t, h) // in which no answer is kept
		var last bot.Answer
		for _, words := range tt.wishes {
			in := byBen("/deploy notify " + words)
			in.Key = words
			var err error
			if last, err = c.Command(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		done, _ := last.(bot.Done)
		if !strings.Contains(done.Says, tt.says) || slices.Contains(h.subscribed, ben.ID) != tt.wants {
			t.Errorf("%q: %#v, and %v are written to", tt.wishes, last, h.subscribed)
		}
	}
}
