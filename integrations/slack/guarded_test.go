package slack_test

import (
	"net/http"
	"testing"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestPromise12_APanicIsAnswered: whoever types or clicks something that slipway
// breaks down on reads that it is not confirmed, and the next one is served.
func TestPromise12_APanicIsAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.store.set(nil, nil)
	r.store.broken(true)
	d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api")
	if want := "Not confirmed: slipway could not store your command. Typing it again is safe."; err != nil || d.Status != http.StatusOK || d.Shown != want {
		t.Errorf("the command is answered %+v, %v", d, err)
	}
	if d, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Withdraw Request"); err != nil || d.Status != http.StatusOK {
		t.Errorf("the click is answered %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "Not confirmed: slipway could not store your click")
	r.store.broken(false)
	if d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api"); err != nil || d.Status != http.StatusOK {
		t.Errorf("the next command is answered %+v, %v", d, err)
	}
}
