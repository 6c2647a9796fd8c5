package grammar_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/commands/grammar"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, sent, want string }{
		{"plain", "api main", "api main"},
		{"spaces around", "  api \t", "api"},
		{"entities", "a &amp;&amp; b &lt; c &gt; d", "a && b < c > d"},
		{"entities once", "&amp;lt;", "&lt;"},
		{"no entity", "AT&T &nbsp; &", "AT&T &nbsp; &"},
		{"a host made a link", "<http://api.example.com|api.example.com>", "api.example.com"},
		{"a typed link", "see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"},
		{"mail", "<mailto:anna@example.com|anna@example.com>", "anna@example.com"},
		{"mail without label", "<mailto:anna@example.com>", "anna@example.com"},
		{"telephone", "<tel:5551234|555-1234>", "555-1234"},
		{"person", "thanks <@U01ANNA|anna>", "thanks @anna"},
		{"person by id", "<@U01ANNA>", "@U01ANNA"},
		{"channel", "<#C0DEPLOYS|deploys>", "#deploys"},
		{"private channel", "<#C0DEPLOYS|>", "#C0DEPLOYS"},
		{"everybody", "<!here> <!channel|channel>", "@here @channel"},
		{"group", "<!subteam^S012|@sre> <!subteam^S012>", "@sre @S012"},
		{"label with entity", "<http://x.example|a&amp;b>", "a&b"},
		{"never closed", "a <http://x", "a <http://x"},
		{"one in the other", "<a <@U1|n>", "<a @n"},
		{"typed brackets are no link", "&lt;@U1|n&gt;", "<@U1|n>"},
		{"lines", "api\r\nmain\x00", "api  main"},
		{"direction is not turned", "fix \u202eevil\u2066", "fix evil"},
		{"broken text", "api \xff", "api \uFFFD"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := grammar.Open(tt.sent)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("Open(%q) = %q, want %q", tt.sent, got, tt.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	words := func(w ...string) grammar.Line { return grammar.Line{Words: w} }
	reason := func(reason string, w ...string) grammar.Line {
		return grammar.Line{Words: w, Flags: []string{grammar.FlagReason}, Reason: reason}
	}
	tests := []struct {
		name, text string
		want       grammar.Line
	}{
		{"nothing", "", grammar.Line{}},
		{"words", "api main  to production", words("api", "main", "to", "production")},
		{"non-breaking spaces", "api\u00a0main\u202fproduction", words("api", "main", "production")},
		{"zero-width characters", "\u200bapi\ufeff main", words("api", "main")},
		{"plain quotes", `api "my branch"`, words("api", "my branch")},
		{"single quotes", `api 'main'`, words("api", "main")},
		{"typographic quotes", "api “main”", words("api", "main")},
		{"German quotes", "api „main“", words("api", "main")},
		{"copied with back quotes", "`api` `main`", words("api", "main")},
		{"a quote within a word", "api anna's-branch", words("api", "anna's-branch")},
		{"a quote never closed", `api "main`, words("api", `"main`)},
		{"reason to the end", "api --reason it is  urgent", reason("it is  urgent", "api")},
		{"quoted reason", `api --reason "it is urgent" main`, reason("it is urgent", "api", "main")},
		{"typographic reason", "api —reason “it’s urgent”", reason("it’s urgent", "api")},
		{"reason stays as typed", "api --reason don't – it's “odd”", reason("don't – it's “odd”", "api")},
		{"reason with =", "api --reason=urgent fix", reason("urgent fix", "api")},
		{"reason with = and quotes", `api --reason="urgent fix" main`, reason("urgent fix", "api", "main")},
		{"reason with a space behind =", "api --reason= urgent", reason("urgent", "api")},
		{"reason with one quote", `api --reason "urgent`, reason(`"urgent`, "api")},
		{"reason with dashes in it", "api --reason a - b -- c --nothing", reason("a - b -- c --nothing", "api")},
		{
			"a reason does not swallow the next flag", "api --reason too late —dry-run",
			grammar.Line{Words: []string{"api"}, Flags: []string{"reason", "dry-run"}, Reason: "too late"},
		},
		{"em dash", "api —dry-run", grammar.Line{Words: []string{"api"}, Flags: []string{"dry-run"}}},
		{"en dash", "api –again", grammar.Line{Words: []string{"api"}, Flags: []string{"again"}}},
		{"two en dashes", "api ––again", grammar.Line{Words: []string{"api"}, Flags: []string{"again"}}},
		{"one dash", "api -again", grammar.Line{Words: []string{"api"}, Flags: []string{"again"}}},
		{"case and dashes of a flag", "api --Dry_Run --AGAIN", grammar.Line{Words: []string{"api"}, Flags: []string{"dry-run", "again"}}},
		{"a non-breaking hyphen", "api --dry‑run", grammar.Line{Words: []string{"api"}, Flags: []string{"dry-run"}}},
		{"dashes within a word", "api feature-—x", words("api", "feature-—x")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := open(t, tt.text).Line()
			if err != nil {
				t.Fatalf("Line(%q): %v", tt.text, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Line(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	deploy := func(l grammar.Line) error { _, err := l.Deploy(); return err }
	rollback := func(l grammar.Line) error { _, err := l.Rollback(); return err }
	tests := []struct {
		name, text string
		read       func(grammar.Line) error
		want       string
	}{
		{"unknown flag", "api --force", deploy, "There is no flag --force."},
		{"long unknown flag", "api --" + strings.Repeat("ä", 40), deploy, "There is no flag --" + strings.Repeat("ä", 30) + "."},
		{"only dashes", "api --", deploy, "A dash stands there by itself."},
		{"a number behind a dash", "api -5m", deploy, "`-5m` begins with a dash, as only flags do."},
		{"flag twice", "api --again --again", deploy, "--again stands there twice."},
		{"reason without words", "api --reason", deploy, "--reason says nothing."},
		{"reason before a flag", "api --reason --again", deploy, "--reason says nothing."},
		{"empty reason", `api --reason ""`, deploy, "--reason says nothing."},
		{"a value for a switch", "api --dry-run=no", deploy, "--dry-run takes no value."},
		{"a very long word", strings.Repeat("x", 300), deploy, "One of the words is too long to be a name."},
		{"no service", "", deploy, "It does not say which service."},
		{"too many words", "api main production please", deploy, `There are more words than it takes, up to "please".`},
		{"too many with to", "api a b to production", deploy, `There are more words than it takes, up to "production".`},
		{"nothing behind to", "api main to", deploy, `One word must follow "to", and nothing else.`},
		{"two behind to", "api to eu production", deploy, `One word must follow "to", and nothing else.`},
		{"rollback to nothing", "api to", rollback, `One word must follow "to", and nothing else.`},
		{"rollback too many", "api a b c", rollback, `There are more words than it takes, up to "c".`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			line, err := open(t, tt.text).Line()
			if err == nil {
				err = tt.read(line)
			}
			var usage *grammar.UsageError
			if !errors.As(err, &usage) {
				t.Fatalf("%q is read without a fault: %v", tt.text, err)
			}
			if usage.Says != tt.want || usage.Mend == "" {
				t.Errorf("%q = %q (%q), want %q", tt.text, usage.Says, usage.Mend, tt.want)
			}
		})
	}
}

func TestOpenRefusesLongText(t *testing.T) {
	t.Parallel()
	if _, err := grammar.Open(strings.Repeat("x", grammar.MaxText+1)); err == nil {
		t.Error("a text beyond the bound is read")
	}
}

func TestVerbs(t *testing.T) {
	t.Parallel()
	deploy := func(l grammar.Line) (any, error) { return l.Deploy() }
	rollback := func(l grammar.Line) (any, error) { return l.Rollback() }
	place := func(l grammar.Line) (any, error) { return l.Place() }
	diff := func(l grammar.Line) (any, error) { return l.Diff() }
	promote := func(l grammar.Line) (any, error) { return l.Promote() }
	adopt := func(l grammar.Line) (any, error) { return l.Adopt() }
	tests := []struct {
		text string
		read func(grammar.Line) (any, error)
		want any
	}{
		{"api", deploy, grammar.Deploy{Services: []string{"api"}}},
		{"API Main", deploy, grammar.Deploy{Services: []string{"api"}, Ref: "Main"}},
		{"api main to production", deploy, grammar.Deploy{Services: []string{"api"}, Ref: "main", Environment: "production"}},
		{"api main Production", deploy, grammar.Deploy{Services: []string{"api"}, Ref: "main", Environment: "production"}},
		{"api TO production", deploy, grammar.Deploy{Services: []string{"api"}, Environment: "production"}},
		{"api,Web main", deploy, grammar.Deploy{Services: []string{"api", "web"}, Ref: "main"}},
		{"api, web ,docs main to production", deploy, grammar.Deploy{Services: []string{"api", "web", "docs"}, Ref: "main", Environment: "production"}},
		{"api,,api, main", deploy, grammar.Deploy{Services: []string{"api", "main"}}},
		{"api", rollback, grammar.Rollback{Service: "api"}},
		{"api production", rollback, grammar.Rollback{Service: "api", Environment: "production"}},
		{"api production to API-140", rollback, grammar.Rollback{Service: "api", Environment: "production", To: "api-140"}},
		{"api to ABCDEF1", rollback, grammar.Rollback{Service: "api", To: "abcdef1"}},
		{"api production api-140", rollback, grammar.Rollback{Service: "api", Environment: "production", To: "api-140"}},
		{"api to production to api-140", rollback, grammar.Rollback{Service: "api", Environment: "production", To: "api-140"}},
		{"", place, grammar.Place{}},
		{"Api to Production", place, grammar.Place{Service: "api", Environment: "production"}},
		{"api production Feature", diff, grammar.Diff{Service: "api", First: "production", Second: "Feature"}},
		{"api main to production", diff, grammar.Diff{Service: "api", First: "main", Second: "production"}},
		{"api", diff, grammar.Diff{Service: "api"}},
		{"Api Staging production", promote, grammar.Promote{Service: "api", From: "staging", To: "production"}},
		{"api staging to Production", promote, grammar.Promote{Service: "api", From: "staging", To: "production"}},
		{"api production ABCDEF1", adopt, grammar.Adopt{Service: "api", Environment: "production", SHA: "abcdef1"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			line, err := open(t, tt.text).Line()
			if err != nil {
				t.Fatal(err)
			}
			got, err := tt.read(line)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%q (-want +got):\n%s", tt.text, d)
			}
		})
	}
}

func TestRejection(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, id, reason string }{
		{"API-142 don't ship 'this – not today", "api-142", "don't ship 'this – not today"},
		{"api-142", "api-142", ""},
		{"api-142 —reason “too late”", "api-142", "too late"},
		{"api-142 --reason=too late", "api-142", "too late"},
	}
	for _, tt := range tests {
		id, reason, err := open(t, tt.text).Rejection()
		if err != nil || id != tt.id || reason != tt.reason {
			t.Errorf("Rejection(%q) = %q, %q, %v, want %q, %q", tt.text, id, reason, err, tt.id, tt.reason)
		}
	}
}

func TestIsSHA(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{
		"abcdef1": true, "abcdef": false, "ABCDEF1": false, "abcdefg": false,
		strings.Repeat("a", 40): true, strings.Repeat("a", 41): false, "": false,
	} {
		if got := grammar.IsSHA(word); got != want {
			t.Errorf("IsSHA(%q) = %t, want %t", word, got, want)
		}
	}
}

func open(t *testing.T, sent string) grammar.Text {
	t.Helper()
	text, err := grammar.Open(sent)
	if err != nil {
		t.Fatalf("Open(%q): %v", sent, err)
	}
	return text
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"api main to production --reason x", "<@U1|n> &lt;", "—reason “x” –again", "api \x00\u202e", "`a` 'b' \"c", "--reason=", "a to to b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		text, err := grammar.Open(sent)
		if err != nil {
			return
		}
		id, reason, _ := text.Rejection()
		verb, rest := text.Word()
		clean(t, verb, string(rest), id, reason)
		line, err := text.Line()
		if err != nil {
			var usage *grammar.UsageError
			if !errors.As(err, &usage) || usage.Says == "" {
				t.Fatalf("Line: %v is no fault for people", err)
			}
			clean(t, usage.Says, usage.Mend)
			return
		}
		clean(t, line.Reason)
		clean(t, line.Words...)
		for _, word := range line.Words {
			if word == "" || len(word) > 255 {
				t.Fatalf("a word of %d bytes", len(word))
			}
		}
		d, _ := line.Deploy()
		r, _ := line.Rollback()
		p, _ := line.Place()
		v, _ := line.Diff()
		a, _ := line.Adopt()
		m, _ := line.Promote()
		clean(t, d.Services...)
		clean(t, d.Ref, d.Environment, r.Service, r.To, p.Service, v.First, v.Second, a.SHA, m.Service, m.From, m.To)
	})
}

func clean(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) {
			t.Fatalf("%q is not clean", text)
		}
	}
}
