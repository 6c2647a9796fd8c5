package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestPromise1_TheFirstLifeIsProven: where it cannot be found out whether
// something was released before, it is taken that it was.
func TestPromise1_TheFirstLifeIsProven(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		epoch host
		want  time.Duration
	}{
		"no run bears a key":              {host{epoch: "one", age: bot.NoneDue}, bot.NoneDue},
		"GitHub does not answer":          {host{epoch: "one", age: bot.NoneDue, err: &bot.Error{Kind: bot.Unavailable}}, 0},
		"GitHub shows slipway no runs":    {host{epoch: "one", age: bot.NoneDue, err: &bot.Error{Kind: bot.NotFound}}, bot.NoneDue},
		"another epoch":                   {host{epoch: "one", age: time.Hour, err: errors.New("not to be asked")}, time.Hour},
		"a store that cannot tell":        {host{age: bot.NoneDue, err: errors.New("not to be asked")}, bot.NoneDue},
		"a store that does not answer it": {host{lifeErr: errors.New("away"), age: bot.NoneDue}, bot.NoneDue},
	} {
		h := tt.epoch
		declared := &catalog.Catalog{Services: []catalog.Service{{Name: "api", Repo: catalog.Repository{Owner: "acme", Name: "api"}, Workflow: "deploy.yml"}}}
		rc := New(declared, Ports{Epochs: &h, Runs: &h}, slog.New(slog.DiscardHandler))
		if err := rc.Begin(context.Background()); err != nil || h.age != tt.want {
			t.Errorf("%s: %v, %v, want %v", name, h.age, err, tt.want)
		}
	}
}

// host is a store in an epoch, and a code host at which nothing ran, or that fails.
type host struct {
	Runs
	epoch   string
	age     time.Duration
	lifeErr error
	err     error
}

func (h *host) EpochID(context.Context) (string, error) { return h.epoch, h.lifeErr }

func (h *host) Epoch(context.Context) (string, time.Duration, error) {
	return h.epoch, h.age, h.lifeErr
}

func (h *host) Doubt(context.Context, string) error {
	h.age = 0
	return nil
}

func (h *host) RecentRuns(context.Context, string, string) ([]bot.ListedRun, error) {
	return nil, h.err
}

// TestPromise1_NothingIsSentIntoAnUnknownLife: after a restart of the store no
// dispatch leaves before the runs were compared.
func TestPromise1_NothingIsSentIntoAnUnknownLife(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		host     host
		compared string
		goes     bool
		again    time.Duration
	}{
		"the store cannot tell":            {host: host{}, goes: true},
		"the first epoch":                  {host: host{epoch: "one", age: bot.NoneDue}, goes: true},
		"an epoch that was compared":       {host: host{epoch: "two", age: time.Hour}, compared: "two", goes: true},
		"an epoch that was not":            {host: host{epoch: "two", age: time.Hour}, compared: "one", again: 2 * epochEvery},
		"an epoch that was compared early": {host: host{epoch: "two", age: time.Minute}, compared: "two", again: 30*time.Second + 2*epochEvery},
		"the store does not say":           {host: host{lifeErr: bottest.Failing(bot.Unavailable)}},
		"an epoch that has settled by now": {host: host{epoch: "two", age: 90 * time.Second}, compared: "two", goes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := tt.host
			rc := New(&catalog.Catalog{}, Ports{Epochs: &h, Doubts: quiet{}}, slog.New(slog.DiscardHandler))
			rc.epochs.first(tt.compared, []source{{repo: "acme/api", workflow: "deploy.yml"}})
			wait := rc.NotYet(t.Context(), bottest.Starting())
			if goes := wait.Says == ""; goes != tt.goes || !goes && wait.Again != tt.again {
				t.Errorf("it waits for %#v, want until %s", wait, tt.again)
			}
		})
	}
}
