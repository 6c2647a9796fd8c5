package announcer

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// hookAddress is the receiver in the rules of these tests.
const hookAddress = "https://hooks.example.com/1"

func ruled(tb testing.TB, o *outside, s *screen) *Announcer {
	tb.Helper()
	c := bottest.Declare(tb, strings.Replace(bottest.Shop, "services:",
		"notify:\n  - {to: [C0ALERTS, C0GONE, \"@sre\"]}\n  - {webhook: \""+hookAddress+"\", secret: abcdefghijklmnop}\nservices:", 1))
	m := newMemory()
	return New(c, Ports{
		Cards: m, Messages: m, Replies: m, Noise: m, Chat: s, People: knowing(c, m, nil), Losses: quiet{}, Changes: o, Members: o, Subscriptions: o, Hooks: o, Unheard: o, Troubles: quiet{},
	}, Options{}, slog.New(slog.DiscardHandler))
}

// TestWhoIsNotReached: where somebody must help before whom a rule names can be told,
// that is a trouble of its own, and over once they are told. What passes is none.
func TestWhoIsNotReached(t *testing.T) {
	t.Parallel()
	hook := bot.WebhookID(hookAddress)
	failed := func(kind bot.ErrorKind, says, mend string) error {
		return &bot.Error{Kind: kind, Says: says, Mend: mend}
	}
	late := awayFor + time.Second
	for name, tt := range map[string]struct {
		to    bot.Recipient
		fails error
		after time.Duration
		want  string // how the trouble begins; empty: none
	}{
		"a channel is archived":       {bot.Recipient{Kind: bot.ToChannel, ID: "C0GONE"}, failed(bot.Gone, "the channel is archived", "Name another."), 0, "raised no_channel C0GONE: the channel is archived. Name another."},
		"it takes messages":           {bot.Recipient{Kind: bot.ToChannel, ID: "C0GONE"}, nil, 0, "lifted no_channel C0GONE"},
		"the chat is away":            {bot.Recipient{Kind: bot.ToChannel, ID: "C0GONE"}, failed(bot.Unavailable, "Slack is not working", ""), late, ""},
		"the alerts channel":          {bot.Recipient{Kind: bot.ToChannel, ID: "C0ALERTS"}, failed(bot.Gone, "the channel is archived", ""), 0, ""},
		"of a rule that is no more":   {bot.Recipient{Kind: bot.ToChannel, ID: "C0OLD"}, failed(bot.Gone, "the channel is archived", ""), 0, ""},
		"a person who left":           {bot.Recipient{Kind: bot.ToPerson, ID: "U02BEN"}, failed(bot.NotFound, "Slack does not know them", ""), 0, "raised not_heard U02BEN: What notify tells ben does not arrive: Slack does not know them. Take ben out of slipway.yaml"},
		"nobody can be written to":    {bot.Recipient{Kind: bot.ToPerson, ID: "U02BEN"}, failed(bot.Denied, "Slack takes no direct messages", ""), late, ""},
		"of the chat's own group":     {bot.Recipient{Kind: bot.ToPerson, ID: "U09EVE"}, failed(bot.NotFound, "Slack does not know them", ""), 0, ""},
		"an author who left":          {bot.Recipient{Kind: bot.ToAuthor, ID: "U02BEN"}, failed(bot.NotFound, "Slack does not know them", ""), 0, ""},
		"a group that is gone":        {bot.Recipient{Kind: bot.ToGroup, ID: "sre"}, failed(bot.NotFound, "there is no such user group", "Mend its id."), 0, "raised not_heard @sre: What notify tells the group sre does not arrive: there is no such user group. Mend its id."},
		"it cannot be read just now":  {bot.Recipient{Kind: bot.ToGroup, ID: "sre"}, failed(bot.Unavailable, "GitHub did not answer", ""), time.Minute, ""},
		"nor for long":                {bot.Recipient{Kind: bot.ToGroup, ID: "sre"}, failed(bot.Unavailable, "GitHub did not answer", ""), late, "raised not_heard @sre: What notify tells the group sre does not arrive: GitHub did not answer. Correct"},
		"a webhook that is restarted": {bot.Recipient{Kind: bot.ToWebhook, ID: hook}, failed(bot.Unavailable, "the webhook at h answered 503", ""), time.Minute, ""},
		"that stays away":             {bot.Recipient{Kind: bot.ToWebhook, ID: hook}, failed(bot.Unavailable, "the webhook at h answered 503", ""), late, "raised not_heard " + hook + ": What notify sends does not arrive: the webhook at h answered 503. Each event"},
		"that waits for its turn":     {bot.Recipient{Kind: bot.ToWebhook, ID: hook}, failed(bot.Limited, "that webhook is waited for already", ""), late, ""},
		"that wants no more":          {bot.Recipient{Kind: bot.ToWebhook, ID: hook}, failed(bot.Gone, "the webhook at h answered 410", "Take it out."), 0, "raised not_heard " + hook + ": What notify sends does not arrive: the webhook at h answered 410. Take it out."},
		"that is named no more":       {bot.Recipient{Kind: bot.ToWebhook, ID: "0123"}, failed(bot.Gone, "slipway.yaml names that webhook no more", ""), 0, ""},
		"that takes it":               {bot.Recipient{Kind: bot.ToWebhook, ID: hook}, nil, 0, "lifted not_heard " + hook},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &outside{fails: tt.fails, members: map[string][]string{"sre": {"U01ANNA"}}}
			a := ruled(t, o, &screen{faults: map[string]error{"post notify_C0GONE_failed": tt.fails, "post notify_C0OLD_failed": tt.fails, "post alert_failed": tt.fails, "tell": tt.fails}})
			r := shownRelease()
			r.Phase = bot.Failed
			_, err := a.Deliver(t.Context(), r, bot.Deliver{Outcome: bot.OutcomeFailed, At: noon, To: tt.to}, noon.Add(tt.after))
			if (err == nil) != (tt.fails == nil) {
				t.Fatal(err)
			}
			if got := strings.Join(o.troubles, "; "); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("noted %q, want %q", got, tt.want)
			}
		})
	}
}

