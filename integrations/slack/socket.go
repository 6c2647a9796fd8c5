package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/socket"
)

const (
	methodConnect = "apps.connections.open"
	// noteEvery is how often a process notes how many connections it keeps.
	noteEvery = 20 * time.Second
	// noteWithin bounds one note.
	noteWithin = 2 * time.Second
)

// Connections counts the connections that all processes keep together.
type Connections interface {
	// NoteConnections notes how many one process keeps, and tells how many all do.
	NoteConnections(ctx context.Context, process string, n int) (all int, err error)
}

// SocketOptions say how Slack's requests come in over connections of our own.
type SocketOptions struct {
	// AppToken is the app-level token.
	AppToken string
	APIURL   string // https://slack.com/api/
	// Process tells this process from others.
	Process string
	// Heard is told of each request that was taken, by the type of its envelope; it may
	// be left out.
	Heard func(ctx context.Context, envelope string)
	// Connections and Troubles are told of; left out, the log alone is.
	Connections Connections
	Troubles    Troubles
}

// Socket brings Slack's requests in over connections that slipway opens, so that it
// needs no public address.
type Socket struct {
	o      SocketOptions
	in     *Inbound
	api    *slackgo.Client
	links  *socket.Socket
	secure bool // addresses must be encrypted ones, as that of the API is
	logger *slog.Logger

	mu   sync.Mutex
	peak int       // how many connections were kept at most
	till time.Time // until when that counts
}

// Socket makes the connections. Nothing is opened yet.
func (in *Inbound) Socket(o SocketOptions) (*Socket, error) {
	if o.AppToken == "" {
		return nil, errors.New("the app-level token of Slack is missing")
	}
	web := &http.Client{Timeout: callTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s := &Socket{
		o: o, in: in, secure: !strings.HasPrefix(o.APIURL, "http://"), logger: in.logger,
		api: slackgo.New("", slackgo.OptionAppLevelToken(o.AppToken), slackgo.OptionHTTPClient(web),
			slackgo.OptionAPIURL(strings.TrimRight(o.APIURL, "/")+"/")),
	}
	s.links = socket.New(socket.Options{Open: s.address, Serve: s.serve, Greeted: s.greeted, Troubled: s.troubled}, in.logger)
	return s, nil
}

// Begin opens the first connection; an error says what must be mended before any
// can stand.
func (s *Socket) Begin(ctx context.Context) error { return s.links.Begin(ctx) }

// Open is how many connections stand.
func (s *Socket) Open() int { return s.links.Open() }

// Run keeps the connections until ctx is cancelled. What was noted of them stays for a
// while: Slack still counts them for some moments, and whoever comes instead would take
// them for somebody else's.
func (s *Socket) Run(ctx context.Context) error {
	noting, stop := context.WithCancel(context.WithoutCancel(ctx))
	var notes sync.WaitGroup
	notes.Go(func() { s.noteAll(noting) })
	err := s.links.Run(ctx)
	stop()
	notes.Wait()
	return err
}

// address asks Slack where to connect.
func (s *Socket) address(ctx context.Context) (string, error) {
	s.note(ctx, s.links.Open()+1) // before Slack counts it
	_, address, err := s.api.StartSocketModeContext(ctx)
	switch {
	case err != nil:
		return "", unopened(err)
	case !strings.HasPrefix(address, "wss://") && (s.secure || !strings.HasPrefix(address, "ws://")):
		return "", &bot.Error{Kind: bot.Unavailable, Op: methodConnect, Says: "Slack gave no address to connect to"}
	}
	return address, nil
}

// unopened says what to do about an answer that gave no address.
func unopened(err error) error {
	e := failure(methodConnect, err)
	var answered slackgo.SlackErrorResponse
	if !errors.As(err, &answered) {
		return e
	}
	const fresh = "Generate a token with the scope connections:write under Basic Information, App-Level Tokens, and put it into slipway.yaml as slack.app_token."
	switch answered.Err {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired":
		e.Kind, e.Says, e.Mend = bot.Denied, "Slack does not accept slack.app_token", fresh
	case "not_allowed_token_type":
		e.Kind, e.Says, e.Mend = bot.Denied, "slack.app_token is no app-level token: those begin with xapp-", fresh
	case "missing_scope", "no_permission":
		e.Kind, e.Says, e.Mend = bot.Denied, "slack.app_token lacks the scope connections:write", fresh
	}
	return e
}

// troubled passes on what keeps Slack from reaching slipway, where it does not go
// away by itself.
func (s *Socket) troubled(ctx context.Context, err error) {
	if s.o.Troubles == nil {
		return
	}
	t := bot.Trouble{Kind: bot.NoSocket}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	switch {
	case err == nil:
		err = s.o.Troubles.LiftTrouble(ctx, t)
	case bot.KindOf(err) == bot.Denied || bot.KindOf(err) == bot.Limited:
		t.Says, t.Mend = bot.ForPeople(err)
		err = s.o.Troubles.RaiseTrouble(ctx, t)
	default:
		return
	}
	if err != nil {
		s.logger.WarnContext(ctx, "it could not be noted how the connections to Slack are", slog.Any("error", err))
	}
}

// greeted compares how many connections Slack counts with those that are known of.
// What another process gets, slipway never sees.
func (s *Socket) greeted(ctx context.Context, all, own int) {
	s.logger.InfoContext(ctx, "a connection to Slack stands", slog.Int("of_the_app", all), slog.Int("own", own))
	known, counted := s.note(ctx, own)
	if !counted {
		return
	}
	t := bot.Trouble{Kind: bot.SharedToken}
	var err error
	if all <= known {
		err = s.o.Troubles.LiftTrouble(ctx, t)
	} else {
		t.Says = fmt.Sprintf("Slack has %d connections of this app, and %d are slipway's: another process uses the same app token and takes part of what people type and click", all, known)
		t.Mend = "Stop the other process, or give it a Slack app of its own."
		s.logger.WarnContext(ctx, "another process uses the same app token", slog.Int("of_the_app", all), slog.Int("known", known), slog.String("mend", t.Mend))
		err = s.o.Troubles.RaiseTrouble(ctx, t)
	}
	if err != nil {
		s.logger.WarnContext(ctx, "it could not be noted who else is connected to Slack", slog.Any("error", err))
	}
}

// noteAll keeps the note fresh.
func (s *Socket) noteAll(ctx context.Context) {
	ticker := time.NewTicker(noteEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.note(ctx, s.links.Open())
		case <-ctx.Done():
			return
		}
	}
}

