package commands_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func submission(e bot.Entry) bot.Submission {
	return bot.Submission{Entry: e, By: anna, Source: bot.FromCommand, Key: "view.V1.1", Reply: bot.Reply{To: anna, Channel: "C0TYPED"}}
}

// TestFormsMeanWhatIsTyped: what is entered in a form makes the release that the
// same would make if it were typed.
func TestFormsMeanWhatIsTyped(t *testing.T) {
	t.Parallel()
	target := bot.Target{Service: "api", Environment: "production"}
	tests := map[string]bot.Entry{
		`/deploy api main to production --reason "greet people"`: bot.DeployEntry{Target: target, Ref: "main", Reason: "greet people"},
		"/deploy api to production":                              bot.DeployEntry{Target: target},
		"/rollback api production to api-140":                    bot.RollbackEntry{Target: target, To: "api-140"},
		`/rollback api production to api-140 --reason "broken"`:  bot.RollbackEntry{Target: target, To: "api-140", Reason: "broken"},
	}
	for text, entry := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			words, form := newHouse(t), newHouse(t)
			in := typed(text)
			in.Key = "view.V1.1"
			if _, err := newCommands(t, words).Command(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			s := submission(entry)
			s.Reply = in.Reply
			if _, err := newCommands(t, form).Submit(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if len(form.drafts) != 1 {
				t.Fatalf("the form made %+v", form.drafts)
			}
			if diff := cmp.Diff(words.drafts, form.drafts); diff != "" {
				t.Errorf("drafts (-typed +entered):\n%s", diff)
			}
		})
	}
}

// TestFormsAreValues: nothing that is entered is read as words of a command, and
// what a form offered may be gone by the time that it is sent.
func TestFormsAreValues(t *testing.T) {
	t.Parallel()
	production := bot.Target{Service: "api", Environment: "production"}
	for name, tt := range map[string]struct {
		entry   bot.Entry
		by      func(*bot.Submission)
		draft   bool
		ref     string
		refused bool
	}{
		"a branch called to":            {entry: bot.DeployEntry{Target: production, Ref: "to"}, draft: true, ref: "to"},
		"a branch of an environment":    {entry: bot.DeployEntry{Target: production, Ref: "staging"}, draft: true, ref: "staging"},
		"a branch like an escape":       {entry: bot.DeployEntry{Target: production, Ref: "a&amp;b"}, draft: true, ref: "a&amp;b"},
		"a reason full of flags":        {entry: bot.DeployEntry{Target: production, Ref: "main", Reason: `" --dry-run --emergency`}, draft: true, ref: "main"},
		"a service that is gone":        {entry: bot.DeployEntry{Target: bot.Target{Service: "gone", Environment: "production"}}, refused: true},
		"an environment that is gone":   {entry: bot.DeployEntry{Target: bot.Target{Service: "api", Environment: "gone"}}, refused: true},
		"several services in one field": {entry: bot.DeployEntry{Target: bot.Target{Service: "api,web", Environment: "production"}}, refused: true},
		"a release that never was":      {entry: bot.RollbackEntry{Target: production, To: "api-999"}, refused: true},
		"nothing that is known":         {refused: true},
		"a guest":                       {entry: bot.DeployEntry{Target: production}, by: func(s *bot.Submission) { s.Guest = true }, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			s := submission(tt.entry)
			if tt.by != nil {
				tt.by(&s)
			}
			answer, err := newCommands(t, h).Submit(t.Context(), s)
			if _, refused := answer.(bot.Problem); err != nil || refused != tt.refused {
				t.Fatalf("answered %#v, %v", answer, err)
			}
			if tt.draft != (len(h.drafts) == 1) {
				t.Fatalf("drafts %+v", h.drafts)
			}
			if !tt.draft {
				return
			}
			d, e := h.drafts[0], tt.entry.(bot.DeployEntry) //nolint:errcheck,forcetypeassert // the table's rows with a draft are deploys
			if d.Kind != bot.Deploy || d.Ref != tt.ref || d.Emergency || d.Reason != e.Reason || d.Target != production {
				t.Errorf("draft %+v", d)
			}
		})
	}
}

// TestAFormCountsOnce: the same form sent again gets its first answer.
func TestAFormCountsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.answers = map[string]bot.Answer{}
	c := newCommands(t, h)
	s := submission(bot.DeployEntry{Target: bot.Target{Service: "api", Environment: "production"}, Ref: "main"})
	var answers [2]bot.Answer
	for i := range answers {
		answer, err := c.Submit(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		answers[i] = answer
	}
	if len(h.drafts) != 1 || !cmp.Equal(answers[0], answers[1]) {
		t.Errorf("drafts %+v, answers %+v", h.drafts, answers)
	}
}
