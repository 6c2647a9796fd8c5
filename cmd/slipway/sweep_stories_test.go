//go:build faults

package main

import (
	"net/http"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// sweepStory is a story that is swept, and what must be true in the end whatever
// was killed.
type sweepStory struct {
	name     string
	services string // added to the configuration
	steps    func(*sweepWorld) []func() error

	replicas int             // with how many processes at most
	lags     []time.Duration // for how long new runs stay unlisted, around the dispatch
	repeats  int             // how many occurrences of an effect are swept

	dispatches map[string]int    // how often each release is started
	takenBack  map[string]string // what takes it back
	approvals  map[string]int
	none       []string // releases that only a doubled request would make
	shows      []string // what the cards show
	messages   []string // which there must be, each once
}

// deployAndBack is the story of one release: what is live is recorded; then Anna
// asks, Ben says yes, the run succeeds, the service is not well, Cleo takes it
// back.
func deployAndBack() sweepStory {
	return sweepStory{
		name: "deploy", replicas: 2, lags: []time.Duration{2 * time.Second, 10 * time.Second}, repeats: 4,
		steps: func(w *sweepWorld) []func() error {
			return []func() error{
				func() error { return w.types("anna", "adopt api production "+w.env.Getenv("FIRST"), "api-1") },
				func() error { return w.approves("ben", "api-1") },
				func() error { return w.ends("api-1", bot.Succeeded) },
				func() error { return w.vouchedFor("api-1") },
				w.begin,
				func() error { return w.types("anna", "api main to production", "api-2") },
				func() error { return w.approves("ben", "api-2") },
				func() error { return w.runEnds("api-2", "success", http.StatusServiceUnavailable) },
				func() error { return w.presses("cleo", "Roll Back to api-1", "alerts", w.exists("api-3")) },
				func() error { return w.approves("ben", "api-3") }, // api-1 was adopted
				func() error { return w.runEnds("api-3", "success", http.StatusOK) },
				func() error { return w.ends("api-2", bot.Unhealthy) },
				func() error { return w.ends("api-3", bot.Succeeded) },
				w.comesToRest,
			}
		},
		dispatches: map[string]int{"api-1": 0, "api-2": 1, "api-3": 1},
		takenBack:  map[string]string{"api-2": "api-3"},
		approvals:  map[string]int{"api-1": 1, "api-2": 1, "api-3": 1},
		none:       []string{"api-4"},
		shows:      []string{"`api-3` (rollback)\nLive and healthy", "aken back by"},
		messages:   []string{"api-1 card", "api-2 card", "api-3 card", "api-2 say_health", "api-3 say_health", "api-2 alert_unhealthy"},
	}
}

// togetherAndBack is the story of a batch: api goes, web that needs it goes and
// fails, and Cleo takes back what went.
func togetherAndBack() sweepStory {
	return sweepStory{
		name: "together", replicas: 1, repeats: 1,
		services: `
  web:
    repo: acme/api
    workflow: deploy.yml
    channel: C0DEPLOYS
    needs: [api]
    environments:
      staging: {}
`,
		steps: func(w *sweepWorld) []func() error {
			first := w.env.Getenv("FIRST")
			return []func() error{
				func() error { return w.types("anna", "adopt api staging "+first, "api-1") },
				func() error { return w.types("anna", "adopt web staging "+first, "web-1") },
				func() error { return w.ends("api-1", bot.Succeeded) },
				func() error { return w.ends("web-1", bot.Succeeded) },
				func() error { return w.vouchedFor("api-1") },
				func() error { return w.vouchedFor("web-1") },
				w.begin,
				func() error { return w.types("anna", "web,api main to staging", "api-b1") },
				func() error { return w.runEnds("api-2", "success", http.StatusOK) },
				func() error { return w.runEnds("web-2", "failure", http.StatusOK) },
				func() error { return w.ends("api-b1", bot.Failed) },
				func() error { return w.presses("cleo", "Roll Back All 2", "alerts", w.exists("web-b1")) },
				func() error { return w.runEnds("web-3", "success", http.StatusOK) },
				func() error { return w.runEnds("api-3", "success", http.StatusOK) },
				func() error { return w.ends("web-b1", bot.Succeeded) },
				w.comesToRest,
			}
		},
		dispatches: map[string]int{"api-2": 1, "web-2": 1, "web-3": 1, "api-3": 1},
		takenBack:  map[string]string{"api-2": "api-3", "web-2": "web-3"},
		none:       []string{"api-4", "web-4", "api-b2", "web-b2"},
		shows:      []string{"All of it is rolled back", "1. ↩️ api `api-2` taken back\n2. ↩️ web `web-2` taken back"},
		messages:   []string{"api-2 card", "web-2 card", "api-b1 card", "web-b1 card", "web-2 alert_failed", "api-b1 alert_batch"},
	}
}
