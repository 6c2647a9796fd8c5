package blocks_test

import "github.com/slipwayhq/slipway/bot"

// healthNow is how a service is now, in all ways in which it can be.
func healthNow(live bot.Release) bot.LiveHealth {
	target := func(name string, glances ...bot.Glance) bot.TargetHealth {
		return bot.TargetHealth{Target: bot.Target{Service: "api", Environment: name}, Release: live.ID, SHA: live.SHA(), Glances: glances}
	}
	up := bot.Glance{Probe: "up", State: bot.Well, Saw: "a good answer in 12 ms", Bound: "status 200 within 500 ms"}
	none := target("canary")
	none.Release = ""
	return bot.LiveHealth{Now: after(0), Targets: []bot.TargetHealth{
		target("production", up, bot.Glance{Probe: "errors", State: bot.Well, Saw: "0.1% (1 of 1,000)", Bound: "at most 1%"}),
		target("staging", up, bot.Glance{Probe: "latency", State: bot.NotWell, Saw: "1.4 <!channel>", Bound: "at most 0.8"}, bot.Glance{Probe: "free", State: bot.NotShown, Saw: "5, without a bound by which one look could tell"}),
		target("test", up, bot.Glance{Probe: "queue", State: bot.NotTold, Saw: "Prometheus cannot be reached", Bound: "at most 100"}, bot.Glance{Probe: "smoke", State: bot.NotShown, Saw: "it would start something, so it is not asked"}),
		target("preview"), none,
	}}
}

// runsNow is a report that found what a service runs on, and more than is shown of it.
func runsNow() bot.Readiness {
	return bot.Readiness{Compared: true, Findings: []bot.Finding{
		{Kind: bot.FindRuntime, Says: "Node.js 18 → 20 (.nvmrc)"},
		{Kind: bot.FindMigration, Says: "1 migration"},
		{Kind: bot.FindImage, Says: "image node:18 → node:20 <!channel>"},
		{Kind: bot.FindPort, Says: "port 8080 → 9090"},
		{Kind: bot.FindSetting, Says: "DATABASE_URL is new"},
		{Kind: bot.FindStart, Says: "start command: node server.js"},
		{Kind: bot.FindRuntime, Says: "npm 9 → 10"},
		{Kind: bot.FindImage, Says: "image redis:6 → redis:7"},
		{Kind: bot.FindPort, Says: "port 9091 is new"},
	}}
}
