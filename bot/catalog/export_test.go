package catalog

import "time"

// Written exposes written to the tests of package catalog_test.
func Written(d time.Duration) string { return written(d) }
