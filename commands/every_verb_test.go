package commands_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// whole are commands that lack nothing, at least one a verb.
var whole = map[string][]string{
	"deploy":             {"/deploy web v1", "/deploy api,web main to production", "/deploy api,web main to production --dry-run"},
	"rollback":           {"/rollback api production", "/rollback api production to api-140", "/rollback api production to aaaaaaa", "/rollback api production to list"},
	"promote":            {"/deploy promote api staging production"},
	"status":             {"/deploy-status", "/deploy-status web", "/deploy-status api production"},
	"incident":           {"/deploy incident", "/deploy incident 2h", "/deploy incident 90 m"},
	"plan":               {"/deploy plan api main to production", "/deploy plan api,web main to production"},
	"why":                {"/deploy why api-150"},
	"approve":            {"/deploy approve api-150"},
	"unapprove":          {"/deploy unapprove api-150"},
	"reject":             {"/deploy reject api-150 too risky"},
	"cancel":             {"/deploy cancel api-150 --reason too late"},
	"sign-off":           {"/deploy sign-off api-170"},
	"verdict":            {"/deploy verdict api-143 false", "/deploy verdict api-143 right", "/deploy verdict api-142 missed"},
	"looked":             {"/deploy looked api production", "/deploy looked web"},
	"lock":               {"/deploy lock api staging --for 2h"},
	"unlock":             {"/deploy unlock api production --take", "/deploy unlock api staging"},
	"freeze":             {"/deploy freeze all production --for 2h --reason the fair"},
	"unfreeze":           {"/deploy unfreeze all production"},
	"queue":              {"/deploy queue api production", "/deploy queue api"},
	"mine":               {"/deploy mine"},
	"release-quarantine": {"/deploy release-quarantine api production api-141 --reason mended"},
	"history":            {"/deploy history api production", "/deploy history --emergency", "/deploy history api production --emergency"},
	"report":             {"/deploy report api", "/deploy report api production"},
	"diff":               {"/deploy diff api main", "/deploy diff api production staging"},
	"adopt":              {"/deploy adopt web production abcdef1"},
	"notify":             {"/deploy notify", "/deploy notify me", "/deploy notify nothing"},
	"help":               {"/deploy help", "/deploy help rollback"},
}

// fullHouse is one in which every whole command has something to do for ben.
func fullHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	locked(h)
	urgent := h.releases["api-143"]
	urgent.ID, urgent.Emergency = "api-170", bot.Emergency{Asked: true, ReviewBy: now}
	urgent.Plan = &bot.Plan{Settings: bot.Settings{Rules: bot.Rules{Emergency: []string{"sre"}}}}
	h.releases["api-170"] = urgent
	h.in("api-143", bot.Unhealthy, func(r *bot.Release) { r.Verdict = bot.NotHealthy })
	h.in("api-142", bot.Succeeded, func(r *bot.Release) { r.Verdict = bot.Healthy })
	bad := h.history[production]
	bad[2].Quarantined, bad[2].TakenBackBy = true, "api-142" // api-141
	h.doubted.Released = []bot.Doubt{{Target: production, About: "runs"}}
	approved := h.releases["api-150"]
	approved.Approvals = []bot.Approval{{By: bot.Person{ID: "U09DORA"}, Digest: approved.Plan.Digest()}}
	h.releases["api-150"] = approved
	return h
}

func byBen(text string) bot.Invocation {
	in := typed(text)
	in.By = ben
	return in
}

// TestEveryVerbIsTried holds that no verb is left out of the tests below.
func TestEveryVerbIsTried(t *testing.T) {
	t.Parallel()
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy help"))
	help, ok := answer.(bot.Help)
	if !ok || err != nil || len(help.Verbs) != len(whole) {
		t.Fatalf("there are %d verbs, %d are tried (%v)", len(help.Verbs), len(whole), err)
	}
	for _, v := range help.Verbs {
		if len(whole[v.Verb]) == 0 {
			t.Errorf("%s is not tried", v.Verb)
		}
	}
}

// TestEveryVerbNoticesThatTheStoreIsAway: at whichever of its calls the store
// goes away, the person is told just that, and not that something is not there.
func TestEveryVerbNoticesThatTheStoreIsAway(t *testing.T) {
	t.Parallel()
	gone := &bot.Error{Kind: bot.Unavailable, Op: "ask the store"}
	idle := []string{"/deploy unapprove api-150", "/deploy unlock api staging", "/deploy unfreeze all production"} // there is nothing to end
	for _, texts := range whole {
		for _, text := range texts {
			h := fullHouse(t)
			answer, err := newCommands(t, h).Command(t.Context(), byBen(text))
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			if problem, refused := answer.(bot.Problem); refused && !slices.Contains(idle, text) {
				t.Errorf("%s is refused: %+v", text, problem)
			}
			for lasts := range h.calls.Load() {
				h := fullHouse(t)
				h.broken, h.lasts = gone, lasts
				answer, err := newCommands(t, h).Command(t.Context(), byBen(text))
				if !errors.Is(err, gone) || answer != nil {
					t.Errorf("%s, with a store that is away after %d calls: %#v, %v", text, lasts, answer, err)
				}
			}
		}
	}
}

