package bot_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

func TestPhases(t *testing.T) {
	t.Parallel()
	ends := 0
	for _, p := range bot.Phases() {
		if !p.Known() {
			t.Errorf("%s is not known", p)
		}
		if p.Ended() && p.HoldsSlot() {
			t.Errorf("%s has ended and holds the slot", p)
		}
		if over := p.Ended() || p == bot.Verifying; p.RunIsOver() != over {
			t.Errorf("the run of one that is %s is over: %t", p, !over)
		}
		if p.Ended() {
			ends++
		}
	}
	if ends != 7 {
		t.Errorf("there are %d ends, want 7", ends)
	}
	if bot.Phase("paused").Known() {
		t.Error("a phase of a later version is taken for known")
	}
}
