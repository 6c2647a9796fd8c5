package announcer

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// speaker is an announcer that speaks to a screen and remembers in memory.
func speaker(tb testing.TB, declared string, m *memory, s *screen) (*Announcer, *bottest.Logbook) {
	tb.Helper()
	book := &bottest.Logbook{}
	c := bottest.Declare(tb, declared)
	return New(c, Ports{Cards: m, Messages: m, Replies: m, Noise: m, Chat: s, People: knowing(c, m, nil), Losses: quiet{}, Changes: quiet{}, Subscriptions: quiet{}}, Options{EditPause: 7 * time.Second}, slog.New(book)), book
}

// shownRelease is one whose card stands in the channel of its service.
func shownRelease() bot.Release {
	r := bottest.Starting()
	r.Plan.Commit = bot.Commit{SHA: "c", Login: "ben-gh"}
	r.Plan.Changes.Commits = []bot.Commit{{SHA: "d", Login: "anna-gh"}, {SHA: "e", Login: "eve-gh"}}
	return r
}

// TestANoteStandsUnderItsCard: the card is posted first if it is not there yet,
// and what is said about a release goes into its thread, once.
func TestANoteStandsUnderItsCard(t *testing.T) {
	t.Parallel()
	m, s := newMemory(), &screen{}
	a, _ := speaker(t, bottest.Shop, m, s)
	r := shownRelease()
	said := bot.NoteItRan{By: bot.Person{ID: "U02BEN", Name: "ben"}, Attempt: 1}
	for range 2 {
		if err := a.Say(t.Context(), r, said, noon); err != nil {
			t.Fatalf("said: %v", err)
		}
	}
	links := []bot.Link{{Name: "logs", URL: "https://logs.example.com/api"}}
	authors := map[string]bot.Person{"ben-gh": {ID: "U02BEN", Name: "ben"}, "anna-gh": {ID: "U01ANNA", Name: "anna"}}
	want := []bot.Message{
		{Key: bot.MessageKey{Release: "api-7", Kind: bot.CardKind}, Channel: "C0API", Body: bot.Card{Release: r, Links: links, Authors: authors}},
		{
			Key: bot.MessageKey{Release: "api-7", Kind: "say_it_ran_1U02BEN"}, Channel: "C0API", Thread: "ts-card",
			Body: bot.Note{
				News: said, Release: r, Links: links, Authors: authors,
				Card: bot.MessageRef{Channel: "C0API", ID: "ts-card"}, Now: noon,
			},
		},
	}
	if diff := cmp.Diff(want, s.posted); diff != "" {
		t.Errorf("posted (-want +got):\n%s", diff)
	}
	if r.Plan = nil; a.authors(r) != nil {
		t.Error("somebody wrote what is not known yet")
	}
}

// TestPromise7_AlertsComeAtLeastOnce: an alert is said where the operator wants
// alerts, and needs no card where that channel is another.
func TestPromise7_AlertsComeAtLeastOnce(t *testing.T) {
	t.Parallel()
	refused, away := &bot.Error{Kind: bot.Denied, Says: "slipway is not in the channel"}, &bot.Error{Kind: bot.Unavailable, Says: "Slack does not answer"}
	card, note := bot.CardKind, "alert_unhealthy"
	for name, tt := range map[string]struct {
		declared string
		faults   map[string]error
		want     []string
		channel  string
		card     bot.MessageRef
		fails    bool
	}{
		"where alerts go":                       {declared: bottest.Shop, want: []string{card, note}, channel: "C0ALERTS", card: bot.MessageRef{Channel: "C0API", ID: "ts-card"}},
		"beside the card":                       {declared: bottest.WithoutAlerts(), want: []string{card, note}, channel: "C0API", card: bot.MessageRef{Channel: "C0API", ID: "ts-card"}},
		"without a card that cannot be shown":   {declared: bottest.Shop, faults: map[string]error{"post card": refused}, want: []string{note}, channel: "C0ALERTS"},
		"not yet, since the card may come":      {declared: bottest.Shop, faults: map[string]error{"post card": away}, fails: true},
		"nowhere, since only the card has room": {declared: bottest.WithoutAlerts(), faults: map[string]error{"post card": refused}, fails: true},
		"not yet, since nobody took it":         {declared: bottest.Shop, faults: map[string]error{"post " + note: away}, want: []string{card}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &screen{faults: tt.faults}
			a, _ := speaker(t, tt.declared, newMemory(), s)
			if err := a.Alert(t.Context(), shownRelease(), bot.NoteUnhealthy{}, noon); (err != nil) != tt.fails {
				t.Fatalf("said: %v", err)
			}
			if diff := cmp.Diff(tt.want, s.kindsPosted()); diff != "" {
				t.Errorf("posted (-want +got):\n%s", diff)
			}
			if tt.fails {
				return
			}
			last := s.posted[len(s.posted)-1]
			said, _ := last.Body.(bot.Note)
			if last.Channel != tt.channel || last.Thread != "" || said.Card != tt.card || said.News != (bot.NoteUnhealthy{}) || !said.Now.Equal(noon) {
				t.Errorf("posted to %s: %+v", last.Channel, said)
			}
		})
	}
}

