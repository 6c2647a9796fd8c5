package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
)

const (
	apiChannel  = "C0API"
	mainChannel = "C0MAIN"
)

// withChannels are the services of the tests, one that is called main, and channels
// that have a service of their own.
func withChannels(t *testing.T, h *house, l *library) *commands.Commands {
	t.Helper()
	text := declared + `  main:
    repo: acme/main
    workflow: deploy.yml
    environments:
      production: {}
channels:
  C0API: {service: api, environment: production}
  C0MAIN: {service: shop}
`
	c, err := catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, catalog.Vocabulary{})
	if err != nil {
		t.Fatal(err)
	}
	return commands.New(commands.Ports{
		Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h, Refs: l, Previews: &seer{},
	}, c, func() time.Time { return now })
}

func typedIn(channel, text string) bot.Invocation {
	in := typed(text)
	in.Reply.Channel, in.Reply.Thread = channel, ""
	return in
}

// TestHere: what was typed always means what it says; only where it names no service
// does the channel's own stand in for it, and the answer says so.
func TestHere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		channel, text string
		target        string // service → environment; empty: no release is started
		ref           string
		says          string
	}{
		{apiChannel, "/deploy fix-login", "api → production", "fix-login", "No service was named, so it is `api`"},
		{apiChannel, "/deploy fix-login to staging", "api → staging", "fix-login", "No service was named"},
		{apiChannel, "/deploy staging", "api → staging", "", "was read as the environment"},
		{apiChannel, "/deploy --reason because it is time", "api → production", "", "No environment was named, so it goes to production"},
		{apiChannel, "/deploy api fix-login", "api → production", "fix-login", "No environment was named, so it goes to production, as always in this channel"},
		{apiChannel, "/deploy web", "web → production", "", ""},
		{apiChannel, "/deploy web fix-login", "web → production", "fix-login", ""},
		// A service that is called as a branch is: what names a service is one.
		{apiChannel, "/deploy main", "main → production", "", ""},
		{apiChannel, "/deploy api main", "api → production", "main", "No environment was named"},
		{apiChannel, "/deploy MAIN", "main → production", "", ""},
		// A verb is a verb, whatever the channel.
		{apiChannel, "/deploy status", "", "", ""},
		{apiChannel, "@slipway deploy fix-login", "api → production", "fix-login", "No service was named"},
		{apiChannel, "@slipway ship fix-login", "api → production", "fix-login", "No service was named"},
		// Words that were meant for nobody start nothing.
		{apiChannel, "@slipway thanks", "", "", ""},
		{apiChannel, "/rollback production", "api → production", "", ""},
		{apiChannel, "/rollback to api-140 --reason x", "", "", "several environments"},
		{mainChannel, "/deploy fix-login", "", "", "several environments"},
		{mainChannel, "/deploy fix-login to eu", "shop → eu", "fix-login", "No service was named, so it is `shop`"},
		{"C0OTHER", "/deploy fix-login", "", "", "There is no service `fix-login`"},
	} {
		t.Run(test.channel+" "+test.text, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			answer, err := withChannels(t, h, &library{}).Command(t.Context(), typedIn(test.channel, test.text))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case test.target == "" && len(h.drafts) > 0:
				t.Fatalf("it started %+v", h.drafts)
			case test.target != "" && (len(h.drafts) != 1 || h.drafts[0].Target.String() != test.target || h.drafts[0].Ref != test.ref):
				t.Fatalf("it started %+v, answered %+v", h.drafts, answer)
			}
			if said := spelled(answer); test.says != "" && !strings.Contains(said, test.says) {
				t.Errorf("it says %q, want %q", said, test.says)
			} else if test.says == "" && strings.Contains(said, "as always in this channel") {
				t.Errorf("it says %q, and assumed nothing", said)
			}
		})
	}
}

