// Package golden holds what a test makes against a file that people can read and
// review. With -update the file is written instead; its diff then shows what changed.
//
// Only tests import it; the layout test says so.
package golden

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files that tests compare with") //nolint:gochecknoglobals // a flag of go test

// Updating says whether files are written instead of compared.
func Updating() bool { return *update }

// Check compares a text with a file, or writes the file.
func Check(tb testing.TB, path, got string) {
	tb.Helper()
	if Updating() {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		tb.Errorf("%s (-want +got; go test -update writes it):\n%s", path, diff)
	}
}
