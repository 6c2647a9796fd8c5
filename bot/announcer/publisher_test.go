package announcer

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise7_ACardIsMadeToTellTheTruth: a card that is not there is posted, one
// that stands is edited, and whatever goes wrong it falls due again, later.
func TestPromise7_ACardIsMadeToTellTheTruth(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable, Says: "no answer"}
	slow := &bot.Error{Kind: bot.Limited, Says: "too fast", RetryAfter: time.Minute}
	stands := bot.MessageRef{Channel: "C0API", ID: "ts-before"}
	for name, tt := range map[string]struct {
		ref     bot.MessageRef   // where the card is known to stand
		before  bot.MessageState // what is known of its message
		finds   bot.MessageRef   // where it is found to stand
		screen  map[string]error
		memory  map[string]error
		wait    time.Duration // until there is an edit
		posted  int
		edited  int
		pause   time.Duration // until it falls due again, at least
		spread  time.Duration // and by how much more at most
		unshown bool          // it still shows none that there is
		logs    string
	}{
		"it is not there":                  {posted: 1, pause: 7 * time.Second},
		"it is there":                      {ref: stands, edited: 1, pause: 7 * time.Second},
		"it is there, which was forgotten": {before: bot.MessageState{Ref: stands}, edited: 1, pause: 7 * time.Second},
		"it is there, which was not said":  {before: bot.MessageState{Begun: noon}, finds: stands, edited: 1, pause: 7 * time.Second},
		"that it was shown is not stored":  {ref: stands, memory: map[string]error{"shown": away}, edited: 1, pause: 7 * time.Second, logs: "was not recorded that a card was shown"},
		"no edits are left":                {ref: stands, wait: 20 * time.Second, pause: 20 * time.Second, spread: editsSpread, unshown: true},
		"nor can it be put back":           {ref: stands, wait: 20 * time.Second, memory: map[string]error{"shown": away}, pause: 20 * time.Second, spread: editsSpread, unshown: true, logs: "falls due again only after its lease"},
		"nobody knows whether any are":     {ref: stands, memory: map[string]error{"budget": away}, pause: againFirst, spread: againFirst, unshown: true, logs: "was not shown"},
		"the chat does not answer":         {ref: stands, screen: map[string]error{"edit": away}, edited: 1, pause: againFirst, spread: againFirst, unshown: true, logs: "was not shown"},
		"the chat wants a pause":           {ref: stands, screen: map[string]error{"edit": slow}, edited: 1, pause: time.Minute, spread: againFirst, unshown: true, logs: "was not shown"},
		"it is not taken":                  {screen: map[string]error{"post card": away}, pause: againFirst, spread: againFirst, unshown: true, logs: "was not shown"},
		"it is refused":                    {screen: map[string]error{"post card": &bot.Error{Kind: bot.Denied, Says: "no"}}, pause: hiddenFirst, unshown: true, logs: "cannot be shown"},
		"it was deleted":                   {ref: stands, screen: map[string]error{"edit": &bot.Error{Kind: bot.Gone, Says: "was deleted"}}, edited: 1, pause: againFirst, spread: againFirst, unshown: true, logs: "posted anew"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, s := newMemory(), &screen{faults: tt.screen, standing: tt.finds}
			m.messages[bot.MessageKey{Release: "api-7", Kind: bot.CardKind}], m.wait = tt.before, tt.wait
			maps.Copy(m.faults, tt.memory)
			a, book := speaker(t, bottest.Shop, m, s)
			card := bot.DirtyCard{Release: shownRelease(), Revision: 5, Ref: tt.ref}
			a.show(t.Context(), card, inAnHour())
			if len(s.posted) != tt.posted || len(s.edited) != tt.edited {
				t.Errorf("posted %d times and edited %d times", len(s.posted), len(s.edited))
			}
			if tt.edited > 0 && s.refs[0] != stands {
				t.Errorf("edited %+v", s.refs[0])
			}
			if tt.logs != "" && !book.Says(tt.logs) || tt.logs == "" && len(book.Lines()) > 0 {
				t.Errorf("logged %q", book.Lines())
			}
			if len(m.shown) != 1 || m.shown[0].pause < tt.pause || m.shown[0].pause > tt.pause+tt.spread || (m.shown[0].card.Revision == noRevision) != tt.unshown {
				t.Errorf("shown as %+v, want after %s to %s more", m.shown, tt.pause, tt.spread)
			}
		})
	}
}

