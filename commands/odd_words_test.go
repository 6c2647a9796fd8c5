package commands_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// oddWords is what stands behind a verb where people slip, paste or try things.
func oddWords() []string {
	return []string{
		"", " ", "-", "--", "—", "…", "?", ",", ",,", "''", `"`, "`", "``", "\u200b", "\u202eapi", "to", "to to", "to production", "all", "all nowhere",
		"api", "API", "Api Production", "api nowhere", "api production nowhere", "api production staging eu", "api\u00a0production", "api, ,web", "api,", ",api",
		"аpi", "ａｐｉ production", "api prоduction", "apі-142", "nope", "prod", "main",
		"api-142", "API-142", "api-142 api-143", "api-0", "api-99999999999", "api-142-7", "web-1", "nope-1", "api-142.k3v9x2mq", "#api-142", "api-150 ``",
		"api --reason", "api --reason a --reason b", "api --force", "api --Dry_Run --dry-run", "api --again=no", "api --for 2h --for 3h", "api --for", "api --for -1h", "api --for 0s",
		"api production --for 999999999d", "api production --for 1y", "api production --until yesterday", "api production --until 25:61", "api production --until 2026-02-30 --reason x",
		"api production --until 24:00", "api production --until 1999-01-01 --reason x", "api production --for 1ms --until 18:00",
		"0", "-1", "1", "2", "99999999999999999999", "1e3", "0x10", "NaN", "null", "on", "30", "30m 2h", "30M", "8d", "0s", "1h30m",
		"<@U0GONE>", "<@U0GONE|gone>", "U0GONE", "@anna", "<!channel>", "<#C0DEPLOYS|>", "https://github.com/acme/api/actions/runs/7",
		"#12", "#", "#99999999999999999999", "api #12", "api HEAD", "api refs/heads/main", "api a..b", "api @{u}", "api -f", "api 'two words'", "api production to api-9999",
		"api production to web-1", "api production to nope-1", "api production to aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "api production abc", "api-143 maybe", "api-143 right wrong", "me please", "everything",
		strings.Repeat("x", 255), strings.Repeat("x", 256), strings.Repeat("ü", 130), strings.Repeat("api ", 400), strings.Repeat("a,", 900), "api " + strings.Repeat("-", 300), strings.Repeat("x", 2001),
	}
}

// TestPromise12_OddWordsAreAnswered: whatever stands behind whichever verb, somebody reads an
// answer: what is wrong in words of people, and what would work. What is wrong starts nothing.
func TestPromise12_OddWordsAreAnswered(t *testing.T) {
	t.Parallel()
	inside := []string{"%!", "<nil>", "nil ", "panic", "bot.", "UsageError", "Kind", "0x", "invalid", "error", "parse", "strconv", "\u202e", " .", "..", "  ", "``"}
	for verb := range whole {
		for _, words := range oddWords() {
			for _, text := range []string{"/deploy " + verb + " " + words, "@slipway " + verb + " " + words} {
				h := fullHouse(t)
				answer, err := newCommands(t, h).Command(t.Context(), byBen(text))
				if err != nil || answer == nil {
					t.Errorf("%.120q: %#v, %v", text, answer, err)
					continue
				}
				p, refused := answer.(bot.Problem)
				if !refused {
					continue
				}
				if len(h.drafts)+len(h.letters)+len(h.wishes) > 0 {
					t.Errorf("%.120q is refused and done all the same", text)
				}
				says := strings.Join(append([]string{p.Says, p.Understood, p.Near}, p.Mends...), "\n")
				if len(p.Mends) == 0 && p.Near == "" || p.Says == "" || len(says) > 3000 {
					t.Errorf("%.120q: nothing says what would work: %+v", text, p)
				}
				own := says // without what was typed
				for word := range strings.FieldsSeq(words) {
					own = strings.ReplaceAll(own, word, "")
				}
				for _, bad := range inside {
					if strings.Contains(own, bad) && !strings.Contains(words, bad) && bad != ".." && bad != " ." && bad != "  " && bad != "``" {
						t.Errorf("%.120q: %q stands in %q", text, bad, says)
					}
				}
			}
		}
	}
}
