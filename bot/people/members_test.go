package people

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// elsewhere answers for Slack and GitHub, and counts.
type elsewhere struct {
	members []string
	err     error
	reads   int
}

func (e *elsewhere) GroupMembers(context.Context, string) ([]string, error) { return e.read() }
func (e *elsewhere) TeamMembers(context.Context, string) ([]string, error)  { return e.read() }

func (e *elsewhere) read() ([]string, error) {
	e.reads++
	return slices.Clone(e.members), e.err
}

// TestPromise4_MembershipsAreFresh asks who is in a group, by what is known of
// it already, how old that is, and what a read would say.
func TestPromise4_MembershipsAreFresh(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	ben, known := []string{"U02BEN", "Ben-GH"}, []string{"U03CLEO"}
	tests := map[string]struct {
		group   string
		memory  []string
		age     time.Duration
		read    []string
		failing error
		in      []string
		unread  []string
		reads   int
	}{
		"in the file":                    {group: "file", in: []string{"file"}},
		"not in the file any more":       {group: "gone", unread: []string{"gone"}},
		"in Slack":                       {group: "chat", read: ben, in: []string{"chat"}, reads: 1},
		"at GitHub, in other letters":    {group: "team", read: ben, in: []string{"team"}, reads: 1},
		"not in Slack":                   {group: "chat", read: known, reads: 1},
		"cannot be read":                 {group: "chat", failing: away, unread: []string{"chat"}, reads: 1},
		"known well enough":              {group: "chat", memory: ben, age: 50 * time.Second, failing: away, in: []string{"chat"}},
		"known too long ago":             {group: "chat", memory: ben, age: 61 * time.Second, failing: away, unread: []string{"chat"}, reads: 1},
		"has left since":                 {group: "chat", memory: ben, age: 61 * time.Second, read: known, reads: 1},
		"came into it since":             {group: "chat", memory: known, age: 10 * time.Second, read: ben, in: []string{"chat"}, reads: 1},
		"was not in it a moment ago":     {group: "chat", memory: known, age: time.Second / 2, read: ben},
		"an empty group is known as one": {group: "chat", memory: []string{}, age: time.Second / 2, read: ben},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			there := &elsewhere{members: tt.read, err: tt.failing}
			p := New(&catalog.Catalog{
				People: []catalog.Person{{Name: "ben", Slack: "U02BEN", GitHub: "ben-gh"}},
				Groups: []catalog.Group{{Name: "file", Members: []string{"ben"}}, {Name: "chat", SlackUsergroup: "S1"}, {Name: "team", GitHubTeam: "acme/a"}},
			}, Ports{ChatGroups: there, Teams: there}, slog.New(slog.DiscardHandler))
			if tt.memory != nil {
				r := p.rosters.of(tt.group)
				r.accounts, r.at = tt.memory, time.Now().Add(-tt.age)
			}
			in, unread := p.GroupsWith(t.Context(), []string{tt.group}, bot.Person{ID: "U02BEN"})
			if diff := cmp.Diff([][]string{tt.in, tt.unread}, [][]string{in, unread}); diff != "" {
				t.Errorf("in, unread (-want +got):\n%s", diff)
			}
			if there.reads != tt.reads {
				t.Errorf("%d reads, want %d", there.reads, tt.reads)
			}
		})
	}
}
