package github_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise4_WhoeverWroteWithOthersIsAnAuthor: a commit that several people wrote has
// one author and names the others in its message, as one does that GitHub squashed. Of
// whom no account is known may be anybody.
func TestPromise4_WhoeverWroteWithOthersIsAnAuthor(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	for name, tt := range map[string]struct {
		lines   string
		authors []string
		unnamed int
	}{
		"alone":                           {"", []string{"anna-gh"}, 0},
		"with one who hides the address":  {"Co-authored-by: Ben <77+ben-gh@users.noreply.github.com>", []string{"anna-gh", "ben-gh"}, 0},
		"as GitHub wrote it once":         {"Co-authored-by: Ben <ben-gh@users.noreply.github.com>", []string{"anna-gh", "ben-gh"}, 0},
		"at an Enterprise Server":         {"Co-authored-by: Ben <ben_corp@users.noreply.ghe.example.com>", []string{"anna-gh", "ben_corp"}, 0},
		"in any case":                     {"co-Authored-BY: BEN <77+Ben-GH@Users.NoReply.GitHub.com>\r", []string{"anna-gh", "ben-gh"}, 0},
		"with one who wrote another":      {"Co-authored-by: Cleo <Cleo@example.com>", []string{"anna-gh", "cleo-gh"}, 0},
		"with herself":                    {"Co-authored-by: Anna <anna@example.com>", []string{"anna-gh"}, 0},
		"with one whom nobody knows":      {"Co-authored-by: Dora <dora@example.com>", []string{"anna-gh"}, 1},
		"with several whom nobody knows":  {"Co-authored-by: Dora <dora@example.com>\nCo-authored-by: Gus <gus@example.com>", []string{"anna-gh"}, 1},
		"with a bot":                      {"Co-authored-by: renovate <29139614+renovate[bot]@users.noreply.github.com>", []string{"anna-gh", "renovate[bot]"}, 0},
		"with a program that helps":       {"Co-authored-by: Helper <noreply@example.com>", []string{"anna-gh"}, 0},
		"with a name that has no address": {"Co-authored-by: Ben", []string{"anna-gh"}, 0},
		"in a sentence":                   {"It was Co-authored-by: Ben <77+ben-gh@users.noreply.github.com> once", []string{"anna-gh"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			commit := func(message, login string) map[string]any {
				by := strings.TrimSuffix(login, "-gh")
				return map[string]any{
					"sha": b, "author": map[string]any{"login": login}, "committer": map[string]any{"login": "web-flow"},
					"commit": map[string]any{"message": message, "author": map[string]any{"name": by, "email": by + "@example.com"}, "committer": map[string]any{"email": "noreply@github.com"}},
				}
			}
			there, err := json.Marshal(map[string]any{"status": "ahead", "total_commits": 2, "commits": []any{
				commit("Round amounts (#7)\n\n* halves\n\n"+tt.lines, "anna-gh"), commit("Mend", "cleo-gh"),
			}})
			check(t, err)
			client := newClient(t, listing(t, map[string]string{
				"/repos/acme/api/compare/" + a + "..." + b + "?": string(there),
				"/repos/acme/api/compare/" + b + "..." + a + "?": `{"status":"behind","commits":[]}`,
			}))
			changes, _, err := client.Changes(t.Context(), repoName, a, b)
			check(t, err)
			slices.Sort(changes.Authors)
			want := tt.authors
			if !slices.Contains(want, "cleo-gh") {
				want = append(slices.Clone(want), "cleo-gh")
			}
			slices.Sort(want)
			if !slices.Equal(changes.Authors, want) || changes.Unnamed != tt.unnamed || changes.Direction != bot.Forward {
				t.Errorf("authors %v and %d unnamed, want %v and %d", changes.Authors, changes.Unnamed, want, tt.unnamed)
			}
		})
	}
}
