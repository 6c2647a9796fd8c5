package readiness

import (
	"errors"
	"strings"
)

// errLarge is a file that would take too long to read.
var errLarge = errors.New("too large to be read")

// maxText is more than anybody writes by hand in one file.
const maxText = 100_000 // bytes

// handwritten refuses a text longer than people write.
func handwritten(read func(source, *facts) error) func(source, *facts) error {
	return func(file source, f *facts) error {
		if len(file.text) > maxText {
			return errLarge
		}
		return read(file, f)
	}
}

// The bounds of a YAML file. The parser's work grows with the square of the number of
// keys side by side, and with the length of the keys above each.
const (
	maxYAML     = 400_000 // bytes
	maxSiblings = 1200
	longestKey  = 300
)

// boundYAML refuses a file that would keep the parser busy for long; no file of
// settings does.
func boundYAML(text string) error {
	if len(text) > maxYAML {
		return errLarge
	}
	var depths, siblings []int // of the enclosing lines
	for line := range strings.Lines(text) {
		begins := strings.TrimLeft(line, " -")
		if strings.IndexByte(line, ':') > longestKey || strings.Count(line, ",") > maxSiblings {
			return errLarge
		}
		depth := len(line) - len(begins)
		for len(depths) > 0 && depths[len(depths)-1] > depth {
			depths, siblings = depths[:len(depths)-1], siblings[:len(siblings)-1]
		}
		if len(depths) == 0 || depths[len(depths)-1] < depth {
			depths, siblings = append(depths, depth), append(siblings, 0)
		}
		last := len(siblings) - 1
		if siblings[last]++; siblings[last] > maxSiblings {
			return errLarge
		}
	}
	return nil
}
