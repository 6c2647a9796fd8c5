package webhook

import (
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxAtDoor bounds how many are sent to one receiver at once.
	maxAtDoor = 4
	// fullWait is when whoever found no room comes again, at first, and fullDoublings
	// how often that doubles while the receiver takes nothing.
	fullWait      = time.Second
	fullDoublings = 5
)

// door is the way to one receiver. One that takes nothing is tried by one at a time, and
// whoever finds it taken comes again ever later: so it keeps no room from the others.
type door struct {
	mu     sync.Mutex
	under  int // how many are being sent
	failed int // how many in a row it has not taken
}

// enter lets one through, or says when to come again.
func (d *door) enter() (wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	most := maxAtDoor
	if d.failed > 0 {
		most = 1
	}
	if d.under >= most {
		return fullWait << min(d.failed, fullDoublings)
	}
	d.under++
	return 0
}

// leave says what came of one.
func (d *door) leave(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.under--
	switch {
	case err == nil:
		d.failed = 0
	case bot.KindOf(err) != bot.Limited: // then it was not tried
		d.failed++
	}
}