// TestWhatHappensTwiceIsSaidTwice: a plan that changes again, a run that is run
// again, a phase that begins again; and each of them once.
func TestWhatHappensTwiceIsSaidTwice(t *testing.T) {
	t.Parallel()
	later := noon.Add(time.Minute)
	for first, again := range map[bot.News]bot.News{
		bot.NotePlan{Seal: strings.Repeat("a", 64)}: bot.NotePlan{Seal: strings.Repeat("a", 64) + "-1"},
		bot.NoteRerun{Attempt: 2}:                   bot.NoteRerun{Attempt: 3},
		bot.NoteRerunOver{Attempt: 2}:               bot.NoteRerunOver{Attempt: 3},
		bot.NoteUnknown{Since: noon}:                bot.NoteUnknown{Since: later},
		bot.NoteReminder{Number: 1, Since: noon}:    bot.NoteReminder{Number: 1, Since: later},
		bot.NoteReminder{Number: 2, Since: noon}:    bot.NoteReminder{Number: 3, Since: noon},
		bot.NoteBlind{Since: noon}:                  bot.NoteBlind{Since: later},
		bot.NoteApprovalDue{Since: noon}:            bot.NoteApprovalDue{Since: later},
		bot.NoteEscalated{Set: 1, Since: noon}:      bot.NoteEscalated{Set: 1, Since: later},
		bot.NoteWithdrawn{At: noon}:                 bot.NoteWithdrawn{At: later},
	} {
		s := &screen{}
		a, _ := speaker(t, bottest.Shop, newMemory(), s)
		for _, news := range []bot.News{first, again, first, again} {
			if err := a.Alert(t.Context(), shownRelease(), news, noon); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(s.posted) - 1; got != 2 { // beside the card
			t.Errorf("%#v and %#v are said %d times, want once each", first, again, got)
		}
	}
}

// TestTheVersionBeforeNamedItsNewsOtherwise: what it said already is not said
// again, though it left the effect in the outbox.
func TestTheVersionBeforeNamedItsNewsOtherwise(t *testing.T) {
	t.Parallel()
	r := shownRelease()
	r.Run.Attempt, r.Moments = 2, make([]bot.Moment, 3)
	seal := r.Plan.Seal()
	for news, want := range map[bot.News]string{
		bot.NotePlan{}: "plan_changed_" + seal[:12], bot.NoteRerun{}: "rerun_2", bot.NoteRerunOver{}: "rerun_over_2",
		bot.NoteUnknown{}: "unknown_d", bot.NoteBlind{}: "blind_d", bot.NoteApprovalDue{}: "approval_due_d", bot.NoteEscalated{Set: 1}: "escalated_1_d",
		bot.NoteReminder{Number: 4}: "unknown_reminder_4", bot.NoteReview{Number: 2}: "review_2", bot.NoteFailed{}: "failed",
	} {
		if got := newsKey(r, news); got != want {
			t.Errorf("%#v is named %q, want %q", news, got, want)
		}
	}
}

// TestThoseWhoAreAskedAreCalled: a reminder calls all whose yes is missing, an
// escalation those who are asked again, and no other note anybody.
func TestThoseWhoAreAskedAreCalled(t *testing.T) {
	t.Parallel()
	anna, ben := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}
	for news, want := range map[bot.News]bot.Note{
		bot.NoteApprovalDue{}:      {Approvers: []bot.Person{anna, ben}, ApproverGroups: []string{"S0ONCALL"}},
		bot.NotePlan{}:             {Approvers: []bot.Person{anna, ben}, ApproverGroups: []string{"S0ONCALL"}},
		bot.NoteLost{}:             {Approvers: []bot.Person{anna, ben}, ApproverGroups: []string{"S0ONCALL"}},
		bot.NoteEscalated{}:        {Approvers: []bot.Person{ben}},
		bot.NoteEscalated{Set: 1}:  {ApproverGroups: []string{"S0ONCALL"}},
		bot.NoteEscalated{Set: 2}:  {},
		bot.NoteEscalated{Set: -1}: {},
		bot.NoteHealth{}:           {},
	} {
		s := &screen{}
		a, _ := speaker(t, bottest.Shop, newMemory(), s)
		r := shownRelease()
		r.Phase, r.Requester = bot.AwaitingApproval, bot.Person{ID: "U09EVE"}
		r.Plan.Settings.Approvals.Sets = []bot.ApprovalSet{
			{Count: 1, From: []string{"sre"}, EscalateTo: []string{"leads"}}, {Count: 1, From: []string{"oncall"}, EscalateTo: []string{"oncall"}},
		}
		r.Escalated = []int{0}
		if err := a.Say(t.Context(), r, news, noon); err != nil {
			t.Fatal(err)
		}
		got, _ := s.posted[len(s.posted)-1].Body.(bot.Note)
		if diff := cmp.Diff(want, bot.Note{Approvers: got.Approvers, ApproverGroups: got.ApproverGroups}); diff != "" {
			t.Errorf("%#v calls (-want +got):\n%s", news, diff)
		}
	}
}

