package main

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestWhoWeAre: slipway begins only in the workspace that it is to serve, and says
// why otherwise; with Slack away it begins all the same.
func TestWhoWeAre(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options slacksim.Options
		team    string
		outage  bool
		says    string
	}{
		"ours":                      {team: "T0001"},
		"ours in an organisation":   {options: slacksim.Options{EnterpriseID: "E0ACME"}, team: "T0001"},
		"another":                   {team: "T0002", says: "belongs to the workspace T0001"},
		"a whole organisation":      {options: slacksim.Options{EnterpriseID: "E0ACME", OrgWide: true}, team: "T0001", says: "installed for the whole organisation E0ACME"},
		"an organisation is served": {options: slacksim.Options{EnterpriseID: "E0ACME", OrgWide: true}, team: "E0ACME", says: "serves one workspace"},
		"Slack is away":             {team: "T0001", outage: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := slacksim.New(tt.options)
			server := httptest.NewServer(sim)
			t.Cleanup(server.Close)
			if sim.SetURL(server.URL); tt.outage {
				sim.StartOutage()
			}
			log := slog.New(slog.DiscardHandler)
			sender, err := slack.NewSender(slack.SenderOptions{Token: sim.Options().Token, APIURL: sim.APIURL()}, log)
			if err != nil {
				t.Fatal(err)
			}
			user, err := whoWeAre(t.Context(), tt.team, sender, log)
			says, mend := bot.ForPeople(err)
			switch {
			case tt.says == "" && err != nil, tt.says != "" && (err == nil || !strings.Contains(says, tt.says) || mend == ""):
				t.Errorf("whoWeAre = %q, %v", user, err)
			case (user != "") != (tt.says == "" && !tt.outage):
				t.Errorf("whoWeAre = %q", user)
			}
		})
	}
}
