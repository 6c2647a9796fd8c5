package announcer

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// outside is who is told beside the channels of a release.
type outside struct {
	wants   []string
	members map[string][]string
	sent    []bot.Occurrence
	fails   error
	// happened is what came to other targets, or unread why that cannot be told, and
	// looked when it was asked about.
	happened bot.Happened
	unread   error
	looked   []time.Time

	mu       sync.Mutex
	troubles []string
}

func (o *outside) RaiseTrouble(_ context.Context, t bot.Trouble) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.troubles = append(o.troubles, "raised "+t.Key()+": "+t.Says+". "+t.Mend)
	return nil
}

func (o *outside) LiftTrouble(_ context.Context, t bot.Trouble) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.troubles = append(o.troubles, "lifted "+t.Key())
	return nil
}

func (o *outside) Subscribed(_ context.Context, accounts []string) ([]string, error) {
	var among []string
	for _, account := range accounts {
		for _, wants := range o.wants {
			if wants == account {
				among = append(among, account)
			}
		}
	}
	return among, o.fails
}

func (o *outside) MembersOf(_ context.Context, group string) ([]string, error) {
	return o.members[group], o.fails
}

func (o *outside) Between(_ context.Context, since, to, now time.Time) (bot.Happened, error) {
	o.looked = []time.Time{since, to, now}
	return o.happened, o.unread
}

func (o *outside) Send(_ context.Context, _ string, is bot.Occurrence) error {
	o.sent = append(o.sent, is)
	return o.fails
}

func speakerTo(tb testing.TB, m *memory, s *screen, o *outside) *Announcer {
	tb.Helper()
	c := bottest.Declare(tb, strings.Replace(bottest.Shop, "services:", "notify:\n  - {when: {outcome: [failed]}, to: [C0ALERTS, \"@sre\"]}\nservices:", 1))
	return New(c, Ports{
		Cards: m, Messages: m, Replies: m, Noise: m, Chat: s, People: knowing(c, m, nil), Losses: quiet{}, Changes: o, Members: o, Subscriptions: o, Hooks: o, Unheard: o,
	}, Options{}, slog.New(slog.DiscardHandler))
}

func TestWhoIsToldOfAnOutcome(t *testing.T) {
	t.Parallel()
	channel, group := bot.Recipient{Kind: bot.ToChannel, ID: "C0ALERTS"}, bot.Recipient{Kind: bot.ToGroup, ID: "sre"}
	for name, tt := range map[string]struct {
		outcome bot.ReleaseOutcome
		wants   []string
		want    []bot.Recipient
	}{
		"by a rule":                          {bot.OutcomeFailed, []string{"U02BEN"}, []bot.Recipient{channel, group}},
		"an author who asked for it":         {bot.OutcomeSucceeded, []string{"U02BEN", "U09EVE"}, []bot.Recipient{{Kind: bot.ToAuthor, ID: "U02BEN"}}},
		"nobody who did not":                 {bot.OutcomeSucceeded, nil, nil},
		"not the requester, who is anyway":   {bot.OutcomeSucceeded, []string{"U01ANNA"}, nil},
		"nobody of what is no news to them":  {bot.OutcomeCancelled, []string{"U02BEN"}, nil},
		"an author whose change is not well": {bot.OutcomeUnhealthy, []string{"U02BEN"}, []bot.Recipient{{Kind: bot.ToAuthor, ID: "U02BEN"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := shownRelease()
			r.Plan.Changes.Commits = append(r.Plan.Changes.Commits, bot.Commit{SHA: "f", Login: "ben-gh"}, bot.Commit{SHA: "g", Login: "ben-gh"})
			e := speakerTo(t, newMemory(), &screen{}, &outside{wants: tt.wants})
			ev, err := e.Route(t.Context(), r, bot.Notify{Outcome: tt.outcome, At: noon})
			var want bot.Event
			if tt.want != nil {
				want = bot.Routed{Outcome: tt.outcome, At: noon, To: tt.want}
			}
			if diff := cmp.Diff(want, ev); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestEachIsToldOnce(t *testing.T) {
	t.Parallel()
	m, s := newMemory(), &screen{}
	o := &outside{members: map[string][]string{"sre": {"U01ANNA", "U02BEN"}}}
	e := speakerTo(t, m, s, o)
	r := shownRelease()
	r.Phase = bot.Failed
	if err := e.Alert(t.Context(), r, bot.NoteFailed{}, noon); err != nil {
		t.Fatal(err)
	}
	tell := func(kind bot.RecipientKind, id string) bot.Event {
		ev, err := e.Deliver(t.Context(), r, bot.Deliver{Outcome: bot.OutcomeFailed, At: noon, To: bot.Recipient{Kind: kind, ID: id}}, noon)
		if err != nil {
			t.Fatalf("%s %s: %v", kind, id, err)
		}
		return ev
	}
	for range 2 {
		tell(bot.ToChannel, "C0ALERTS") // where the alert of it stands already
		tell(bot.ToChannel, "C0INCIDENTS")
		tell(bot.ToPerson, "U02BEN")
	}
	if diff := cmp.Diff([]string{"card", "alert_failed", "notify_C0INCIDENTS_failed"}, s.kindsPosted()); diff != "" {
		t.Errorf("posted (-want +got):\n%s", diff)
	}
	if len(s.told) != 1 || s.told[0].to.To.ID != "U02BEN" {
		t.Errorf("told: %+v", s.told)
	}
	people := bot.Routed{Outcome: bot.OutcomeFailed, At: noon, To: []bot.Recipient{{Kind: bot.ToPerson, ID: "U01ANNA"}, {Kind: bot.ToPerson, ID: "U02BEN"}}}
	if diff := cmp.Diff(bot.Event(people), tell(bot.ToGroup, "sre")); diff != "" {
		t.Error(diff)
	}
	tell(bot.ToWebhook, "ab12")
	if len(o.sent) != 1 || o.sent[0].Outcome != bot.OutcomeFailed || !o.sent[0].At.Equal(noon) || !o.sent[0].Production || len(o.sent[0].Links) != 1 {
		t.Errorf("sent: %+v", o.sent)
	}
	_, err := e.Deliver(t.Context(), r, bot.Deliver{Outcome: bot.OutcomeFailed, To: bot.Recipient{Kind: "pigeon"}}, noon)
	if bot.KindOf(err) != bot.Gone {
		t.Errorf("a kind of recipient that nobody knows: %v", err)
	}
}

// Who cannot be told is tried again, and stands in nobody's way.
func TestOneWhoCannotBeToldIsTriedAgain(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable, Says: "Slack does not answer"}
	s := &screen{faults: map[string]error{"post notify_C0INCIDENTS_failed": away}}
	e := speakerTo(t, newMemory(), s, &outside{fails: away})
	r := shownRelease()
	for _, to := range []bot.Recipient{{Kind: bot.ToChannel, ID: "C0INCIDENTS"}, {Kind: bot.ToGroup, ID: "sre"}, {Kind: bot.ToWebhook, ID: "ab12"}} {
		if _, err := e.Deliver(t.Context(), r, bot.Deliver{Outcome: bot.OutcomeFailed, At: noon, To: to}, noon); bot.KindOf(err) != bot.Unavailable {
			t.Errorf("%+v: %v", to, err)
		}
	}
	if _, err := e.Route(t.Context(), r, bot.Notify{Outcome: bot.OutcomeSucceeded, At: noon}); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("who wants to hear of it could not be read: %v", err)
	}
}
