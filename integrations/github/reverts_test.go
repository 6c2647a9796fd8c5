package github

import (
	"slices"
	"strings"
	"testing"
)

// TestRevertsOf: the words of git and of GitHub's button, and no others.
func TestRevertsOf(t *testing.T) {
	t.Parallel()
	sha := strings.Repeat("a1b2c3d4", 5)
	for name, tt := range map[string]struct {
		message string
		want    []string
	}{
		"git":                    {"Revert \"Pay by card\"\n\nThis reverts commit " + sha + ".", []string{sha}},
		"git, of a merge":        {"Revert \"Merge\"\n\nThis reverts commit " + sha + ", reversing\nchanges made to 0123456789.", []string{sha}},
		"git, on Windows":        {"Revert\r\n\r\nThis reverts commit " + strings.ToUpper(sha) + ".\r\n", []string{sha}},
		"git, with a short SHA":  {"x\n\nThis reverts commit a1b2c3d\n", []string{"a1b2c3d"}},
		"two":                    {"x\n\nThis reverts commit 1111111.\nThis reverts commit 2222222.", []string{"1111111", "2222222"}},
		"the button":             {"Revert \"Pay by card\" (#13)\n\nReverts acme/api#12", []string{"acme/api#12"}},
		"the button, no name":    {"Revert\n\nReverts #12", []string{"#12"}},
		"the subject of both":    {"Revert \"Pay by card (#12)\" (#13)", []string{"#12"}},
		"of a revert":            {"Revert \"Revert \"Pay by card (#12)\" (#13)\" (#14)", []string{"#13"}},
		"a part of it":           {"x\n\nThis partially reverts commit " + sha, nil},
		"in the midst":           {"I wonder whether This reverts commit " + sha + ".", nil},
		"a subject without PR":   {"Revert \"Pay by card\"", nil},
		"something else":         {"Pay by card (#12)\n\nReverts to the old ways#12", nil},
		"a number that is none":  {"x\n\nReverts acme/api#0", nil},
		"what is no SHA":         {"x\n\nThis reverts commit of mine", nil},
		"a SHA that goes on":     {"x\n\nThis reverts commit " + sha + "zzz", nil},
		"nothing":                {"", nil},
		"far too much of it all": {strings.Repeat("This reverts commit 1111111.\n", 10000), []string{"1111111"}},
	} {
		if got := revertsOf(tt.message); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func FuzzRevertsOf(f *testing.F) {
	f.Add("Revert \"Pay by card (#12)\" (#13)\n\nThis reverts commit a1b2c3d4.\nReverts acme/api#12")
	f.Fuzz(func(t *testing.T, message string) {
		got := revertsOf(message)
		if len(got) > maxReverts || !slices.IsSorted(got) {
			t.Fatalf("%d of %q", len(got), message)
		}
		for _, what := range got {
			if place, number, pull := strings.Cut(what, "#"); pull {
				if number == "" || strings.ContainsAny(place, " \n`<>") {
					t.Fatalf("%q of %q", what, message)
				}
			} else if len(what) < 7 || !isHex(what) {
				t.Fatalf("%q of %q", what, message)
			}
		}
	})
}
