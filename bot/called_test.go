package bot_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise3_CalledFilesAreInTheDigest: what the workflow calls belongs to what
// is approved, and each change of it is told. A plan whose workflow calls nothing
// has the digest that it had before calls were followed.
func TestPromise3_CalledFilesAreInTheDigest(t *testing.T) {
	t.Parallel()
	called := func() bot.Called {
		return bot.Called{
			Files: []bot.CalledFile{{Path: "a.yml", Blob: "1"}, {Path: "b.yml", Blob: "2"}}, Missing: []string{"actions/c"}, Elsewhere: []string{"acme/d@v1"},
		}
	}
	before := bot.Plan{Called: called()}
	for name, tt := range map[string]struct {
		change func(*bot.Called)
		want   []string
	}{
		"the same":          {func(*bot.Called) {}, nil},
		"another content":   {func(c *bot.Called) { c.Files[1].Blob = "3" }, []string{"b.yml, which the workflow calls, was changed"}},
		"one more":          {func(c *bot.Called) { c.Files = append(c.Files, bot.CalledFile{Path: "e.yml", Blob: "1"}) }, []string{"the workflow calls e.yml as well"}},
		"one less":          {func(c *bot.Called) { c.Files = slices.Delete(c.Files, 0, 1) }, []string{"the workflow no longer calls a.yml"}},
		"it is there now":   {func(c *bot.Called) { c.Missing = nil }, []string{"the workflow calls other files"}},
		"only elsewhere is": {func(c *bot.Called) { c.Elsewhere = nil }, nil},
	} {
		now := bot.Plan{Called: called()}
		tt.change(&now.Called)
		if diff := cmp.Diff(tt.want, now.Differences(before)); diff != "" {
			t.Errorf("%s: differences (-want +got):\n%s", name, diff)
		}
		if same := now.Digest() == before.Digest(); same != (len(tt.want) == 0) {
			t.Errorf("%s: the digests are alike: %v", name, same)
		}
	}
	if none := (bot.Plan{Called: bot.Called{Elsewhere: []string{"acme/d@v1"}}}); none.Digest() != (bot.Plan{}).Digest() {
		t.Error("what calls nothing here has another digest than before")
	}
}
