package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands"
)

// TestLookingIsSlowed: whoever only looks may do so 60 times in a minute,
// whichever way, and hears how long to wait; what is done, and what others do,
// goes on.
func TestLookingIsSlowed(t *testing.T) {
	t.Parallel()
	declared, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"/deploy-status", "/deploy status api", "@slipway status", "/deploy why api-142", "/deploy queue api production", "/deploy history api production",
		"/deploy diff api production", "/deploy plan web main", "/deploy web main --dry-run", "/deploy promote api staging production --dry-run",
		"/deploy approve api-150",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			h, at := newHouse(t), now
			c := commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h}, declared, func() time.Time { return at })
			ask := func(in bot.Invocation) (slowed bool) {
				t.Helper()
				answer, err := c.Command(context.Background(), in)
				if err != nil {
					t.Fatal(err)
				}
				problem, refused := answer.(bot.Problem)
				if slowed = refused && strings.Contains(problem.Says, "more than 60 times"); slowed && !strings.Contains(problem.Mends[0], "again in 1 s.") {
					t.Errorf("slowed with %+v", problem)
				}
				return slowed
			}
			for n := range 60 {
				if ask(typed(text)) {
					t.Fatalf("slowed after %d looks", n)
				}
			}
			if !ask(typed(text)) {
				t.Error("not slowed after 60 looks")
			}
			if ask(typed("/deploy web v1")) {
				t.Error("a deploy was slowed")
			}
			other := typed(text)
			other.By = bot.Person{ID: "U02BEN", Name: "ben"}
			if ask(other) {
				t.Error("somebody else was slowed")
			}
			itself := typed("/deploy mine") // as a Home tab is drawn again
			if itself.Source = bot.FromRule; ask(itself) {
				t.Error("what slipway looks at by itself was slowed")
			}
			at = now.Add(2 * time.Second)
			for n, want := range []bool{false, false, true} {
				if ask(typed(text)) != want {
					t.Errorf("two seconds later, look %d: slowed is not %v", n, want)
				}
			}
		})
	}
}
