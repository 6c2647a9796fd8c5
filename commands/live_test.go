package commands_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
)

// nurse looks at how services are, and writes down of what she was asked.
type nurse struct {
	mu    sync.Mutex
	asked []string
	left  time.Duration // how long she would have had
}

func (n *nurse) Now(ctx context.Context, live bot.Release, probes []bot.Probe) []bot.Glance {
	n.mu.Lock()
	defer n.mu.Unlock()
	var glances []bot.Glance
	for _, p := range probes {
		n.asked = append(n.asked, live.ID+" "+p.Name)
		glances = append(glances, bot.Glance{Probe: p.Name, State: bot.Well})
	}
	if until, bounded := ctx.Deadline(); bounded {
		n.left = time.Until(until)
	}
	return glances
}

// TestFollow: behind a service in full comes how it is now: of what has probes and is
// live, in bounded time; and nothing behind any other answer.
func TestFollow(t *testing.T) {
	t.Parallel()
	asks := catalog.Source{
		Name: "fixed", Marks: []string{"fixed"}, Keys: []catalog.Key{{Name: "fixed", Shape: catalog.Word("Anything.")}},
		Kind: func(catalog.Said) bot.SampleKind { return bot.Answers }, Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
	text := strings.Replace(declared, "approvals: {count: 1, from: [sre], expires: 2h}", "health: {probes: [{name: up, fixed: yes}, {name: free, fixed: yes}]}", 1)
	known, err := catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, catalog.Vocabulary{Sources: []catalog.Source{asks}, Verbs: commands.Verbs()})
	if err != nil {
		t.Fatal(err)
	}
	h, looks := newHouse(t), &nurse{}
	ports := commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h}
	without := commands.New(ports, known, func() time.Time { return now })
	ports.Health = looks
	c := commands.New(ports, known, func() time.Time { return now })
	answered := func(c *commands.Commands, text string) bot.Answer {
		answer, err := c.Command(t.Context(), typed(text))
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	first := answered(c, "/deploy-status api")
	if view, is := first.(bot.ServiceView); !is || view.Asks != 2 || len(looks.asked) > 0 {
		t.Fatalf("first %#v, asked %v", first, looks.asked)
	}
	live, is := c.Follow(t.Context(), first).(bot.LiveHealth)
	want := map[string]int{"api → staging": 0, "api → production": 2}
	got := map[string]int{}
	for _, target := range live.Targets {
		got[target.Target.String()] = len(target.Glances)
	}
	if diff := cmp.Diff(want, got); !is || diff != "" || live.Now != now || len(looks.asked) != 2 {
		t.Errorf("then, asked %v (-want +got):\n%s", looks.asked, diff)
	}
	if looks.left <= 0 || looks.left > 2*time.Second {
		t.Errorf("it may take %s", looks.left)
	}
	for _, other := range []string{"/deploy-status", "/deploy-status api staging", "/deploy-status shop", "/deploy help"} {
		if next := c.Follow(t.Context(), answered(c, other)); next != nil {
			t.Errorf("%s is followed by %#v", other, next)
		}
	}
	if view, is := answered(without, "/deploy-status api").(bot.ServiceView); !is || view.Asks != 0 || without.Follow(t.Context(), view) != nil {
		t.Error("where nobody can tell something follows")
	}
	if len(looks.asked) != 2 {
		t.Errorf("asked %v", looks.asked)
	}
}
