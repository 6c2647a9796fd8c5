package slack

import (
	"strconv"
	"testing"
	"time"
)

// TestReplaysAreBounded: whoever sends many signed requests must not fill the
// memory with their signatures.
func TestReplaysAreBounded(t *testing.T) {
	t.Parallel()
	p, now := newReplays(), time.Unix(1795510860, 0)
	for n := range maxSeen + 500 {
		if !p.first(strconv.Itoa(n), now) {
			t.Fatalf("%d is new and was not taken so", n)
		}
	}
	if len(p.until) > maxSeen || len(p.order) > maxSeen {
		t.Errorf("%d and %d signatures are remembered", len(p.until), len(p.order))
	}
	if p.first(strconv.Itoa(maxSeen+499), now) {
		t.Error("the newest was forgotten")
	}
	if p.first("later", now.Add(3*window)); len(p.until) != 1 {
		t.Errorf("%d signatures are remembered after their time", len(p.until))
	}
}
