package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestGroup(t *testing.T) {
	t.Parallel()
	shared := bot.SharedGroup{Name: "deploy-staging", With: []bot.Target{{Service: "web", Environment: "staging"}, {Service: "job", Environment: "staging"}}}
	cancels := shared
	cancels.Cancels = true
	runGate(t, policy.GateGroup, []gateCase{
		{"shared", func(f *policy.Facts) { f.Shared = shared }, bot.Warn, []string{`"deploy-staging"`, "web → staging, job → staging", "cancels that when another comes"}},
		{"and it cancels", func(f *policy.Facts) { f.Shared = cancels }, bot.Warn, []string{"cancels that of another"}},
		{"on the way back", func(f *policy.Facts) { backTo(f, true); f.Shared = shared }, bot.Warn, nil},
	})
	for _, gate := range policy.Decide(good()).Gates {
		if gate.Name == policy.GateGroup {
			t.Errorf("a group that is not shared is spoken of: %+v", gate)
		}
	}
	f := good()
	f.Shared = shared
	if first := policy.Decide(f); gateOf(t, policy.Update(first, good()), policy.GateGroup).Outcome != bot.Warn ||
		gateOf(t, policy.Again(first, good()), policy.GateGroup).Outcome != bot.Warn {
		t.Error("the warning is lost when the workflow is not read again")
	}
}
