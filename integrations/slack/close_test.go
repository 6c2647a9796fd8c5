package slack_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestCloseWaitsForTheLastAnswers: what a person was acknowledged is answered
// before slipway has stopped; only where that takes longer than a stop may take
// does Close give up, and says so.
func TestCloseWaitsForTheLastAnswers(t *testing.T) {
	t.Parallel()
	begun, letGo := make(chan struct{}), make(chan struct{})
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasPrefix(req.URL.Path, "/hooks/") {
				close(begun)
				<-letGo
			}
			sim.ServeHTTP(w, req)
		})
	})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.store.set(bot.Done{Says: "taken"}, nil)
	if d, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Withdraw Request"); err != nil || d.Status != http.StatusOK {
		t.Fatalf("Click = %+v, %v", d, err)
	}
	<-begun
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.inbound.Close(hurried); !errors.Is(err, context.Canceled) {
		t.Errorf("Close says %v while an answer is on its way", err)
	}
	close(letGo)
	if err := r.inbound.Close(within(t)); err != nil {
		t.Errorf("Close says %v", err)
	}
	if shown := r.sim.Transcript(deploys); !strings.Contains(shown, "Taken") {
		t.Errorf("slipway has stopped, and the answer is not there:\n%s", shown)
	}
}

// TestAnswersGoWhereSlackSays: the address that came with a click is taken, and
// nothing that is posted to it is refused.
func TestAnswersGoWhereSlackSays(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.store.set(bot.Done{Says: "taken"}, nil)
	if _, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Withdraw Request"); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, deploys, "Taken")
	if r.sim.Count("response_url") != 1 || r.sim.Count("chat.postEphemeral") != 0 {
		t.Errorf("posted otherwise: %+v", r.sim.Calls())
	}
	for _, call := range r.sim.Calls() {
		if call.Error != "" {
			t.Errorf("Slack refused %+v", call)
		}
	}
}
