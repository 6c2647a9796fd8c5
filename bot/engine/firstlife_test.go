package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestPromise1_TheFirstLifeIsProven: where it cannot be found out whether
// something was released before, it is taken that it was.
func TestPromise1_TheFirstLifeIsProven(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		host host
		want time.Duration
	}{
		"no run bears a key":              {host{life: "one", age: bot.NoneDue}, bot.NoneDue},
		"GitHub does not answer":          {host{life: "one", age: bot.NoneDue, err: &bot.Error{Kind: bot.Unavailable}}, 0},
		"GitHub shows slipway no runs":    {host{life: "one", age: bot.NoneDue, err: &bot.Error{Kind: bot.NotFound}}, bot.NoneDue},
		"another life":                    {host{life: "one", age: time.Hour, err: errors.New("not to be asked")}, time.Hour},
		"a store that cannot tell":        {host{age: bot.NoneDue, err: errors.New("not to be asked")}, bot.NoneDue},
		"a store that does not answer it": {host{lifeErr: errors.New("away"), age: bot.NoneDue}, bot.NoneDue},
	} {
		h := tt.host
		e := h.engine()
		e.catalog = &catalog.Catalog{Services: []catalog.Service{{Name: "api", Repo: catalog.Repository{Owner: "acme", Name: "api"}, Workflow: "deploy.yml"}}}
		if err := e.Begin(context.Background()); err != nil || h.age != tt.want {
			t.Errorf("%s: %v, %v, want %v", name, h.age, err, tt.want)
		}
	}
}
