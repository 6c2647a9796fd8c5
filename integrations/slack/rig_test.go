package slack_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const (
	ann, bob, guest, foreign = "U01ANN", "U02BOB", "U03GUEST", "U04FOREIGN"
	deploys                  = "C0DEPLOYS"
)

const (
	// answered is when Slack must have its answer, well within its three seconds.
	answered = 2900 * time.Millisecond
	// patient is how long a Slack waits whose patience is not what is measured.
	patient = 20 * time.Second
)

// rig is the whole adapter between a simulated workspace and a handler that
// the test scripts, over real HTTP.
type rig struct {
	sim     *slacksim.Server
	sender  *slack.Sender
	inbound *slack.Inbound
	http    http.Handler
	store   *store
	forms   *forms
	logs    *logs

	troubles *troubles
}

func newRig(tb testing.TB, o slacksim.Options) *rig {
	tb.Helper()
	return newRigBehind(tb, o, func(sim http.Handler) http.Handler { return sim })
}

// newRigWith is a rig that hands on who has changed.
func newRigWith(tb testing.TB, o slacksim.Options, turnover func(context.Context, bot.Turnover) error) *rig {
	tb.Helper()
	return newRigOf(tb, o, func(sim http.Handler) http.Handler { return sim }, turnover)
}

// newRigBehind is a rig whose workspace is reached through what front makes of it.
func newRigBehind(tb testing.TB, o slacksim.Options, front func(http.Handler) http.Handler) *rig {
	tb.Helper()
	return newRigOf(tb, o, front, nil)
}

func newRigOf(tb testing.TB, o slacksim.Options, front func(http.Handler) http.Handler, turnover func(context.Context, bot.Turnover) error) *rig {
	tb.Helper()
	sim := slacksim.New(o)
	server := httptest.NewServer(front(sim))
	tb.Cleanup(server.Close)
	sim.SetURL(server.URL)
	sim.AddUser(slacksim.User{ID: ann, Name: "ann", RealName: "Ann"})
	sim.AddUser(slacksim.User{ID: bob, Name: "bob", RealName: "Bob"})
	sim.AddUser(slacksim.User{ID: guest, Name: "gus", IsRestricted: true})
	sim.AddUser(slacksim.User{ID: foreign, Name: "fay", TeamID: "T0OTHER"})
	sim.AddChannel(slacksim.Channel{ID: deploys, Name: "deploys"})

	out := &logs{}
	logger := slog.New(slog.NewTextHandler(out, nil))
	noted := &troubles{}
	sender, err := slack.NewSender(slack.SenderOptions{Token: sim.Options().Token, APIURL: sim.APIURL(), Troubles: noted}, logger)
	if err != nil {
		tb.Fatal(err)
	}
	handler, filled := &store{}, &forms{}
	inbound, err := slack.NewInbound(slack.InboundOptions{
		Team: sim.Options().TeamID, BotUser: sim.Options().BotUserID,
		Commands: map[string]string{"deploy": "/deploy", "rollback": "/rollback", "status": "/deploy-status"},
		People:   slack.NewPeople(sim.Options().TeamID, map[string]string{ann: "anna"}, sender), Turnover: turnover, Forms: filled,
	}, handler, sender, logger)
	if err != nil {
		tb.Fatal(err)
	}
	r := &rig{sim: sim, sender: sender, inbound: inbound, store: handler, forms: filled, logs: out, troubles: noted}
	if o.AppToken == "" {
		r.listen(tb)
	} else {
		r.connect(tb)
	}
	tb.Cleanup(func() { r.close(tb) })
	return r
}

// listen has Slack post what it sends.
func (r *rig) listen(tb testing.TB) {
	tb.Helper()
	var err error
	r.http, err = r.inbound.HTTP(slack.HTTPOptions{SigningSecrets: []string{"an old secret", r.sim.Options().SigningSecret}, Read: readAll})
	if err != nil {
		tb.Fatal(err)
	}
	listening := httptest.NewServer(r.http)
	tb.Cleanup(listening.Close)
	r.sim.SetBotURL(listening.URL)
}

// connect connects to Slack.
func (r *rig) connect(tb testing.TB) {
	tb.Helper()
	s, err := r.inbound.Socket(slack.SocketOptions{
		AppToken: r.sim.Options().AppToken, APIURL: r.sim.APIURL(), Process: "this", Connections: r.troubles, Troubles: r.troubles,
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.Begin(within(tb)); err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- s.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			tb.Error(err)
		}
		if r.troubles.own == 0 {
			tb.Error("its connections are noted no more, while Slack may still count them")
		}
		if err := r.sim.Until(within(tb), func() bool { return r.sim.Links() == r.troubles.strangers() }); err != nil {
			tb.Errorf("a connection was left open: %v", err)
		}
	})
}

// troubles is what was told of, and counts connections.
type troubles struct {
	mu     sync.Mutex
	raised []bot.Trouble
	lifted []bot.Trouble
	own    int
	others int // connections of the app that are not slipway's
	fails  error
}

// fail has nothing be noted, or with nil everything again.
func (t *troubles) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fails = err
}