// TestAGroupWithNobodyInIt: nothing failed, and nobody hears of it.
func TestAGroupWithNobodyInIt(t *testing.T) {
	t.Parallel()
	o := &outside{members: map[string][]string{}}
	a := ruled(t, o, &screen{})
	tell := bot.Deliver{Outcome: bot.OutcomeFailed, At: noon, To: bot.Recipient{Kind: bot.ToGroup, ID: "sre"}}
	for range 2 {
		if _, err := a.Deliver(t.Context(), shownRelease(), tell, noon); err != nil {
			t.Fatal(err)
		}
		o.members["sre"] = []string{"U02BEN"}
	}
	want := []string{"raised not_heard @sre: What notify tells the group sre does not arrive: nobody is in it. Whoever is to hear of it is put into the group.", "lifted not_heard @sre"}
	if diff := cmp.Diff(want, o.troubles); diff != "" {
		t.Error(diff)
	}
}

// TestTroublesOfRulesThatAreNoMore: what slipway.yaml does not name any more is no trouble.
func TestTroublesOfRulesThatAreNoMore(t *testing.T) {
	t.Parallel()
	a := ruled(t, &outside{}, &screen{})
	for name, tt := range map[string]struct {
		trouble bot.Trouble
		is      bool
	}{
		"a channel that is named":  {bot.Trouble{Kind: bot.NoChannel, Channel: "C0GONE"}, false},
		"one that was":             {bot.Trouble{Kind: bot.NoChannel, Channel: "C0OLD"}, true},
		"a group that is named":    {bot.Trouble{Kind: bot.NotHeard, Channel: "@sre"}, false},
		"one that was named":       {bot.Trouble{Kind: bot.NotHeard, Channel: "@oncall"}, true},
		"a person of slipway.yaml": {bot.Trouble{Kind: bot.NotHeard, Channel: "U02BEN"}, false},
		"who is no more in it":     {bot.Trouble{Kind: bot.NotHeard, Channel: "U09EVE"}, true},
		"a webhook":                {bot.Trouble{Kind: bot.NotHeard, Channel: bot.WebhookID(hookAddress)}, false},
		"another one":              {bot.Trouble{Kind: bot.NotHeard, Channel: bot.WebhookID("https://old.example.com")}, true},
		"the alerts channel":       {bot.Trouble{Kind: bot.NoAlerts, Channel: "C0ALERTS"}, false},
		"a channel that moved":     {bot.Trouble{Kind: bot.ChannelMoved, Channel: "C0GONE"}, false},
		"the alerts channel moved": {bot.Trouble{Kind: bot.ChannelMoved, Channel: "C0ALERTS"}, false},
		"and is named anew":        {bot.Trouble{Kind: bot.ChannelMoved, Channel: "C0OLD"}, true},
		"direct messages":          {bot.Trouble{Kind: bot.NoDirect}, false},
	} {
		if got := a.forgotten(tt.trouble); got != tt.is {
			t.Errorf("%s: %t", name, got)
		}
	}
}
