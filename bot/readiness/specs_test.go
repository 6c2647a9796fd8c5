package readiness

import "testing"

// TestAnOrderThatBreaksDownIsNoAnswer: a version at which the library panics, or which
// it does not know, is compared without it.
func TestAnOrderThatBreaksDownIsNoAnswer(t *testing.T) {
	t.Parallel()
	otherwise := func() int { return 7 }
	for name, c := range map[string]struct {
		ask  func() (int, bool)
		want int
	}{
		"answers":     {func() (int, bool) { return 1, true }, 1},
		"knows not":   {func() (int, bool) { return 1, false }, 7},
		"breaks down": {func() (int, bool) { panic("index out of range") }, 7},
	} {
		if got := orElse(otherwise, c.ask); got != c.want {
			t.Errorf("%s: %d, not %d", name, got, c.want)
		}
	}
}
