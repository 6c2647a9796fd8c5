package socket

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// connections is how many are kept: one more than it takes, so that one may fail
	// while nobody notices. Slack allows ten an app, which replicas share.
	connections = 2
	// serveWithin bounds how long an envelope waits for its acknowledgement. Slack
	// waits three seconds; the connection may need the rest.
	serveWithin = 800 * time.Millisecond
	// maxAtOnce bounds how many envelopes of one connection are served at once.
	maxAtOnce = 64
	// silence is how long a connection may say nothing, not even that it is there.
	silence = 30 * time.Second
	// beginWithin bounds the first try to connect, and connectWithin every other.
	beginWithin   = 5 * time.Second
	connectWithin = 15 * time.Second
)

// MaxPayload is how many bytes an answer may have. What is longer Slack drops
// without a word; the limit of 20 KB is that of the whole acknowledgement, and is
// known from slack-go, which found it by trying.
const MaxPayload = 19_000

// Envelope is something that Slack sends.
type Envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"` // slash_commands, interactive, events_api
	Payload json.RawMessage `json:"payload"`
	// TakesAnswer says that the acknowledgement may carry one.
	TakesAnswer bool `json:"accepts_response_payload"`
}

// Options say how to reach Slack, and who serves what it sends.
type Options struct {
	// Open asks Slack for the address of a new connection. Its error says what was
	// wrong and what would help; a Denied one will not go away by itself.
	Open func(ctx context.Context) (address string, err error)
	// Serve does what an envelope asks for. The answer may be nil, and has at most
	// [MaxPayload] bytes. An envelope that is not taken is not acknowledged, so that
	// Slack sends it again.
	Serve func(ctx context.Context, e Envelope) (answer json.RawMessage, taken bool)
	// Greeted is told, each time Slack greets a new connection, how many it says that
	// the app has, and how many of these are our own.
	Greeted func(ctx context.Context, all, own int)
	// Troubled is told what keeps a connection away, and with nil that nothing does
	// any more.
	Troubled func(ctx context.Context, err error)
	// Silence is how long a connection may say nothing; left out, 30 s.
	Silence time.Duration
}

// Socket keeps connections to Slack.
type Socket struct {
	o   Options
	log *slog.Logger

	first *conn         // the one that Begin opened
	turn  chan struct{} // held by whoever connects

	mu    sync.Mutex
	held  time.Time    // Slack takes no more requests for addresses before
	open  int          // connections that stand
	wrong map[int]bool // the lanes of which it was said what keeps them away
}

// New makes a Socket. It connects to nobody yet.
func New(o Options, log *slog.Logger) *Socket {
	if o.Silence == 0 {
		o.Silence = silence
	}
	return &Socket{o: o, log: log, turn: make(chan struct{}, 1), wrong: map[int]bool{}}
}

// Begin opens the first connection. An error means that none will ever stand before
// somebody mends something. With Slack away there is none: [Socket.Run] goes on.
func (s *Socket) Begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	c, err := s.connect(ctx)
	if bot.KindOf(err) == bot.Denied {
		return err
	}
	if err != nil {
		s.log.WarnContext(ctx, "there is no connection to Slack yet", slog.Any("error", err))
	}
	s.first = c
	return nil
}

// Run keeps the connections until ctx is cancelled, and then lets what they have
// begun end.
func (s *Socket) Run(ctx context.Context) error {
	var lanes sync.WaitGroup
	for lane := range connections {
		lanes.Go(func() { s.keep(ctx, lane) })
	}
	lanes.Wait()
	return nil
}

// Open is how many connections stand.
func (s *Socket) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

// keep sees to it that there is one connection all the time. The old one serves on
// until the new one stands.
func (s *Socket) keep(ctx context.Context, lane int) {
	var going sync.WaitGroup
	defer going.Wait()
	var old, next *conn
	if lane == 0 && s.first != nil {
		next = s.first
		s.report(ctx, lane, nil)
	}
	var pause backoff
	for {
		if next == nil {
			next = s.reach(ctx, lane, &pause)
		}
		if leaves := old; leaves != nil {
			going.Go(func() { leaves.retire(ctx) })
		}
		if next == nil {
			return
		}
		why := next.until(ctx)
		pause.lived(time.Since(next.since), why)
		if ctx.Err() == nil {
			s.log.InfoContext(ctx, "a connection to Slack is replaced", slog.Int("lane", lane), slog.Any("why", why))
			s.report(ctx, lane, why)
		}
		old, next = next, nil
	}
}

// reach connects, however often it has to be tried; nil when ctx is over.
func (s *Socket) reach(ctx context.Context, lane int, pause *backoff) *conn {
	for rest(ctx, pause.next(rand.Float64())) {
		c, err := s.connect(ctx)
		if err == nil {
			s.report(ctx, lane, nil)
			return c
		}
		if ctx.Err() != nil {
			return nil
		}
		pause.failed(err)
		s.log.WarnContext(ctx, "a connection to Slack does not come about", slog.Int("lane", lane), slog.Any("error", err))
		s.report(ctx, lane, err)
	}
	return nil
}

// connect opens one connection and waits until Slack greets it. One is opened at a
// time, and none while Slack takes no more.
func (s *Socket) connect(ctx context.Context) (*conn, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	held := time.Until(s.held)
	s.mu.Unlock()
	if !rest(ctx, held) {
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	address, err := s.o.Open(ctx)
	if limited, is := errors.AsType[*bot.Error](err); is && limited.Kind == bot.Limited {
		s.mu.Lock()
		s.held = time.Now().Add(limited.RetryAfter)
		s.mu.Unlock()
	}
	if err != nil {
		return nil, err
	}
	c, err := s.dial(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := c.greeted(ctx); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// report passes on what keeps a connection away, and that nothing does any more.
func (s *Socket) report(ctx context.Context, lane int, err error) {
	s.mu.Lock()
	says, is := errors.AsType[*bot.Error](err)
	told := is && says.Says != ""
	switch {
	case told:
		s.wrong[lane] = true
	case err == nil:
		delete(s.wrong, lane)
	}
	over := err == nil && len(s.wrong) == 0
	s.mu.Unlock()
	if s.o.Troubled != nil && (told || over) {
		s.o.Troubled(ctx, err)
	}
}

// rest waits, and says whether ctx is not over by then.
func rest(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