// TestNobodyIsCalledWhereAnybodyMayApprove: nor somebody who is in no group that is
// asked, whatever their word would count for.
func TestNobodyIsCalledWhereAnybodyMayApprove(t *testing.T) {
	t.Parallel()
	a, _ := speaker(t, bottest.Shop, newMemory(), &screen{})
	r := shownRelease()
	r.Phase, r.Requester = bot.AwaitingApproval, bot.Person{ID: "U09EVE"}
	for _, sets := range [][]bot.ApprovalSet{{{Count: 1}}, {{Count: 1}, {Count: 1, From: []string{"leads"}}}} {
		r.Plan.Settings.Approvals.Sets = sets
		card, _ := a.cardMessage(t.Context(), r).Body.(bot.Card)
		var names []string
		for _, p := range card.Approvers {
			names = append(names, p.Name)
		}
		want := []string(nil)
		if len(sets) == 2 {
			want = []string{"ben"}
		}
		if diff := cmp.Diff(want, names); diff != "" || card.ApproverGroups != nil {
			t.Errorf("called, and %v (-want +got):\n%s", card.ApproverGroups, diff)
		}
	}
	r.Phase = bot.Queued
	if card, _ := a.cardMessage(t.Context(), r).Body.(bot.Card); card.Approvers != nil {
		t.Errorf("called when nothing is asked: %v", card.Approvers)
	}
}

// TestPromise7_OneMessageWhateverHappens: a message that stands is not posted
// again, one that may stand is looked for, and one that somebody else is posting
// is left to them for a moment.
func TestPromise7_OneMessageWhateverHappens(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable, Says: "no answer"}
	card := bot.MessageKey{Release: "api-7", Kind: bot.CardKind}
	elsewhere := bot.MessageRef{Channel: "C0API", ID: "ts-before"}
	for name, tt := range map[string]struct {
		before bot.MessageState
		stands bot.MessageRef
		faults map[string]error // of the chat
		memory map[string]error // of the store
		posted int
		looked []time.Time
		want   bot.MessageRef // where it is known to stand
		kind   bot.ErrorKind
		failed int
	}{
		"it was never posted":              {posted: 1, want: bot.MessageRef{Channel: "C0API", ID: "ts-card"}},
		"it stands":                        {before: bot.MessageState{Ref: elsewhere, Begun: noon, Busy: true}, want: elsewhere},
		"somebody is posting it":           {before: bot.MessageState{Begun: noon, Busy: true}, kind: bot.Limited},
		"it may stand, and does":           {before: bot.MessageState{Begun: noon}, stands: elsewhere, looked: []time.Time{noon}, want: elsewhere},
		"it may stand, and does not":       {before: bot.MessageState{Begun: noon}, looked: []time.Time{noon}, posted: 1, want: bot.MessageRef{Channel: "C0API", ID: "ts-card"}},
		"it may stand, and nobody can say": {before: bot.MessageState{Begun: noon}, faults: map[string]error{"find": away}, looked: []time.Time{noon}, kind: bot.Unavailable, failed: 1},
		"it is not taken":                  {faults: map[string]error{"post card": away}, kind: bot.Unavailable, failed: 1},
		"the store is away":                {memory: map[string]error{"message card": away}, kind: bot.Unavailable},
		"the store is away afterwards":     {memory: map[string]error{"posted card": away}, posted: 1, want: bot.MessageRef{Channel: "C0API", ID: "ts-card"}, kind: bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, s := newMemory(), &screen{faults: tt.faults, standing: tt.stands}
			m.messages[card], m.faults["message card"], m.faults["posted card"] = tt.before, tt.memory["message card"], tt.memory["posted card"]
			a, _ := speaker(t, bottest.Shop, m, s)
			err := a.Say(t.Context(), shownRelease(), bot.NoteHealth{}, noon)
			if (err != nil) != (tt.kind != "") || err != nil && bot.KindOf(err) != tt.kind {
				t.Fatalf("it is %v, want %q", err, tt.kind)
			}
			if tt.kind == bot.Limited && bot.RetryAfter(err) != busyRetry {
				t.Errorf("it is tried again after %s", bot.RetryAfter(err))
			}
			cards := len(s.posted)
			if err == nil {
				cards-- // the note
			}
			if cards != tt.posted || !cmp.Equal(tt.looked, s.looked) || m.messages[card].Ref != tt.want || len(m.failed) != tt.failed {
				t.Errorf("posted %d times, looked %v, stands at %+v, let go %v", cards, s.looked, m.messages[card].Ref, m.failed)
			}
		})
	}
}

