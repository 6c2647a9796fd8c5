package loop

import (
	"testing"
	"time"
)

// TestWhatWasSaidIsRememberedWithinBounds: and forgotten all at once beyond them.
func TestWhatWasSaidIsRememberedWithinBounds(t *testing.T) {
	t.Parallel()
	var m Marks
	for n := range 10_001 {
		m.Add(string(rune('a'+n%26)) + time.Duration(n).String())
	}
	if first := "a" + time.Duration(0).String(); !m.Has(first) || len(m.keys) != 10_001 {
		t.Errorf("%d are remembered", len(m.keys))
	}
	if m.Add("one more"); !m.Has("one more") || len(m.keys) != 1 {
		t.Errorf("%d are remembered", len(m.keys))
	}
}
