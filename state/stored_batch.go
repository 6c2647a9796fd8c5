package state

import "github.com/slipwayhq/slipway/bot"

// The stored form of what a batch knows of its releases, and they of it.

type storedPart struct {
	Batch   string    `json:"batch,omitempty"`
	After   []string  `json:"after,omitempty"`
	Awaits  bot.Await `json:"awaits,omitempty"`
	Stopped bool      `json:"stopped,omitempty"`
}

type storedBatchMember struct {
	Target    storedTarget `json:"target"`
	After     []string     `json:"after,omitempty"`
	Back      string       `json:"back,omitempty"`
	Release   string       `json:"release,omitempty"`
	Phase     bot.Phase    `json:"phase,omitempty"`
	Awaits    bot.Await    `json:"awaits,omitempty"`
	Stopped   bool         `json:"stopped,omitempty"`
	Started   bool         `json:"started,omitempty"`
	Healthy   bool         `json:"healthy,omitempty"`
	TakenBack bool         `json:"taken_back,omitempty"`
	Cause     string       `json:"cause,omitempty"`
}

func storeBatchMember(m bot.BatchMember) storedBatchMember {
	return storedBatchMember{
		Target: storedTarget(m.Target), After: m.After, Back: m.Back, Release: m.Release,
		Phase: m.Phase, Awaits: m.Awaits, Stopped: m.Stopped, Started: m.Started, Healthy: m.Healthy,
		TakenBack: m.TakenBack, Cause: m.Cause,
	}
}

func loadBatchMember(m storedBatchMember) bot.BatchMember {
	return bot.BatchMember{
		Target: bot.Target(m.Target), After: m.After, Back: m.Back, Release: m.Release,
		Phase: m.Phase, Awaits: m.Awaits, Stopped: m.Stopped, Started: m.Started, Healthy: m.Healthy,
		TakenBack: m.TakenBack, Cause: m.Cause,
	}
}