// TestEndsAreEditedFirst: the reserve is for what people wait for.
func TestEndsAreEditedFirst(t *testing.T) {
	t.Parallel()
	for phase, want := range map[bot.Phase]bot.Urgency{
		bot.Requested: bot.UrgencyProgress, bot.AwaitingApproval: bot.UrgencyEnd, bot.Running: bot.UrgencyProgress, bot.Unknown: bot.UrgencyProgress,
		bot.Succeeded: bot.UrgencyEnd, bot.Failed: bot.UrgencyEnd,
	} {
		m := newMemory()
		a, _ := speaker(t, bottest.Shop, m, &screen{})
		r := shownRelease()
		r.Phase = phase
		a.show(t.Context(), bot.DirtyCard{Release: r, Ref: bot.MessageRef{ID: "ts"}}, inAnHour())
		if !cmp.Equal(m.edits, []bot.Urgency{want}) {
			t.Errorf("%s: %v, want %s", phase, m.edits, want)
		}
	}
}

// TestPromise12_WhoAskedIsToldOfAHiddenCard: where the card cannot be shown the
// requester is told so once, with what would help.
func TestPromise12_WhoAskedIsToldOfAHiddenCard(t *testing.T) {
	t.Parallel()
	refused := &bot.Error{Kind: bot.Denied, Says: "slipway is not in the channel", Mend: "Invite it."}
	away := &bot.Error{Kind: bot.Unavailable}
	key := bot.MessageKey{Release: "api-7", Kind: hiddenKind}
	for name, tt := range map[string]struct {
		before bot.MessageState
		faults map[string]error // of the store and the chat
		told   int
		ref    bot.MessageRef
		letGo  bool
		logs   string
	}{
		"nobody was told":              {told: 1, ref: bot.MessageRef{Channel: "C0API", ID: hiddenKind}},
		"they were told":               {before: bot.MessageState{Ref: bot.MessageRef{ID: hiddenKind}}, ref: bot.MessageRef{ID: hiddenKind}},
		"they are being told":          {before: bot.MessageState{Begun: noon, Busy: true}},
		"the store is away":            {faults: map[string]error{"message hidden": away}},
		"they cannot be told":          {faults: map[string]error{"tell": away}, told: 1, letGo: true, logs: "nobody could be told"},
		"nobody knows where they are":  {faults: map[string]error{"reply": away}, letGo: true, logs: "nobody could be told"},
		"that they were is not stored": {faults: map[string]error{"posted hidden": away}, told: 1, ref: bot.MessageRef{Channel: "C0API", ID: hiddenKind}, logs: "not recorded that a requester"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, s := newMemory(), &screen{faults: map[string]error{"post card": refused, "tell": tt.faults["tell"]}}
			maps.Copy(m.faults, tt.faults)
			m.messages[key], m.url = tt.before, "https://hooks.slack.example.com/1"
			a, book := speaker(t, bottest.Shop, m, s)
			r := shownRelease()
			a.show(t.Context(), bot.DirtyCard{Release: r}, inAnHour())
			if len(s.told) != tt.told || m.messages[key].Ref != tt.ref || (len(m.failed) == 2) != tt.letGo {
				t.Errorf("told %d times, stored %+v, let go %v", len(s.told), m.messages[key], m.failed)
			}
			if tt.logs != "" && !book.Says(tt.logs) || tt.logs == "" && len(book.Lines()) != 1 {
				t.Errorf("logged %q", book.Lines())
			}
			if tt.told == 0 {
				return
			}
			want := told{bot.Reply{To: r.Asker(), Channel: "C0ASKED", URL: m.url}, bot.Problem{
				Says: "api-7 goes on, but its card cannot be shown: slipway is not in the channel", Channel: "C0API",
				Mends: []string{"Invite it.", "Then the card appears by itself; until then `/deploy-status api` tells how it goes."},
			}}
			if diff := cmp.Diff(want, s.told[0], cmp.AllowUnexported(told{})); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

// shelf hands out cards, and counts how often it is asked for more.
type shelf struct {
	screen
	cards  chan []bot.DirtyCard
	limits chan int
	fails  error
}

// CardsWoken wakes at once, again and again.
func (s *shelf) CardsWoken(context.Context) <-chan struct{} {
	awake := make(chan struct{})
	close(awake)
	return awake
}

func (s *shelf) DirtyCards(ctx context.Context, lease time.Duration, limit int) ([]bot.DirtyCard, time.Duration, error) {
	if _, bounded := ctx.Deadline(); !bounded || lease != cardLease {
		return nil, 0, errors.New("nothing bounds it")
	}
	s.limits <- limit
	select {
	case cards := <-s.cards:
		return cards, bot.NoneDue, s.fails
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
}

func (s *shelf) Message(context.Context, bot.MessageKey) (bot.MessageState, error) {
	return bot.MessageState{}, nil
}

func (s *shelf) MessagePosted(context.Context, bot.MessageKey, bot.MessageRef) error { return nil }
func (s *shelf) MessageFailed(context.Context, bot.MessageKey, time.Time) error      { return nil }
func (s *shelf) Shown(context.Context, bot.DirtyCard, time.Duration) error           { return nil }

// TestThePublisherAsksForAsManyAsItCanShow: cards that take long are counted, so
// that no more are taken than can be shown at once, and a store that fails only
// makes it wait.
func TestThePublisherAsksForAsManyAsItCanShow(t *testing.T) {
	t.Parallel()
	s := &shelf{cards: make(chan []bot.DirtyCard), limits: make(chan int, 1)}
	letGo := make(chan struct{})
	chat := slowChat{Chat: &s.screen, letGo: letGo}
	book := &bottest.Logbook{}
	a := New(bottest.Declare(t, bottest.Shop), watching(s, s, chat), Options{}, slog.New(book))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	var cards []bot.DirtyCard
	for id := range strings.FieldsSeq("api-1 api-2 api-3") {
		r := shownRelease()
		r.ID = id
		cards = append(cards, bot.DirtyCard{Release: r})
	}
	if n := <-s.limits; n != cardsAtOnce {
		t.Errorf("at first %d are asked for", n)
	}
	s.cards <- cards
	if n := <-s.limits; n != cardsAtOnce-3 {
		t.Errorf("while three are shown %d are asked for", n)
	}
	s.cards <- nil
	close(letGo)
	for n := range s.limits {
		s.cards <- nil
		if n == cardsAtOnce {
			break
		}
	}
	stop()
	for {
		select {
		case <-s.limits: // whoever still asks is let through
		case err := <-ended:
			if err != nil || len(s.posted) != 3 {
				t.Errorf("%d cards were shown, the stop says %v", len(s.posted), err)
			}
			return
		}
	}
}

// slowChat posts when it is let go.
type slowChat struct {
	Chat
	letGo chan struct{}
}

func (c slowChat) Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	<-c.letGo
	return c.Chat.Post(ctx, m, leave)
}

// rack is a store whose dirty cards are given by a list, and which notes when it was
// asked, and for how many.
type rack struct {
	shelf
	began   time.Time
	answers []racked
	at      []time.Duration
	asked   []int
}

type racked struct {
	cards int
	next  time.Duration
	err   error
}

func (r *rack) DirtyCards(ctx context.Context, _ time.Duration, limit int) ([]bot.DirtyCard, time.Duration, error) {
	n := len(r.at)
	r.at, r.asked = append(r.at, time.Since(r.began)), append(r.asked, limit)
	if until, bounded := ctx.Deadline(); !bounded || n == 0 && time.Until(until) != 10*time.Second {
		return nil, 0, errors.New("it has another bound than the test") // which is shorter than the lease
	}
	if n >= len(r.answers) {
		return nil, bot.NoneDue, nil
	}
	a := r.answers[n]
	cards := make([]bot.DirtyCard, a.cards)
	for i := range cards {
		cards[i].Release = shownRelease()
	}
	return cards, a.next, a.err
}

func (r *rack) CardsWoken(context.Context) <-chan struct{} { return nil }

// TestThePublisherSleepsUntilACardIsDue: as the motor does, which alone says that the
// store is away.
func TestThePublisherSleepsUntilACardIsDue(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		answers []racked
		takes   time.Duration // a post
		at      []time.Duration
		asked   []int
	}{
		"none is dirty":         {at: []time.Duration{0, 1000 * ms, 2000 * ms}, asked: []int{8, 8, 8}},
		"one is due soon":       {answers: []racked{{next: 300 * ms}, {next: time.Hour}}, at: []time.Duration{0, 300 * ms, 1300 * ms}, asked: []int{8, 8, 8}},
		"one is due by now":     {answers: []racked{{next: -time.Second}, {}}, at: []time.Duration{0, ms, 2 * ms}, asked: []int{8, 8, 8}},
		"the store is away":     {answers: []racked{{err: errors.New("away")}, {err: errors.New("away"), next: ms}}, at: []time.Duration{0, 250 * ms, 500 * ms, 1500 * ms}, asked: []int{8, 8, 8, 8}},
		"there may be more":     {answers: []racked{{cards: 8, next: bot.NoneDue}}, at: []time.Duration{0, ms, 1001 * ms}, asked: []int{8, 8, 8}},
		"there are some":        {answers: []racked{{cards: 7, next: bot.NoneDue}}, at: []time.Duration{0, 1000 * ms}, asked: []int{8, 8}},
		"all hands are full":    {answers: []racked{{cards: 8, next: bot.NoneDue}}, takes: 25 * ms, at: []time.Duration{0, 31 * ms, 1031 * ms}, asked: []int{8, 8, 8}},
		"some hands are full":   {answers: []racked{{cards: 7, next: bot.NoneDue}}, takes: 5 * time.Second, at: []time.Duration{0, 1000 * ms, 2000 * ms}, asked: []int{8, 1, 1}},
		"more, and a hand free": {answers: []racked{{cards: 7, next: 5 * ms}, {cards: 1, next: bot.NoneDue}}, takes: 5 * time.Second, at: []time.Duration{0, 5 * ms}, asked: []int{8, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, book := &rack{answers: tt.answers}, &bottest.Logbook{}
			r.slow = tt.takes
			synctest.Test(t, func(t *testing.T) {
				r.began = time.Now()
				a := New(bottest.Declare(t, bottest.Shop), watching(r, r, &r.screen), Options{}, slog.New(book))
				ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
				defer stop()
				_ = a.Run(ctx) // it ends because its time is over
			})
			n := min(len(r.at), len(tt.at))
			if diff := cmp.Diff(tt.at, r.at[:n]); diff != "" {
				t.Errorf("asked at (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.asked, r.asked[:n]); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
			if len(book.Lines()) != 0 {
				t.Errorf("logged %q", book.Lines())
			}
		})
	}
}

// TestTheAnnouncersOwnMeasures: what nobody says is what the options promise.
func TestTheAnnouncersOwnMeasures(t *testing.T) {
	t.Parallel()
	m := newMemory()
	c := bottest.Declare(t, bottest.Shop)
	a := New(c, Ports{Cards: m, Messages: m, Replies: m, Noise: m, Chat: &screen{}, People: knowing(c, m, nil)}, Options{}, slog.New(slog.DiscardHandler))
	a.show(t.Context(), bot.DirtyCard{Release: shownRelease()}, inAnHour())
	if len(m.shown) != 1 || m.shown[0].pause != 2*time.Second {
		t.Errorf("shown as %+v", m.shown)
	}
	if (Options{}).withDefaults().Grace != 8*time.Second || (Options{Grace: time.Second}).withDefaults().Grace != time.Second {
		t.Error("a stop has another grace")
	}
}
