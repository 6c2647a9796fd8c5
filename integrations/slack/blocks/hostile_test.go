package blocks_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// token is every Slack token that slipway may write: a mention of a person, a
// channel, a date, a web link. hostileText holds none of them whole.
var token = regexp.MustCompile(`^<(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!date\^[0-9]+\^(\{date_short_pretty\} )?\{time\}\|[0-9A-Za-z :]+|https?://[!-;=?-{}~]+\|[^<>|]+)>`)

var hostileText = rapid.OneOf(
	rapid.SampledFrom([]string{
		"<!channel>", "<@U0EVIL>", "<!subteam^S0EVIL>", "&lt;!here&gt;", "*bold*", "_it_", "~gone~", "`code`", "```\nfence",
		"\u202egnp.exe", "a\x00b\x1b[31m", "line\nbreak\n> quote", ":tada:", "<https://evil.example|bank>", "@channel @here",
		"", " ", "|", ">", strings.Repeat("<&>", 2000), strings.Repeat("💥", 4000), strings.Repeat("long ", 2000), "\xff\xfe",
	}),
	rapid.String(),
)

type filler struct {
	texts []string
	used  int
}

func (f *filler) next() string {
	f.used++
	return f.texts[f.used%len(f.texts)]
}

// fill puts hostile texts, in turn, into every string of a value, but leaves
// what only slipway itself sets: phases and other named strings. What the value
// points to is copied first, so that the same value can be filled again.
func (f *filler) fill(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // the other kinds hold no text
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() {
			v.SetString(f.next())
		}
	case reflect.Pointer:
		if !v.IsNil() && v.CanSet() {
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			f.fill(own.Elem())
			v.Set(own)
		}
	case reflect.Interface:
		if !v.IsNil() && v.CanSet() {
			own := reflect.New(v.Elem().Type()).Elem()
			own.Set(v.Elem())
			f.fill(own)
			v.Set(own)
		}
	case reflect.Struct:
		for _, i := range fieldsWithText(v.Type()) {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() || !v.CanSet() {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			f.fill(own.Index(i))
		}
		v.Set(own)
	case reflect.Map:
		if v.IsNil() || !v.CanSet() {
			return
		}
		own := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, k := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(k))
			f.fill(value)
			own.SetMapIndex(k, value)
		}
		v.Set(own)
	default:
	}
}

// withText are the fields of each type of struct that fieldsWithText found.
var withText sync.Map

// fieldsWithText are the fields of a type of struct in which there may be a string to fill.
func fieldsWithText(t reflect.Type) []int {
	if known, ok := withText.Load(t); ok {
		fields, _ := known.([]int)
		return fields
	}
	var fields []int
	for field := range t.Fields() {
		if mayHoldText(field.Type, t) {
			fields = append(fields, field.Index[0])
		}
	}
	withText.Store(t, fields)
	return fields
}

func mayHoldText(t reflect.Type, within ...reflect.Type) bool {
	switch t.Kind() { //nolint:exhaustive // the other kinds hold no text
	case reflect.String:
		return t == reflect.TypeFor[string]()
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
		return mayHoldText(t.Elem(), within...)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return false
		}
		within = append(within, t)
		for field := range t.Fields() {
			if slices.Contains(within, field.Type) || mayHoldText(field.Type, within...) {
				return true
			}
		}
	}
	return false
}

func hostile[T any](rt *rapid.T, v T) T {
	f := &filler{texts: rapid.SliceOfN(hostileText, 1, 7).Draw(rt, "texts")}
	p := reflect.New(reflect.TypeOf(v)).Elem()
	p.Set(reflect.ValueOf(v))
	f.fill(p)
	out, _ := reflect.TypeAssert[T](p)
	return out
}

// swollen gives the change list, the jobs and the other lists many entries.
func swollen(r bot.Release) bot.Release {
	if r.Plan == nil {
		return r
	}
	for len(r.Plan.Changes.Commits) < bot.MaxChanges {
		r.Plan.Changes.Commits = append(r.Plan.Changes.Commits, commit("a1b2c3d", "more", 7))
	}
	for len(r.Run.Jobs) < bot.MaxJobs {
		r.Run.Jobs = append(r.Run.Jobs, bot.Job{Name: "job", Status: bot.RunCompleted, FailedStep: "step", URL: commitURL})
	}
	for i := range 40 {
		r.Plan.Readiness.Findings = append(r.Plan.Readiness.Findings, bot.Finding{Kind: bot.FindSetting, Weight: bot.WeightLook, Says: "new setting"})
		r.Plan.Readiness.Unread = append(r.Plan.Readiness.Unread, "a file")
		r.Delta = append(r.Delta, "a difference")
		r.Decision.Gates = append(r.Decision.Gates, bot.Gate{Outcome: bot.Warn, Reason: "careful"})
		r.Approvals = append(r.Approvals, bot.Approval{By: bot.Person{Name: "somebody"}})
		r.Watch.Samples = append(r.Watch.Samples, bot.Sample{Probe: fmt.Sprint("probe", i), Outcome: bot.Bad, Says: "status 503"})
	}
	return r
}

