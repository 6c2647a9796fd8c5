package main

import (
	"log/slog"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestKeysAreRotated: what an older key signed is believed as long as it is
// listed, and a Redis that was emptied has forgotten the key that it kept.
func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	needRedis(t)
	w := newRecoverWorld(t)
	sha := w.commit(githubsim.CommitSpec{Message: "Something"})
	d := bot.DeploymentRecord{
		Repo: "acme/mono", SHA: sha, Environment: "production", Release: "api-1", Kind: bot.Deploy, State: bot.DeploymentRunning,
		Facts: bot.DeploymentFacts{RunKey: "api-1.aaaaaaaa", RunID: 1},
	}
	w.recorder(githubsim.DefaultToken, "the-key-of-yesterday")(d)
	read := func(keys ...catalog.Secret) bot.Provenance {
		g := w.declared.GitHub
		g.StateKeys = keys
		host, err := newGitHub(g, w.m.store, slog.New(slog.DiscardHandler))
		w.check(err)
		past, _, err := host.PastDeployments(t.Context(), "acme/mono", "production")
		w.check(err)
		return past[0].Provenance
	}
	today, yesterday := catalog.NewSecret("the-key-of-the-day"), catalog.NewSecret("the-key-of-yesterday")
	if got := read(today, yesterday); got != bot.Signed {
		t.Errorf("an older key that is listed: %s", got)
	}
	if got := read(today); got != bot.Unsigned {
		t.Errorf("an older key that is not listed: %s", got)
	}
	kept, err := w.m.store.StateKey(t.Context())
	w.check(err)
	d.Release, d.Facts.RunKey = "api-2", "api-2.aaaaaaaa"
	w.recorder(githubsim.DefaultToken, kept)(d)
	if got := read(); got != bot.Signed {
		t.Errorf("the key that Redis keeps: %s", got)
	}
	w.check(w.redis.emptyRedis())
	if got := read(); got != bot.Unsigned {
		t.Errorf("the key that Redis has forgotten: %s", got)
	}
}
