package webhook

import (
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestDoor: a receiver that takes nothing is tried by one at a time, and whoever finds it
// taken comes again ever later, until it takes something.
func TestDoor(t *testing.T) {
	t.Parallel()
	d, refused := &door{}, errors.New("refused")
	enter := func(when string, want int, then time.Duration) {
		t.Helper()
		for range want {
			if wait := d.enter(); wait > 0 {
				t.Errorf("%s: one was turned away", when)
			}
		}
		if wait := d.enter(); wait != then {
			t.Errorf("%s: the next comes again in %s, want %s", when, wait, then)
		}
	}
	enter("at first", maxAtDoor, time.Second)
	for range maxAtDoor - 1 {
		d.leave(nil)
	}
	d.leave(&bot.Error{Kind: bot.Limited}) // there was no room elsewhere
	enter("after that", maxAtDoor, time.Second)
	for range maxAtDoor {
		d.leave(refused)
	}
	enter("after four refusals", 1, 16*time.Second)
	for range 100 {
		d.leave(refused)
		if wait := d.enter(); wait > 0 {
			t.Fatal("nobody tries it any more")
		}
	}
	enter("after a hundred", 0, 32*time.Second)
	d.leave(nil)
	enter("when it takes one", maxAtDoor, time.Second)
}
