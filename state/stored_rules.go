package state

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

type storedRules struct {
	Deployers []string       `json:"deployers,omitempty"`
	Channels  []string       `json:"channels,omitempty"`
	Branches  []string       `json:"branches,omitempty"`
	Freeze    []storedFreeze `json:"freeze,omitempty"`
	World     []storedProbe  `json:"world,omitempty"`
	After     string         `json:"after,omitempty"`
	Soak      time.Duration  `json:"soak,omitempty"`
	Most      storedLimit    `json:"most,omitzero"`
	Verified  bool           `json:"verified,omitempty"`
	Reviews   storedReview   `json:"reviews,omitzero"`
	Emergency []string       `json:"emergency,omitempty"`
	Review    time.Duration  `json:"review,omitempty"`
}

type storedReview struct {
	Count  int  `json:"count,omitempty"`
	Merged bool `json:"merged,omitempty"`
}

type storedLimit struct {
	Warn   int `json:"warn,omitempty"`
	Refuse int `json:"refuse,omitempty"`
}

type storedFreeze struct {
	Days   []time.Weekday `json:"days,omitempty"`
	First  string         `json:"first,omitempty"`
	Last   string         `json:"last,omitempty"`
	From   time.Duration  `json:"from,omitempty"`
	To     time.Duration  `json:"to,omitempty"`
	Zone   string         `json:"zone,omitempty"`
	Reason string         `json:"reason,omitempty"`
}

type storedLineage struct {
	On     string   `json:"on,omitempty"`
	Asked  []string `json:"asked,omitempty"`
	Untold []string `json:"untold,omitempty"`
	Left   int      `json:"left,omitempty"`
}

func storeRules(r bot.Rules) storedRules {
	return storedRules{
		Deployers: r.Deployers, Channels: r.Channels, Branches: r.Branches,
		Freeze: each(r.Freeze, func(w bot.FreezeWindow) storedFreeze { return storedFreeze(w) }),
		World:  each(r.World, storeProbe),
		After:  r.After, Soak: r.Soak, Most: storedLimit(r.MaxCommits), Verified: r.VerifiedCommits, Reviews: storedReview(r.Reviews), Emergency: r.Emergency, Review: r.Review,
	}
}

func loadRules(r storedRules) bot.Rules {
	return bot.Rules{
		Deployers: r.Deployers, Channels: r.Channels, Branches: r.Branches,
		Freeze: each(r.Freeze, func(w storedFreeze) bot.FreezeWindow { return bot.FreezeWindow(w) }),
		World:  each(r.World, loadProbe),
		After:  r.After, Soak: r.Soak, MaxCommits: bot.CommitLimit(r.Most), VerifiedCommits: r.Verified, Reviews: bot.ReviewRule(r.Reviews), Emergency: r.Emergency, Review: r.Review,
	}
}