// TestPromise7_APostThatIsLateIsNotMade: ten seconds after its intent somebody else
// may be at it, so nothing leaves any more, and the intent is let go.
func TestPromise7_APostThatIsLateIsNotMade(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	for slow, posted := range map[time.Duration]int{0: 1, 10 * time.Second: 1, 10*time.Second + 1: 0} {
		for _, fault := range []error{nil, away} {
			m, s := newMemory(), &screen{slow: slow}
			a, book := speaker(t, bottest.Shop, m, s)
			m.faults["failed card"] = fault
			synctest.Test(t, func(t *testing.T) {
				_, made, err := a.PostOnce(t.Context(), a.cardMessage(t.Context(), shownRelease()))
				if made != (posted > 0) || (err == nil) != made || err != nil && bot.KindOf(err) != bot.NeverSent {
					t.Errorf("after %s posted %t, %v", slow, made, err)
				}
			})
			if len(s.posted) != posted || len(m.failed) != 1-posted || book.Says("was not posted") != (fault != nil && posted == 0) {
				t.Errorf("after %s posted %d, let go %v, logged %q", slow, len(s.posted), m.failed, book.Lines())
			}
		}
	}
}

// TestAnIntentIsLetGoWhateverStops: a stop cuts a post short, and its intent is let
// go all the same.
func TestAnIntentIsLetGoWhateverStops(t *testing.T) {
	t.Parallel()
	m := newMemory()
	a, book := speaker(t, bottest.Shop, m, &screen{})
	stopped, stop := context.WithCancel(t.Context())
	stop()
	a.letGo(stopped, bot.MessageKey{Release: "api-7", Kind: bot.CardKind}, noon.Add(time.Second))
	if len(m.failed) != 1 || len(book.Lines()) != 0 {
		t.Errorf("let go %v, logged %q", m.failed, book.Lines())
	}
}

// TestCardsChannel: a card stands in the channel of its service, else where the
// release was asked for, else where alerts go.
func TestCardsChannel(t *testing.T) {
	t.Parallel()
	a, _ := speaker(t, strings.Replace(bottest.Shop, "    channel: C0WEB\n", "", 1), newMemory(), &screen{})
	r := shownRelease()
	r.Origin.Channel = "C0ASKED"
	web := r
	web.Target.Service = "web"
	nowhere := web
	nowhere.Origin = bot.Origin{}
	for want, r := range map[string]bot.Release{"C0API": r, "C0ASKED": web, "C0ALERTS": nowhere} {
		if got := a.cardMessage(t.Context(), r).Channel; got != want {
			t.Errorf("%s stands in %s, want %s", r.Target, got, want)
		}
	}
	batch := r
	batch.Kind = bot.Batch
	gone := r
	gone.Target.Service = "gone"
	if a.links(batch) != nil || a.links(gone) != nil || len(a.links(r)) != 1 {
		t.Errorf("links of a batch %v, of a service that is gone %v, of api %v", a.links(batch), a.links(gone), a.links(r))
	}
}
