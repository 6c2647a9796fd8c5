package slack_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// noted is what was raised and lifted, in order.
type noted struct {
	mu   sync.Mutex
	said []string
}

func (n *noted) RaiseTrouble(_ context.Context, t bot.Trouble) error {
	return n.note("raised " + t.Key() + ": " + t.Says)
}

func (n *noted) LiftTrouble(_ context.Context, t bot.Trouble) error {
	return n.note("lifted " + t.Key())
}

func (n *noted) note(what string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.said = append(n.said, what)
	return nil
}

// TestTroublesAreNoted: what keeps slipway from reaching people is noted where it
// is met, and ends when it is over.
func TestTroublesAreNoted(t *testing.T) {
	t.Parallel()
	const alerts = "C0ALERTS"
	post := func(s *slack.Sender, channel string) {
		m := cardMessage(release())
		m.Channel = channel
		_, _ = s.Post(t.Context(), m, nil) // what is noted of it counts
	}
	look := func(s *slack.Sender, _ *slacksim.Server) { _ = s.LookAtAlerts(t.Context()) }
	say := func(s *slack.Sender, _ *slacksim.Server) { post(s, alerts) }
	tell := func(s *slack.Sender, _ *slacksim.Server) {
		_ = s.Tell(t.Context(), bot.Reply{To: bot.Person{ID: ann}}, bot.Done{Says: "done"})
	}
	archive := func(_ *slack.Sender, sim *slacksim.Server) { _ = sim.Archive(alerts, true) }
	open := func(_ *slack.Sender, sim *slacksim.Server) { _ = sim.Archive(alerts, false) }
	type step = func(*slack.Sender, *slacksim.Server)
	fault := func(f slacksim.Fault) step {
		return func(_ *slack.Sender, sim *slacksim.Server) { sim.Inject(f) }
	}
	raised, lifted := "raised no_alerts C0ALERTS: ", "lifted no_alerts C0ALERTS"
	for name, tt := range map[string]struct {
		steps []step
		want  []string
	}{
		"all is well":                {[]step{say, look}, []string{lifted, lifted}},
		"archived when it is needed": {[]step{archive, say, open, say}, []string{raised + "the channel is archived", lifted}},
		"archived before":            {[]step{archive, look, open, look}, []string{raised + "the channel is archived", lifted}},
		"not ours to see":            {[]step{fault(slacksim.Fault{Method: "conversations.info", Error: "channel_not_found"}), look}, []string{raised + "slipway cannot see the channel"}},
		"it cannot be found out":     {[]step{fault(slacksim.Fault{Method: "conversations.info", Error: "missing_scope"}), look}, nil},
		"Slack is away":              {[]step{fault(slacksim.Fault{Method: "chat.postMessage", Status: 503}), say}, nil},
		"another channel is archived": {[]step{func(s *slack.Sender, sim *slacksim.Server) {
			_ = sim.Archive(deploys, true)
			post(s, deploys)
		}}, nil},
		"no Messages tab": {
			[]step{func(_ *slack.Sender, sim *slacksim.Server) { sim.SetMessagesTab(false) }, tell, func(_ *slack.Sender, sim *slacksim.Server) { sim.SetMessagesTab(true) }, tell},
			[]string{"raised no_direct : Slack takes no direct messages from slipway", "lifted no_direct "},
		},
		"one person is gone": {[]step{fault(slacksim.Fault{Method: "conversations.open", Error: "user_disabled"}), tell}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := slacksim.New(slacksim.Options{})
			server := httptest.NewServer(sim)
			t.Cleanup(server.Close)
			sim.SetURL(server.URL)
			sim.AddUser(slacksim.User{ID: ann, Name: "ann"})
			sim.AddChannel(slacksim.Channel{ID: deploys, Name: "deploys"})
			sim.AddChannel(slacksim.Channel{ID: alerts, Name: "alerts"})
			n := &noted{}
			s, err := slack.NewSender(slack.SenderOptions{Token: sim.Options().Token, APIURL: sim.APIURL(), Alerts: alerts, Troubles: n}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			for _, do := range tt.steps {
				do(s, sim)
			}
			if diff := cmp.Diff(tt.want, n.said); diff != "" {
				t.Errorf("noted (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhetherACardStands is told by the channel's history, tombstones included.
func TestWhetherACardStands(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	stands := func(ref bot.MessageRef, want bool) {
		t.Helper()
		if got, err := r.sender.Stands(within(t), ref); err != nil || got != want {
			t.Errorf("stands: %t, %v, want %t", got, err, want)
		}
	}
	stands(ref, true)
	r.say(t, ref.ID)
	for _, gone := range []bot.MessageRef{ref, other} {
		if err := r.sim.DeleteMessage(deploys, gone.ID); err != nil {
			t.Fatal(err)
		}
		stands(gone, false)
	}
}
