package readiness

import (
	"errors"
	"testing"
)

// TestAReaderThatBreaksDownCostsItsFile: a parser's panic is an error of its file
// alone, and reads differently from a file that is not valid.
func TestAReaderThatBreaksDownCostsItsFile(t *testing.T) {
	t.Parallel()
	broken := format{read: func(file source, _ *facts) error { return errors.New(file.text[7:9]) }}
	if _, err := readWith([]format{broken}, source{"a", "short"}); !errors.Is(err, errBroken) {
		t.Errorf("a reader that panics: %v", err)
	}
	if _, err := readWith([]format{broken}, source{"a", "long enough"}); err == nil || errors.Is(err, errBroken) {
		t.Errorf("a reader that fails: %v", err)
	}
}
