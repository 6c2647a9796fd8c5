package catalog_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/catalog"
)

func TestChannelDefaults(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, minimal("channels:", "  C0API: {service: api, environment: production}", "  G0PRIVATE: {service: api}"))
	for channel, want := range map[string]catalog.ChannelDefault{
		"C0API":     {Channel: "C0API", Service: "api", Environment: "production"},
		"G0PRIVATE": {Channel: "G0PRIVATE", Service: "api"},
		"C0OTHER":   {}, "": {},
	} {
		if got, has := parsed.DefaultIn(channel); got != want || has != (want.Service != "") {
			t.Errorf("DefaultIn(%q) = %+v, %t, want %+v", channel, got, has, want)
		}
	}
}

func TestChannelDefaultsThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ entry, want string }{
		"a channel's name":          {"deploys: {service: api}", "the ID of a channel"},
		"a direct message":          {"D0ANNA: {service: api}", "the ID of a channel"},
		"no service":                {"C0API: {}", "channels.C0API.service: is missing"},
		"a service that is none":    {"C0API: {service: apo}", "did you mean api?"},
		"an environment that isn't": {"C0API: {service: api, environment: staging}", "services.api.environments"},
		"something else":            {"C0API: {service: api, ref: main}", "ref"},
		"twice":                     {"C0API: {service: api}\n  C0API: {service: api}", "C0API"},
	} {
		faults := faultsOf(t, minimal("channels:", "  "+test.entry))
		if got := faults.Error(); !strings.Contains(got, test.want) {
			t.Errorf("%s: the faults are\n%s\nwant %q", name, got, test.want)
		}
	}
}

// TestNamesChannel: wherever a channel may stand in slipway.yaml.
func TestNamesChannel(t *testing.T) {
	t.Parallel()
	c := mustParse(t, `
slack: {bot_token: x, app_token: xapp-1, team: T0001, alerts: C0ALERTS}
github: {token: x}
redis: {mode: embedded}
channels: {C0HERE: {service: api}}
notify: [{to: [C0TOLD]}]
services:
  api: {repo: acme/api, workflow: deploy.yml, channel: C0CARDS, environments: {production: {channels: [C0ALLOWED]}}}
`)
	for id, named := range map[string]bool{"C0ALERTS": true, "C0HERE": true, "C0TOLD": true, "C0CARDS": true, "C0ALLOWED": true, "C0OTHER": false, "": false} {
		if c.NamesChannel(id) != named {
			t.Errorf("%q is named: %t", id, !named)
		}
	}
}
