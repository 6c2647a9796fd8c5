package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
)

// shortened is the configuration of the tests with short names: api's old name is
// ship, which a later version has for a command, and eu is an environment of
// shop, whatever eu may mean elsewhere.
const shortened = `
aliases: {prod: production, stg: staging, eu: production}
services:
  api:
    aliases: [shop-api, ship]
`

func newShortened(t *testing.T, h *house) *commands.Commands {
	t.Helper()
	text := strings.Replace(declared, "\nservices:\n  api:\n", shortened, 1)
	c, err := catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, catalog.Vocabulary{})
	if err != nil {
		t.Fatal(err)
	}
	return commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h}, c, func() time.Time { return now })
}

// inShort are the words of a command with short names in place of the real ones.
func inShort(text, api string) string {
	short := map[string]string{"api": api, "api,web": api + ",web", "production": "prod", "staging": "STG"}
	words := strings.Fields(text)
	for i, word := range words {
		if s, known := short[word]; known && i > 0 && words[1] != "help" {
			words[i] = s
		}
	}
	return strings.Join(words, " ")
}

// TestEveryVerbTakesShortNames: each does the very same with a short name as with
// the real one, and shows the real one.
func TestEveryVerbTakesShortNames(t *testing.T) {
	t.Parallel()
	done := func(text string) (bot.Answer, *house) {
		h := fullHouse(t)
		answer, err := newShortened(t, h).Command(t.Context(), byBen(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return answer, h
	}
	shortenedTexts := 0
	for _, texts := range whole {
		for _, text := range texts {
			for _, api := range []string{"shop-api", "Ship"} {
				short := inShort(text, api)
				if short != text {
					shortenedTexts++
				}
				want, as := done(text)
				got, is := done(short)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-the real name +short):\n%s", short, diff)
				}
				if diff := cmp.Diff([]any{as.drafts, as.letters, as.wishes, as.ends, as.looked}, []any{is.drafts, is.letters, is.wishes, is.ends, is.looked}); diff != "" {
					t.Errorf("%s does (-the real name +short):\n%s", short, diff)
				}
			}
		}
	}
	if shortenedTexts < 40 {
		t.Errorf("only %d texts have a short name in them", shortenedTexts)
	}
}

// TestShortNamesAsTheyAreTyped: what they may be confused with.
func TestShortNamesAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	shop := func(environment string) bot.Target { return bot.Target{Service: "shop", Environment: environment} }
	for text, want := range map[string]struct {
		target    bot.Target
		ref, note string
	}{
		"/deploy ship":                    {target: staging, note: "goes to staging"},
		"@slipway ship main prod":         {target: production, ref: "main"},
		"/deploy shop-api prod":           {target: production, note: "`prod` was read as the environment production; what goes"},
		"/deploy api prod stg":            {target: staging, ref: "prod"},
		"/deploy api eu":                  {target: production, note: "`eu` was read as the environment production"},
		"/deploy shop eu":                 {target: shop("eu"), note: "`eu` was read as the environment; what goes"},
		"/deploy shop main eu":            {target: shop("eu"), ref: "main"},
		"/deploy api,shop-api main stg":   {target: staging, ref: "main"},
		"/deploy Shop-API,api main Stg":   {target: staging, ref: "main"},
		"/deploy shop-api main to prod":   {target: production, ref: "main"},
		"/rollback shop-api prod":         {target: production},
		"/rollback shop-api to prod":      {target: production},
		"/deploy diff api stg prod":       {target: staging, ref: sha("d"), note: "what is live on api → production"},
		"/deploy diff api main stg":       {target: staging, ref: "main"},
		"/deploy promote api stg to prod": {target: production, ref: sha("e"), note: "on api → staging"},
	} {
		h := newHouse(t)
		answer, err := newShortened(t, h).Command(t.Context(), typed(text))
		if err != nil || len(h.drafts) != 1 {
			t.Errorf("%s: %#v, %v", text, answer, err)
			continue
		}
		accepted, _ := answer.(bot.Accepted)
		notes := strings.Join(accepted.Notes, "\n")
		if d := h.drafts[0]; d.Target != want.target || d.Ref != want.ref || !strings.Contains(notes, want.note) {
			t.Errorf("%s deploys %q to %s: %q", text, d.Ref, d.Target, notes)
		}
	}
}

// TestShortNameOfEveryService: where all services are meant, a real name is
// stronger, and one that means several things is not guessed at.
func TestShortNameOfEveryService(t *testing.T) {
	t.Parallel()
	for typing, want := range map[string]bot.Scope{
		"prod": {Environment: "production"}, "stg": {Environment: "staging"}, "eu": {Environment: "eu"}, "us": {Environment: "us"},
	} {
		h := fullHouse(t)
		h.groups = map[string][]string{"sre": {ben.ID}}
		if _, err := newShortened(t, h).Command(t.Context(), byBen("/deploy freeze all "+typing+" --for 2h --reason fair")); err != nil || len(h.wishes) != 1 || h.wishes[0].Lock.Scope != want {
			t.Errorf("%s closes %+v, %v", typing, h.wishes, err)
		}
	}
	two := strings.NewReplacer("\n  web:\n", "\n  web:\n    aliases: {live: production}\n", "\n  shop:\n", "\n  shop:\n    aliases: {live: eu}\n").Replace(declared)
	c, err := catalog.Parse([]byte(two), func(string) (string, bool) { return "", false }, catalog.Vocabulary{})
	if err != nil {
		t.Fatal(err)
	}
	h := fullHouse(t)
	both := commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h}, c, func() time.Time { return now })
	answer, err := both.Command(t.Context(), byBen("/deploy lock all live"))
	if problem, refused := answer.(bot.Problem); err != nil || !refused || problem.Says != "`live` is short for several environments: production and eu." || len(h.wishes) > 0 {
		t.Errorf("answered %#v, %v, closed %v", answer, err, h.wishes)
	}
}

// TestHelpShowsShortNames: those that mean the same everywhere are told once.
func TestHelpShowsShortNames(t *testing.T) {
	t.Parallel()
	answer, err := newShortened(t, newHouse(t)).Command(t.Context(), typed("/deploy help"))
	help, ok := answer.(bot.Help)
	want := []bot.ShortName{
		{Word: "eu", Means: "production"},
		{Word: "prod", Means: "production"},
		{Word: "stg", Means: "staging"},
		{Word: "shop-api", Means: "api"},
		{Word: "ship", Means: "api"},
	}
	if diff := cmp.Diff(want, help.Short); !ok || err != nil || diff != "" {
		t.Errorf("help: %v (-want +got):\n%s", err, diff)
	}
	answer, err = newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy help"))
	if help, ok = answer.(bot.Help); !ok || err != nil || len(help.Short) > 0 {
		t.Errorf("short names where none are declared: %#v, %v", answer, err)
	}
}

// TestVerbsAreThoseOfTheRegistry: the words that no service may bear are those that
// people can type, and none of them is still to come.
func TestVerbsAreThoseOfTheRegistry(t *testing.T) {
	t.Parallel()
	var typed []string
	for _, right := range newCommands(t, newHouse(t)).Rights() {
		if right.Verb != "" {
			typed = append(typed, right.Verb)
		}
	}
	verbs := commands.Verbs()
	slices.Sort(typed)
	slices.Sort(verbs)
	if diff := cmp.Diff(typed, verbs); diff != "" {
		t.Errorf("reserved (-what can be typed +Verbs):\n%s", diff)
	}
	for _, later := range catalog.VerbsToCome() {
		if slices.Contains(verbs, later) {
			t.Errorf("%s has come: it is no word to come any more", later)
		}
	}
}
