package announcer

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// telling is a store of troubles, and a chat that writes down who is told.
type telling struct {
	quiet
	screen
	taken  map[string]bool
	told   []string
	lifted []string
	broken bool
}

func (l *telling) MayTell(_ context.Context, t bot.Trouble, whom string) (bool, error) {
	key := t.Key() + whom
	if l.taken[key] {
		return false, nil
	}
	l.taken[key] = true
	return true, nil
}

func (l *telling) LiftTrouble(_ context.Context, t bot.Trouble) error {
	l.lifted = append(l.lifted, t.Key())
	return nil
}

func (l *telling) Tell(_ context.Context, to bot.Reply, _ bot.Answer) error {
	l.told = append(l.told, to.To.ID)
	if l.broken {
		return errors.New("no")
	}
	return nil
}

func (l *telling) Post(_ context.Context, m bot.Message, _ func(context.Context) error) (bot.MessageRef, error) {
	l.told = append(l.told, m.Channel)
	return bot.MessageRef{Channel: m.Channel, ID: "1"}, nil
}

// archived is a chat that finds out that its alerts channel takes nothing only when
// it looks there.
type archived struct {
	telling
	found []bot.Trouble
	done  func()
}

func (l *archived) LookAtAlerts(context.Context) error {
	l.found = []bot.Trouble{{Kind: bot.NoAlerts, Channel: "C0ALERTS"}}
	return nil
}

func (l *archived) Troubles(context.Context) ([]bot.Trouble, error) { return l.found, nil }

func (l *archived) Tell(ctx context.Context, to bot.Reply, says bot.Answer) error {
	l.done()
	return l.telling.Tell(ctx, to, says)
}

// TestTheAlertsChannelIsLookedAtAhead: the operators hear that nothing can be said in
// it before something must be.
func TestTheAlertsChannelIsLookedAtAhead(t *testing.T) {
	t.Parallel()
	c := *bottest.Declare(t, bottest.Shop)
	c.Operators = []string{"sre"}
	c.Slack.Alerts = "C0ALERTS"
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l := &archived{telling: telling{taken: map[string]bool{}}, done: cancel}
	a := New(&c, Ports{Noise: quiet{}, Troubles: l, Sight: l, Chat: l, People: knowing(&c, nil, nil)}, Options{}, slog.New(slog.DiscardHandler))
	if err := a.watchTroubles(ctx); !errors.Is(err, context.Canceled) || len(l.told) == 0 {
		t.Errorf("told %v, %v", l.told, err)
	}
}

// TestTroublesAreTold once each, to those who can be told: that the alerts channel
// takes nothing to the operators, the rest in that channel.
func TestTroublesAreTold(t *testing.T) {
	t.Parallel()
	c := *bottest.Declare(t, bottest.Shop)
	c.Operators = []string{"sre"}
	c.Slack.Alerts = "C0ALERTS"
	var operators []string
	group, _ := c.Group("sre")
	for _, name := range group.Members {
		p, _ := c.Person(name)
		operators = append(operators, p.Slack)
	}
	if len(operators) == 0 {
		t.Fatal("the group has no members")
	}
	since := time.UnixMilli(1763964000123)
	for name, tt := range map[string]struct {
		trouble bot.Trouble
		broken  bool
		told    []string
		lifted  bool
	}{
		"the alerts channel":           {trouble: bot.Trouble{Kind: bot.NoAlerts, Channel: "C0ALERTS", Since: since}, told: operators},
		"the alerts channel of before": {trouble: bot.Trouble{Kind: bot.NoAlerts, Channel: "C0OLD", Since: since}, lifted: true},
		"direct messages":              {trouble: bot.Trouble{Kind: bot.NoDirect, Since: since}, told: []string{"C0ALERTS"}},
		"blocks":                       {trouble: bot.Trouble{Kind: bot.NoBlocks, Of: "api-1", Since: since}, told: []string{"C0ALERTS"}},
		"the alerts channel moved":     {trouble: bot.Trouble{Kind: bot.ChannelMoved, Channel: "C0ALERTS", Since: since}, told: operators},
		"another channel moved":        {trouble: bot.Trouble{Kind: bot.ChannelMoved, Channel: c.Services[0].Channel, Since: since}, told: []string{"C0ALERTS"}},
		"one that is named no more":    {trouble: bot.Trouble{Kind: bot.ChannelMoved, Channel: "C0OLD", Since: since}, lifted: true},
		"nobody can be told":           {trouble: bot.Trouble{Kind: bot.NoAlerts, Channel: "C0ALERTS", Since: since}, broken: true, told: operators},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &telling{taken: map[string]bool{}, broken: tt.broken}
			a := New(&c, Ports{Noise: quiet{}, Troubles: l, Chat: l, People: knowing(&c, nil, nil)}, Options{}, slog.New(slog.DiscardHandler))
			for range 3 {
				a.lookAtTrouble(t.Context(), tt.trouble)
			}
			slices.Sort(l.told)
			if want := slices.Sorted(slices.Values(tt.told)); !slices.Equal(l.told, want) {
				t.Errorf("told %v, want %v", l.told, want)
			}
			if (len(l.lifted) > 0) != tt.lifted {
				t.Errorf("lifted %v", l.lifted)
			}
		})
	}
}

// remembering is a store of troubles that keeps what is noted again.
type remembering struct {
	telling
	found []bot.Trouble
	noted []bot.Trouble
}

func (m *remembering) Troubles(context.Context) ([]bot.Trouble, error) { return m.found, nil }
func (m *remembering) RaiseTrouble(_ context.Context, t bot.Trouble) error {
	m.noted = append(m.noted, t)
	return nil
}

// TestAChannelThatMovedStaysNoted: the chat tells of it once, and it is noted until
// slipway.yaml names the channel anew.
func TestAChannelThatMovedStaysNoted(t *testing.T) {
	t.Parallel()
	c := *bottest.Declare(t, bottest.Shop)
	moved := bot.Trouble{Kind: bot.ChannelMoved, Channel: c.Services[0].Channel, Says: "it moved"}
	m := &remembering{found: []bot.Trouble{{Kind: bot.NoDirect}, {Kind: bot.ChannelMoved, Channel: "C0OLD"}, moved}}
	a := New(&c, Ports{Troubles: m, Unheard: m}, Options{}, slog.New(slog.DiscardHandler))
	a.keepMoved(t.Context())
	if !slices.Equal(m.noted, []bot.Trouble{moved}) {
		t.Errorf("noted %+v", m.noted)
	}
}