// TestEveryButtonNoticesThatTheStoreIsAway is the same for every button of the
// registry, pressed by somebody whose word counts, where it can be pressed.
func TestEveryButtonNoticesThatTheStoreIsAway(t *testing.T) {
	t.Parallel()
	gone := &bot.Error{Kind: bot.Unavailable, Op: "ask the store"}
	tried := 0
	for _, right := range newCommands(t, newHouse(t)).Rights() {
		if right.Button == "" {
			continue
		}
		tried++
		c := cellThatCounts(t, right.Button)
		answer, did := c.press(t)
		if _, refused := answer.(bot.Problem); refused || !did {
			t.Errorf("%s: %#v", right.Button, answer)
		}
		calls := c.house.calls.Load()
		if calls < 2 {
			t.Errorf("%s asks the store %d times: what was answered is not even looked for", right.Button, calls)
		}
		for lasts := range calls {
			c := cellThatCounts(t, right.Button)
			c.house.broken, c.house.lasts = gone, lasts
			answer, err := c.c.Click(t.Context(), c.click())
			if !errors.Is(err, gone) || answer != nil {
				t.Errorf("%s, with a store that is away after %d calls: %#v, %v", right.Button, lasts, answer, err)
			}
		}
	}
	if tried != len(pressable()) {
		t.Errorf("%d buttons are tried, %d can be pressed", tried, len(pressable()))
	}
}

// cellThatCounts is a press of a button that counts, under the first settings and by
// the first person for which it does.
func cellThatCounts(t *testing.T, a bot.Action) cell {
	t.Helper()
	how := pressable()[a]
	if how.may == nil {
		t.Fatalf("%s is not tried", a)
	}
	for _, s := range settings() {
		for _, who := range s.people() {
			if (how.needs == nil || how.needs(s)) && !who.guest && how.may(s, who) {
				return newCell(s, who, a, how, how.stands)
			}
		}
	}
	t.Fatalf("%s counts for nobody", a)
	return cell{}
}

// TestEveryVerbSaysWhatWasMeant: a flag that is mistyped is named as the verb has it, and none
// is offered that it has not; what begins with a dash and is no flag is said to be that.
func TestEveryVerbSaysWhatWasMeant(t *testing.T) {
	t.Parallel()
	for verb, texts := range whole {
		if verb == "help" || verb == "reject" || verb == "mine" { // which take words as they come, or none
			continue
		}
		words, _, _ := strings.Cut(texts[0], " --")
		refused := func(behind string) string {
			h := fullHouse(t)
			answer, err := newCommands(t, h).Command(t.Context(), byBen(words+" "+behind))
			p, is := answer.(bot.Problem)
			if !is || err != nil || len(h.drafts)+len(h.letters)+len(h.wishes) > 0 {
				t.Fatalf("%s %s: %#v, %v, want a refusal", words, behind, answer, err)
			}
			return p.Says + "\n" + strings.Join(p.Mends, "\n")
		}
		if said := refused("-5m"); !strings.Contains(said, "Leave the dash out: 5m.\nUsage: ") {
			t.Errorf("%s -5m: %s", words, said)
		}
		said := refused("--nonsense")
		_, usage, _ := strings.Cut(said, "\nUsage: ")
		if takesNone := strings.Contains(said, "This command takes no flags."); takesNone == strings.Contains(usage, "--") || strings.Contains(said, "The flags are") {
			t.Errorf("%s --nonsense: %s", words, said)
		}
		for word := range strings.FieldsSeq(usage) {
			flag := strings.Trim(word, "[]`")
			if !strings.HasPrefix(flag, "--") {
				continue
			}
			if said := refused(flag + "x"); !strings.Contains(said, "Did you mean "+flag+"?") {
				t.Errorf("%s %sx: %s", words, flag, said)
			}
		}
	}
}

// TestEveryVerbRefusesWhatItDoesNotKnow: a flag that means nothing to a verb is
// not passed over, for whoever typed it meant something.
func TestEveryVerbRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	knows := map[string][]string{
		"deploy": {"--dry-run"}, "plan": {"--dry-run"}, "promote": {"--dry-run"}, "diff": {"--dry-run"},
		"lock": {"--until 18:00"}, "freeze": {"--until 18:00"},
	}
	for verb, texts := range whole {
		if verb == "help" || verb == "reject" { // which take words as they come
			continue
		}
		for _, text := range texts {
			words, reason, _ := strings.Cut(text, " --reason ")
			for _, flag := range []string{"--force", "--dry-run", "--until 18:00", "“open"} {
				if slices.Contains(knows[verb], flag) {
					continue
				}
				typed := words + " " + flag
				if reason != "" {
					typed += " --reason " + reason
				}
				h := fullHouse(t)
				answer, err := newCommands(t, h).Command(t.Context(), byBen(typed))
				if _, refused := answer.(bot.Problem); !refused || err != nil {
					t.Errorf("%s: %#v, %v, want a refusal", typed, answer, err)
				}
				if len(h.drafts)+len(h.letters)+len(h.wishes) > 0 {
					t.Errorf("%s was carried out", typed)
				}
			}
		}
	}
}
