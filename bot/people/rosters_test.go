package people

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestPromise4_HowLongAMembershipIsBelieved: a yes for a minute, a no for two
// seconds; what is only shown for ten minutes, and a read that failed is not
// repeated for everybody who is shown.
func TestPromise4_HowLongAMembershipIsBelieved(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		members []string // at first
		now     []string // later
		err     error    // at first
		errNow  error    // later
		after   time.Duration
		fresh   time.Duration
		is      bool
		fails   bool
		reads   int
	}{
		"a yes within the minute":    {members: []string{"U02BEN"}, errNow: away, after: membersFresh - ms, fresh: membersFresh, is: true, reads: 1},
		"a yes after it":             {members: []string{"U02BEN"}, errNow: away, after: membersFresh, fresh: membersFresh, fails: true, reads: 2},
		"a no within two seconds":    {now: []string{"U02BEN"}, after: membersAgain - ms, fresh: membersFresh, reads: 1},
		"a no after them":            {now: []string{"U02BEN"}, after: membersAgain, fresh: membersFresh, is: true, reads: 2},
		"a fault is tried again":     {err: away, now: []string{"U02BEN"}, after: ms, fresh: membersFresh, is: true, reads: 2},
		"shown, a yes":               {members: []string{"U02BEN"}, errNow: away, after: membersShown - ms, fresh: membersShown, is: true, reads: 1},
		"shown, a yes that is old":   {members: []string{"U02BEN"}, now: []string{}, after: membersShown, fresh: membersShown, reads: 2},
		"shown, a no":                {now: []string{"U02BEN"}, after: membersShown - ms, fresh: membersShown, reads: 1},
		"shown, a no that is old":    {now: []string{"U02BEN"}, after: membersShown, fresh: membersShown, is: true, reads: 2},
		"shown, a fault":             {err: away, now: []string{"U02BEN"}, after: membersFresh - ms, fresh: membersShown, fails: true, reads: 1},
		"shown, a fault that is old": {err: away, now: []string{"U02BEN"}, after: membersFresh, fresh: membersShown, is: true, reads: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				there := &elsewhere{members: tt.members, err: tt.err}
				p := New(&catalog.Catalog{Groups: []catalog.Group{{Name: "chat", SlackUsergroup: "S1"}}}, Ports{ChatGroups: there}, slog.New(slog.DiscardHandler))
				ben := bot.Person{ID: "U02BEN"}
				if is, err := p.isMember(t.Context(), "chat", ben, tt.fresh); is != slices.Contains(tt.members, ben.ID) || !errors.Is(err, tt.err) {
					t.Fatalf("at first: %t, %v", is, err)
				}
				there.members, there.err = tt.now, tt.errNow
				time.Sleep(tt.after)
				is, err := p.isMember(t.Context(), "chat", ben, tt.fresh)
				if is != tt.is || (err != nil) != tt.fails || there.reads != tt.reads {
					t.Errorf("later: %t, %v, after %d reads", is, err, there.reads)
				}
			})
		})
	}
}

// hurried answers for groups elsewhere, and notes by when it must.
type hurried struct {
	elsewhere
	left time.Duration
}

func (h *hurried) TeamMembers(ctx context.Context, _ string) ([]string, error) {
	if until, bounded := ctx.Deadline(); bounded {
		h.left = time.Until(until)
	}
	return h.read()
}

// TestPromise4_WhoHasNoAccountThere: is in no team, which nobody is asked for; a group
// in slipway.yaml needs none.
func TestPromise4_WhoHasNoAccountThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		there := &hurried{elsewhere: elsewhere{members: []string{"", "ben-gh"}}}
		p := New(&catalog.Catalog{
			People: []catalog.Person{{Name: "ben", Slack: "U02BEN", GitHub: "ben-gh"}, {Name: "dora", Slack: "U04DORA"}},
			Groups: []catalog.Group{{Name: "file", Members: []string{"ben", "dora"}}, {Name: "team", GitHubTeam: "acme/a"}},
		}, Ports{Teams: there}, slog.New(slog.DiscardHandler))
		for id, want := range map[string][]string{"U02BEN": {"file", "team"}, "U04DORA": {"file"}, "U09EVE": nil} {
			if in, unread := p.GroupsWith(t.Context(), []string{"file", "team"}, bot.Person{ID: id}); !slices.Equal(in, want) || unread != nil {
				t.Errorf("%s is in %v, and of %v it is not known", id, in, unread)
			}
		}
		if there.reads != 1 || there.left != 3*time.Second {
			t.Errorf("%d reads, within %s", there.reads, there.left)
		}
	})
}
