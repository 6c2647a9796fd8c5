package blocks_test

import (
	"encoding/json"
	"maps"
	"os"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim/slacktypes"
)

// everyForm is every form that slipway opens, by its name.
func everyForm(t *testing.T) map[string]slack.ModalViewRequest {
	t.Helper()
	choices := []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	deploy, ok := blocks.DeployForm(bot.Form{Choices: choices}, blocks.Context{})
	target, too := blocks.TargetForm(bot.TargetForm{Choices: choices}, blocks.Context{})
	back, also := blocks.RollbackForm(bot.RollbackForm{
		Target: bot.Target{Service: "api", Environment: "production"}, Now: at, Past: []bot.Past{{Release: "api-1", SHA: "a1b2c3d4", At: at, Quarantined: true}},
	}, blocks.Context{})
	if !ok || !too || !also {
		t.Fatal("a form has nothing to choose from")
	}
	return map[string]slack.ModalViewRequest{
		"deploy": deploy, "target": target, "back": back, "reject": blocks.RejectForm(blocks.Context{Release: "api-1"}), "run": blocks.RunForm(blocks.Context{Release: "api-1"}),
		"around": blocks.AroundView(blocks.Answer(incident()), blocks.Context{Channel: "C0DEPLOYS"}),
	}
}

// TestConformanceTypes holds every message of the golden files, every form and every Home
// tab against the types that Slack publishes for its own libraries.
func TestConformanceTypes(t *testing.T) {
	t.Parallel()
	modules := os.Getenv("CONFORMANCE")
	if modules == "" {
		t.Skip("Slack's own types are not here: make conformance brings them")
	}
	l := slacktypes.New()
	for name, m := range everyMessage() {
		if err := l.Blocks(name, marshal(t, m.Blocks)); err != nil {
			t.Error(err)
		}
	}
	views := map[string]any{}
	for name, form := range everyForm(t) {
		views[name] = form
	}
	maps.Copy(views, everyHome())
	for name, view := range views {
		raw, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.View(name, raw); err != nil {
			t.Error(err)
		}
	}
	if err := l.Check(t.Context(), modules, t.TempDir()); err != nil {
		t.Error(err)
	}
}
