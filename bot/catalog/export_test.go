package catalog

import "time"

// Written lets the tests see how a duration is written that is to be typed.
func Written(d time.Duration) string { return written(d) }