func (t *troubles) RaiseTrouble(_ context.Context, raised bot.Trouble) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fails == nil {
		t.raised = append(t.raised, raised)
	}
	return t.fails
}

func (t *troubles) LiftTrouble(_ context.Context, lifted bot.Trouble) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lifted = append(t.lifted, lifted)
	return nil
}

func (t *troubles) NoteConnections(_ context.Context, _ string, n int) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.own = n
	return n, nil
}

// seen are the troubles of a kind that were raised and lifted.
func (t *troubles) seen(kind bot.TroubleKind) (raised, lifted []bot.Trouble) {
	t.mu.Lock()
	defer t.mu.Unlock()
	of := func(all []bot.Trouble) []bot.Trouble {
		return slices.DeleteFunc(slices.Clone(all), func(other bot.Trouble) bool { return other.Kind != kind })
	}
	return of(t.raised), of(t.lifted)
}

func (t *troubles) strangers() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.others
}

func (r *rig) close(tb testing.TB) {
	tb.Helper()
	if err := errors.Join(r.inbound.Close(within(tb)), r.sender.Close(within(tb))); err != nil {
		tb.Error(err)
	}
}

func within(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	tb.Cleanup(cancel)
	return ctx
}

// longerThan begins to find out how long a wait of d is on this machine, and tells
// whether something took longer. What runs beside the tests delays both, and is not what
// they measure: what is asked and answered is handed on ten times or so on its way, and
// each time has to wait for its turn; so does a wait in ten parts.
func longerThan(d time.Duration) (says func(took time.Duration) bool) {
	const parts = 10
	began, woken := time.Now(), make(chan time.Time, 1)
	go func() {
		for range parts {
			<-time.After(d / parts)
		}
		woken <- time.Now()
	}()
	return func(took time.Duration) bool { return took > d && took > (<-woken).Sub(began) }
}

func (r *rig) waitFor(tb testing.TB, channel, pattern string) string {
	tb.Helper()
	shown, err := r.sim.WaitFor(within(tb), channel, pattern)
	if err != nil {
		tb.Fatal(err)
	}
	return shown
}

var errStoreGone = errors.New("the store is gone")

// store is what stands behind the adapter: it remembers what it was given and
// answers what the test says.
type store struct {
	mu       sync.Mutex
	commands []bot.Invocation
	clicks   []bot.Click
	forms    []bot.Submission
	answer   bot.Answer
	follows  bot.Answer // behind a service in full
	err      error
	failures int // how often err is given; 0: always
	hang     bool
	panics   bool
}

// broken makes the store break down on everything.
func (s *store) broken(panics bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panics = panics
}

func (s *store) Command(ctx context.Context, in bot.Invocation) (bot.Answer, error) {
	s.mu.Lock()
	s.commands = append(s.commands, in)
	s.mu.Unlock()
	return s.respond(ctx)
}

func (s *store) Follow(_ context.Context, first bot.Answer) bot.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if view, is := first.(bot.ServiceView); is && view.Asks > 0 {
		return s.follows
	}
	return nil
}

func (s *store) Click(ctx context.Context, c bot.Click) (bot.Answer, error) {
	s.mu.Lock()
	s.clicks = append(s.clicks, c)
	s.mu.Unlock()
	return s.respond(ctx)
}

func (s *store) Submit(ctx context.Context, f bot.Submission) (bot.Answer, error) {
	s.mu.Lock()
	s.forms = append(s.forms, f)
	s.mu.Unlock()
	return s.respond(ctx)
}

// submitted are the forms that it was given.
func (s *store) submitted() []bot.Submission {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forms
}

func (s *store) respond(ctx context.Context) (bot.Answer, error) {
	s.mu.Lock()
	hang := s.hang
	s.mu.Unlock()
	if hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.panics {
		panic("out of order")
	}
	err := s.err
	if s.failures > 0 {
		if s.failures--; s.failures == 0 {
			s.err = nil
		}
	}
	if err != nil {
		return nil, err
	}
	return s.answer, nil
}

func (s *store) set(answer bot.Answer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.err = answer, err
}

func (s *store) given() ([]bot.Invocation, []bot.Click) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands, s.clicks
}

// logs collects what was logged.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func release() bot.Release {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	return bot.Release{
		ID: "api-142", RunKey: "api-142.k3v9x2mq", Kind: bot.Deploy, Target: bot.Target{Service: "api", Environment: "production"},
		Phase: bot.AwaitingApproval, Requester: bot.Person{ID: ann, Name: "anna"}, RequestedAt: start,
		Plan: &bot.Plan{
			Target: bot.Target{Service: "api", Environment: "production"}, Repo: "acme/api", Workflow: "deploy.yml",
			Commit:   bot.Commit{SHA: "a1b2c3d4e5f6", Subject: "Fix <!channel> & more"},
			Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}}},
		},
	}
}

func cardMessage(r bot.Release) bot.Message {
	return bot.Message{Key: bot.MessageKey{Release: r.ID, Kind: bot.CardKind}, Channel: deploys, Body: bot.Card{Release: r}}
}
