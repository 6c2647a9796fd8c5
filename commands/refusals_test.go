package commands_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
)

// TestRefusals holds every refusal of a typed command against a file that is
// there to be read: each must say what would work.
func TestRefusals(t *testing.T) {
	t.Parallel()
	typings := []string{
		"/deploy apo main to production",
		"/deploy apo main to production --reason it's “late”",
		"/deploy hitsory api production",
		"/deploy xylophone",
		"/deploy аpi main to production",
		"/deploy api main to prоduction",
		"/deploy approve аpi-150",
		"/deploy-status 2",
		"/deploy-status 0",
		"/deploy api main to prodution",
		"/deploy api main to mars",
		"/deploy api production main",
		"/deploy shop main",
		"/deploy web to",
		"/deploy api,wbe main to production",
		"/deploy web,api main to mars",
		"/deploy web,shop",
		"/deploy api,web",
		"/deploy a,b,c,d,e,f,g,h,i,j,k main to production",
		"/deploy plan api,shop main to production",
		"@slipway api,wbe main to production",
		"/deploy ,",
		"/deploy web main production please",
		"/deploy web --force",
		"/deploy web --reson late",
		"/deploy why api-150 --reson late",
		"/deploy history api --emergncy",
		"/deploy incident -5m",
		"/deploy-status —2",
		"/deploy web --reason",
		"/deploy web --dry-run=yes",
		"/deploy --dry-run",
		"@slipway deplyo web",
		"@slipway wbe main",
		"@slipway sing a song",
		"/rollback apo",
		"/rollback api",
		"/rollback shop eu",
		"/rollback web",
		"/rollback wbe production to web-3 --reason late",
		"/rollback api production to api-141",
		"/rollback api production to api-143",
		"/rollback api production to api-144",
		"/rollback api production to api-150",
		"/rollback api production to api-999",
		"/rollback api production to 1234567",
		"/rollback api production to yesterday",
		"/rollback api production --dry-run",
		"/deploy-status apo",
		"/deploy-status api prod uction",
		"/deploy-status api --dry-run",
		"/deploy history",
		"/deploy history shop",
		"/deploy diff api mars venus",
		"/deploy promote api staging",
		"/deploy promote api staging mars",
		"/deploy promote api staging staging",
		"/deploy promote web production staging",
		"/deploy diff shop us eu",
		"/deploy adopt api",
		"/deploy adopt api production main",
		"/deploy adopt api prod 4f9c2d1",
		"/deploy approve",
		"/deploy approve 142",
		"/deploy approve api-999",
		"/deploy approve api-150",
		"/deploy approve api-142",
		"/deploy reject api-150 too risky",
		"/deploy reject",
		"/deploy reject --reason too risky",
		"/deploy reject web-3 too risky",
		"/deploy cancel api-142",
		"/deploy cancel api-150 please",
		"/deploy lock",
		"/deploy lock apo production",
		"/deploy lock api prodction --for 2h",
		"/deploy lock all mars",
		"/deploy lock api --for soon",
		"/deploy lock api --for 0m",
		"/deploy lock api --for",
		"/deploy lock api --for 2h --until 18:00",
		"/deploy lock api --until tomorrow",
		"/deploy freeze api production --for 2h",
		"/deploy freeze api production --reason the fair",
		"/deploy unlock api production",
		"/deploy unfreeze all",
		"/deploy unlock api --reason done",
		"/deploy api main production --take",
		"/rollback api production --for 2h",
		"/deploy help rolback",
		"/deploy help poetry",
		"/deploy " + strings.Repeat("x", 3000),
		"/deploy " + strings.Repeat("x", 60),
	}
	var book strings.Builder
	for _, text := range typings {
		h := newHouse(t)
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		problem, ok := answer.(bot.Problem)
		if err != nil || !ok {
			t.Errorf("%s: %#v, %v, want a refusal", text, answer, err)
			continue
		}
		if len(h.drafts)+len(h.letters) > 0 {
			t.Errorf("%s is refused and left %v %v", text, h.drafts, h.letters)
		}
		checkRefusal(t, answer, "")
		if len(text) > 100 {
			text = text[:20] + "..."
		}
		write(&book, text, problem)
	}
	golden.Check(t, filepath.Join("testdata", "refusals.golden"), book.String())
}

func write(book *strings.Builder, text string, p bot.Problem) {
	fmt.Fprintf(book, "%s\n  %s\n", text, p.Says)
	if p.Understood != "" {
		fmt.Fprintf(book, "  understood: %s\n", p.Understood)
	}
	for _, mend := range p.Mends {
		fmt.Fprintf(book, "  mend: %s\n", mend)
	}
	if p.Near != "" {
		fmt.Fprintf(book, "  near: %s\n", p.Near)
	}
	book.WriteByte('\n')
}

// FuzzCommand types anything: there is always an answer, and a refusal always
// says what would help.
func FuzzCommand(f *testing.F) {
	for _, seed := range []string{"api main to production", "rollback api to to", "diff api x y", "reject api-150 “no", "adopt api staging abcdef1", "promote api staging to production", "api,web main", "plan web, api", "help ×"} {
		f.Add("deploy", seed)
		f.Add("", seed)
	}
	f.Fuzz(func(t *testing.T, verb, text string) {
		in := typed("/deploy " + text)
		in.Verb = verb
		answer, err := newCommands(t, newHouse(t)).Command(t.Context(), in)
		if err != nil || answer == nil {
			t.Fatalf("answered %#v, %v", answer, err)
		}
		if _, refused := answer.(bot.Problem); refused {
			checkRefusal(t, answer, "")
		}
	})
}