// spelled is what an answer says of how the words were read.
func spelled(answer bot.Answer) string {
	if a, accepted := answer.(bot.Accepted); accepted {
		return strings.Join(a.Notes, " ")
	}
	a, _ := answer.(bot.Problem)
	return a.Says + " " + a.Understood + " " + strings.Join(a.Mends, " ")
}

// TestHere_OtherVerbs: whatever names a service first may leave it out.
func TestHere_OtherVerbs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"/deploy history production", "api → production"},
		{"/deploy queue production", "api → production"},
		{"/deploy queue", "api → staging"},
		{"/deploy-status production", "api → production"},
		{"/deploy lock production --for 2h", "api"},
		{"/deploy lock all production --for 2h --reason x", ""},
	} {
		h := newHouse(t)
		answer, err := withChannels(t, h, &library{}).Command(t.Context(), typedIn(apiChannel, test.text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		switch a := answer.(type) { //nolint:gochecksumtype // the others name no place
		case bot.HistoryView:
			got = a.Target.String()
		case bot.QueueView:
			got = a.Lines[0].Target.String()
		case bot.ServiceView:
			got = a.Rows[0].State.Target.String()
		case bot.Locked:
			got = a.Lock.Scope.Service
		case bot.Problem:
			t.Errorf("%s: %+v", test.text, a)
		}
		if got != test.want {
			t.Errorf("%s is about %q, want %q", test.text, got, test.want)
		}
	}
	board, err := withChannels(t, newHouse(t), &library{}).Command(t.Context(), typedIn(apiChannel, "/deploy-status"))
	if _, all := board.(bot.Board); !all || err != nil {
		t.Errorf("alone it shows %T, %v, want everything", board, err)
	}
	second, err := withChannels(t, newHouse(t), &library{}).Command(t.Context(), typedIn(apiChannel, "/deploy-status 1"))
	if _, page := second.(bot.Board); !page || err != nil {
		t.Errorf("a page is %T, %v", second, err)
	}
}

// TestHere_ASlipIsNoRef: a word that is no ref either is refused at once, with what it
// was taken for and what was probably meant.
func TestHere_ASlipIsNoRef(t *testing.T) {
	t.Parallel()
	none := &library{err: &bot.Error{Kind: bot.NotFound, Says: "acme/api has no branch or tag `statsu`"}}
	for text, near := range map[string]string{"/deploy statsu": "/deploy-status", "/deploy wbe": "/deploy wbe", "/deploy webb": "/deploy web"} {
		h := newHouse(t)
		answer, err := withChannels(t, h, none).Command(t.Context(), typedIn(apiChannel, text))
		p, refused := answer.(bot.Problem)
		if err != nil || !refused || len(h.drafts) > 0 || !strings.Contains(p.Understood, "the service of this channel") {
			t.Fatalf("%s: %+v, %v, %+v", text, answer, err, h.drafts)
		}
		if text != "/deploy wbe" && p.Near != near {
			t.Errorf("%s: try %q, want %q", text, p.Near, near)
		}
	}
}

// TestHere_FormAndHelp: the form begins with the channel's service, and help says that
// its name may be left out.
func TestHere_FormAndHelp(t *testing.T) {
	t.Parallel()
	c := withChannels(t, newHouse(t), &library{})
	form, err := c.Command(t.Context(), typedIn(apiChannel, "/deploy"))
	if f, ok := form.(bot.Form); !ok || err != nil || f.Chosen != production {
		t.Errorf("the form is %+v, %v", form, err)
	}
	elsewhere, _ := c.Command(t.Context(), typedIn("C0OTHER", "/deploy"))
	if f, _ := elsewhere.(bot.Form); f.Chosen != (bot.Target{}) {
		t.Errorf("elsewhere the form begins with %v", f.Chosen)
	}
	help, err := c.Command(t.Context(), typedIn(apiChannel, "/deploy help"))
	if h, ok := help.(bot.Help); !ok || err != nil || h.Service != "api" {
		t.Errorf("help is %+v, %v", help, err)
	}
}
