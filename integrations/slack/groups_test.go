package slack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestPromise4_GroupMembers: whatever Slack does not say is an error, never an
// empty group.
func TestPromise4_GroupMembers(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.AddUserGroup(slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Members: []string{ann, bob}})
	r.sim.AddUserGroup(slacksim.UserGroup{ID: "S0OLD", Handle: "old", Members: []string{ann}, Disabled: true})
	got, err := r.sender.GroupMembers(t.Context(), "S0SRE")
	if diff := cmp.Diff([]string{ann, bob}, got); diff != "" || err != nil {
		t.Errorf("members (-want +got), %v:\n%s", err, diff)
	}
	for _, tt := range []struct {
		group string
		fault string
		kind  bot.ErrorKind
	}{
		{"S0OLD", "", bot.NotFound},
		{"S0NONE", "", bot.NotFound},
		{"S0SRE", "missing_scope", bot.Denied},
		{"S0SRE", "plan_upgrade_required", bot.Denied},
		{"S0SRE", "internal_error", bot.Unavailable},
	} {
		if tt.fault != "" {
			r.sim.Inject(slacksim.Fault{Method: "usergroups.users.list", Error: tt.fault})
		}
		got, err := r.sender.GroupMembers(t.Context(), tt.group)
		if says, _ := bot.ForPeople(err); bot.KindOf(err) != tt.kind || got != nil || says == "" {
			t.Errorf("%s, %s: %v, %v", tt.group, tt.fault, got, err)
		}
	}
}