// note notes how many connections this process keeps; false if that was not
// possible, or nobody counts.
func (s *Socket) note(ctx context.Context, n int) (all int, counted bool) {
	if s.o.Connections == nil || s.o.Troubles == nil {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	all, err := s.o.Connections.NoteConnections(ctx, s.o.Process, s.lately(n))
	if err != nil {
		s.logger.WarnContext(ctx, "it could not be noted how many connections to Slack there are", slog.Any("error", err))
		return 0, false
	}
	return all, true
}

// lately is how many connections this process has kept at most within a while: Slack
// counts one for some moments after it was closed.
func (s *Socket) lately(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); n >= s.peak || now.After(s.till) {
		s.peak, s.till = n, now.Add(noteEvery)
	}
	return s.peak
}

func (s *Socket) serve(ctx context.Context, e socket.Envelope) (answer json.RawMessage, took bool) {
	answer, took = s.in.envelope(ctx, e)
	if took && s.o.Heard != nil {
		s.o.Heard(ctx, e.Type)
	}
	return answer, took
}

// envelope serves what came in an envelope. What is not understood is taken, since
// it would come again as it is.
func (in *Inbound) envelope(ctx context.Context, e socket.Envelope) (json.RawMessage, bool) {
	asked, err := readEnvelope(e)
	if err != nil {
		in.logger.WarnContext(ctx, "an envelope could not be read", slog.String("type", e.Type), slog.Any("error", err))
		return nil, true
	}
	answer := in.serve(ctx, asked)
	switch {
	case answer.status == untaken:
		return nil, false
	case answer.body == nil:
		return nil, true
	}
	out, err := json.Marshal(answer.body)
	if err != nil {
		in.logger.ErrorContext(ctx, "an answer could not be written", slog.Any("error", err))
		return nil, true
	}
	if c, typed := asked.(command); typed && len(out) > socket.MaxPayload {
		in.after(ctx, c.reply(), answer.says)
		return nil, true
	}
	return out, true
}

// readEnvelope reads what is in an envelope.
func readEnvelope(e socket.Envelope) (request, error) {
	switch e.Type {
	case "slash_commands":
		var c command
		if json.Unmarshal(e.Payload, &c) != nil {
			return nil, errMalformed
		}
		return c.checked()
	case "interactive":
		return interaction(e.Payload)
	case "events_api":
		return event(e.Payload)
	}
	return nothing{}, nil
}