func TestPromise11_HostileTextNeverBecomesMarkup(t *testing.T) {
	t.Parallel()
	others := cards() // what is swollen shares nothing with what is not
	for name, card := range cards() {
		t.Run("card_"+name, func(t *testing.T) {
			t.Parallel()
			bodies := []bot.Body{card}
			if full, is := others[name].(bot.Card); is {
				full.Release = swollen(full.Release)
				bodies = append(bodies, full)
			}
			rapid.Check(t, func(rt *rapid.T) {
				c := rapid.SampledFrom(bodies).Draw(rt, "card")
				harmless(rt, blocks.Body(hostile(rt, c), "https://acme.slack.com"))
			})
		})
	}
	for name, body := range notes() {
		t.Run("note_"+name, func(t *testing.T) {
			t.Parallel()
			if note, is := body.(bot.Note); is {
				note.Release = swollen(note.Release)
				body = note
			}
			rapid.Check(t, func(rt *rapid.T) {
				filled := hostile(rt, body)
				harmless(rt, blocks.Body(filled, hostileText.Draw(rt, "workspace")))
			})
		})
	}
	for name, answer := range answers() {
		t.Run("answer_"+name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) { harmless(rt, blocks.Answer(hostile(rt, answer))) })
		})
	}
}

// harmless holds a message against both promises: no markup but our own, and
// nothing that Slack would refuse.
func harmless(t rapid.TB, m blocks.Message) {
	t.Helper()
	if err := blocks.Check(m.Blocks); err != nil {
		t.Fatalf("Check = %v", err)
	}
	if len(m.Text) > 4000 {
		t.Fatalf("the fallback text has %d bytes", len(m.Text))
	}
	onlyOurTokens(t, m.Text)
	for _, b := range m.Blocks {
		for _, text := range texts(b) {
			if text.Type == slack.MarkdownType {
				onlyOurTokens(t, text.Text)
			} else if strings.ContainsAny(text.Text, "<>&") {
				t.Fatalf("plain text with markup: %q", text.Text)
			}
		}
	}
}

func texts(b slack.Block) []*slack.TextBlockObject {
	var out []*slack.TextBlockObject
	switch b := b.(type) {
	case *slack.SectionBlock:
		out = append(out, b.Text)
	case *slack.ContextBlock:
		for _, e := range b.ContextElements.Elements {
			if t, ok := e.(*slack.TextBlockObject); ok {
				out = append(out, t)
			}
		}
	case *slack.ActionBlock:
		for _, e := range b.Elements.ElementSet {
			if button, ok := e.(*slack.ButtonBlockElement); ok {
				out = append(out, button.Text)
			}
		}
	}
	return out
}

func onlyOurTokens(t rapid.TB, text string) {
	t.Helper()
	for i, r := range text {
		switch {
		case r == '<':
			found := token.FindString(text[i:])
			if found == "" || strings.Contains(found, "U0EVIL") {
				t.Fatalf("not a token of ours: %.80q in %q", text[i:], text)
			}
		case r == '&' && !strings.HasPrefix(text[i:], "&amp;") && !strings.HasPrefix(text[i:], "&lt;") && !strings.HasPrefix(text[i:], "&gt;"):
			t.Fatalf("a bare & in %q", text)
		case r > unicode.MaxASCII && unicode.Is(unicode.Cf, r) || (unicode.IsControl(r) && r != '\n'):
			t.Fatalf("a control character %q in %q", r, text)
		}
	}
	for _, mark := range []string{"*bold*", "_it_", "~gone~", "```", "\n&gt;", ":tada:"} {
		if strings.Contains(outsideCode(text), mark) {
			t.Fatalf("%s in %q", mark, text)
		}
	}
}

func outsideCode(text string) string {
	parts := strings.Split(text, "`")
	var b strings.Builder
	for i := 0; i < len(parts); i += 2 {
		b.WriteString(parts[i])
	}
	return b.String()
}

func TestForms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		context := blocks.Context{Release: "api-142", Channel: "C0DEPLOYS"}
		reject := blocks.RejectForm(context)
		if err := blocks.CheckView(reject); err != nil {
			rt.Fatalf("CheckView = %v", err)
		}
		if got, ok := blocks.ReadContext(reject.PrivateMetadata); !ok || got != context {
			rt.Fatalf("ReadContext = %v, %v", got, ok)
		}
		form, _ := answers()["form"].(bot.Form)
		for range 120 {
			form.Choices = append(form.Choices, bot.FormChoice{Service: "svc", Environments: []string{"staging"}})
		}
		view, ok := blocks.DeployForm(hostile(rt, form), context)
		if !ok {
			return // no choice had a usable name
		}
		if err := blocks.CheckView(view); err != nil {
			rt.Fatalf("CheckView = %v", err)
		}
		for _, b := range view.Blocks.BlockSet {
			if b.ID() == "" {
				rt.Fatal("a field without a block_id")
			}
		}
	})
}

func TestFormsAreTakenBySlack(t *testing.T) {
	t.Parallel()
	form, _ := answers()["form"].(bot.Form)
	deploy, _ := blocks.DeployForm(form, blocks.Context{Channel: "C0DEPLOYS"})
	long := strings.Repeat("s", 40)
	past := bot.RollbackForm{Target: bot.Target{Service: long, Environment: long}, Now: start}
	for i := range 120 { // more than a select holds
		p := bot.Past{Release: fmt.Sprintf("%s-%d", long, 1000000+i), SHA: strings.Repeat("a", 40), At: start.Add(-1000 * time.Hour), Quarantined: i%2 == 0}
		past.Past = append(past.Past, p)
	}
	back, _ := blocks.RollbackForm(past, blocks.Context{Channel: "C0DEPLOYS"})
	for name, view := range map[string]slack.ModalViewRequest{"deploy": deploy, "back": back, "reject": blocks.RejectForm(blocks.Context{Release: "api-142"})} {
		if err := blocks.CheckView(view); err != nil {
			t.Errorf("CheckView(%s) = %v", name, err)
		}
		if found := slacksim.ValidateView(marshalView(t, view)); len(found) > 0 {
			t.Errorf("Slack would refuse the form %s: %v", name, found)
		}
	}
	if _, ok := blocks.DeployForm(bot.Form{}, blocks.Context{}); ok {
		t.Error("a form without a choice was made")
	}
}
