package github_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestTeamMembers(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	logins := func(n int) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf("person-%d", i)
		}
		return all
	}
	tests := []struct {
		team    string
		members int
		kind    bot.ErrorKind
		says    string
		reads   int
	}{
		{"acme/small", 2, "", "", 1},
		{"acme/large", 250, "", "", 3},
		{"acme/huge", 1001, bot.Invalid, "more than 1000 members", 10},
		{"acme/nobody", 0, bot.NotFound, "no team acme/nobody", 1},
		{"acme/../x", 0, bot.Invalid, "is not the name of a team", 0},
	}
	for _, tt := range tests {
		r.SetTeam(tt.team, logins(tt.members)...)
		r.ClearRequests()
		got, err := r.client.TeamMembers(t.Context(), tt.team)
		wantCount(t, r, "", "", tt.reads)
		if tt.kind == "" {
			check(t, err)
			if len(got) != tt.members || got[len(got)-1] != fmt.Sprintf("person-%d", tt.members-1) {
				t.Errorf("%s has the members %v", tt.team, got)
			}
			continue
		}
		if says, _ := bot.ForPeople(err); bot.KindOf(err) != tt.kind || !strings.Contains(says, tt.says) || got != nil {
			t.Errorf("%s: %v, %v", tt.team, got, err)
		}
	}
}
