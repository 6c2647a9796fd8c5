package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

const (
	// answerWithin bounds all that is done before Slack gets its answer, well
	// below the three seconds that it waits.
	answerWithin = 2500 * time.Millisecond
	// laterWithin bounds what is done after it.
	laterWithin = 20 * time.Second

	// maxCommand, maxClick and maxEvent bound the bodies. A click brings the
	// message along that was clicked on, and a mention what was written.
	maxCommand = 256 << 10
	maxClick   = 1 << 20
	maxEvent   = 1 << 20

	notStored = "Not confirmed: slipway could not store your command. Typing it again is safe."
	notTaken  = "Not confirmed: slipway could not store your click. Clicking again is safe."
	stranger  = "slipway serves the people of its own workspace only."
	slow      = "Slack has not said yet who you are, so nothing is stored yet. slipway goes on as soon as it does, and answers here; if it does not within a minute, do it again."
	edited    = "Editing a message starts nothing and changes nothing. Send it as a new message."
	nobody    = "Nothing was done: Slack did not say whether you are a full member of this team, so slipway takes it for a no. Try again in a minute."
)

// Handler takes what people do. It returns when that is stored; an error means
// that it could not be. A nil Answer says nothing.
type Handler interface {
	Command(ctx context.Context, in bot.Invocation) (bot.Answer, error)
	Click(ctx context.Context, c bot.Click) (bot.Answer, error)
}

// InboundOptions say whom slipway listens to.
type InboundOptions struct {
	// SigningSecrets verify that a request is Slack's; any of them will do.
	SigningSecrets []string
	// Team is the id of the workspace that is served.
	Team string
	// BotUser is slipway's own account, as [Sender.AuthTest] tells it.
	BotUser string
	// Commands are the names of the slash commands, "/deploy", by verb.
	Commands map[string]string
	// People tell who somebody is.
	People *People
	// Turnover passes on, to all replicas, that somebody has changed; left out,
	// it stays here.
	Turnover func(ctx context.Context, t bot.Turnover) error
	// Read reads the bodies of requests that may be Slack's.
	Read ReadBody
	// Now is the clock; left out, the system's.
	Now func() time.Time
}

// ReadBody reads the body of a request of which it is not known yet who sent
// it: at most limit bytes, and no more than there is room for. Where it returns
// false it has answered the request.
type ReadBody func(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, ok bool)

// Inbound serves Slack's requests.
type Inbound struct {
	secrets []string
	team    string
	botUser string
	verbs   map[string]string // by command name
	read    ReadBody
	now     func() time.Time

	handler  Handler
	turnover func(ctx context.Context, t bot.Turnover) error
	sender   *Sender
	people   *People
	seen     *replays
	later    sync.WaitGroup
	logger   *slog.Logger
}

// NewInbound makes an Inbound that answers through sender where an answer
// comes after the acknowledgement.
func NewInbound(o InboundOptions, handler Handler, sender *Sender, logger *slog.Logger) (*Inbound, error) {
	if len(o.SigningSecrets) == 0 {
		return nil, errors.New("the signing secret of Slack is missing")
	}
	if slices.Contains(o.SigningSecrets, "") {
		return nil, errors.New("a signing secret of Slack is empty")
	}
	if o.Team == "" {
		return nil, errors.New("the id of the Slack workspace is missing")
	}
	if o.People == nil {
		return nil, errors.New("it is missing who tells who somebody is")
	}
	if o.Read == nil {
		return nil, errors.New("it is missing how the bodies of Slack's requests are read")
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	turnover := o.Turnover
	if turnover == nil {
		turnover = func(context.Context, bot.Turnover) error { return nil }
	}
	verbs := map[string]string{"/status": "status"}
	for verb, name := range o.Commands {
		verbs[name] = verb
	}
	return &Inbound{
		secrets: o.SigningSecrets, team: o.Team, botUser: o.BotUser, verbs: verbs, read: o.Read, now: now,
		handler: guardedHandler{handler, logger}, turnover: turnover, sender: sender, people: o.People, seen: newReplays(), logger: logger,
	}, nil
}

// Handler serves /slack/commands, /slack/interactions and /slack/events.
func (in *Inbound) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /slack/commands", in.verified(maxCommand, in.command))
	mux.Handle("POST /slack/interactions", in.verified(maxClick, in.interaction))
	mux.Handle("POST /slack/events", in.verified(maxEvent, in.event))
	// Slack looks at a command's certificate now and then, with a plain GET
	// (docs.slack.dev/interactivity/implementing-slash-commands).
	mux.HandleFunc("GET /slack/commands", func(http.ResponseWriter, *http.Request) {})
	return mux
}

// Close waits for the answers that are still to be sent. The HTTP server must
// have stopped before.
func (in *Inbound) Close(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		in.later.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the last answers to Slack: %w", ctx.Err())
	}
}

// reply is the answer to one of Slack's requests. A nil body is an empty one.
type reply struct {
	status int
	body   any
	// says is what it tells a person, for where it comes too late for the request.
	says blocks.Message
}

func ok() reply { return reply{status: http.StatusOK} }

func bad() reply { return reply{status: http.StatusBadRequest} }

// privateReply answers the person who typed a command.
func privateReply(m blocks.Message) reply {
	return reply{status: http.StatusOK, body: ephemeral(m), says: m}
}

// verified lets only requests through that are Slack's, fresh and new. What
// does not claim to be so is refused unread.
func (in *Inbound) verified(limit int64, serve func(ctx context.Context, body []byte) reply) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := in.now()
		claim, err := claimed(r.Header, now)
		if err != nil {
			in.refuse(w, r, err)
			return
		}
		body, ok := in.read(w, r, limit)
		if !ok {
			return
		}
		if !claim.holds(in.secrets, body) {
			in.refuse(w, r, errUnsigned)
			return
		}
		// Hex may be spelt in two ways; what was signed is the same.
		signature := r.Header.Get(headerTimestamp) + strings.ToLower(r.Header.Get(headerSignature))
		if !in.seen.first(signature, now) {
			in.refuse(w, r, errReplayed)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		answer := serve(ctx, body)
		if answer.status >= http.StatusInternalServerError {
			in.seen.forget(signature)
		}
		in.write(w, r, answer)
	})
}

func (in *Inbound) refuse(w http.ResponseWriter, r *http.Request, why error) {
	in.logger.WarnContext(r.Context(), "a request was refused", slog.String("path", r.URL.Path), slog.Any("error", why))
	w.Header().Set("Connection", "close") // the body may be unread, and is not to be read now
	http.Error(w, why.Error(), http.StatusUnauthorized)
}

func (in *Inbound) write(w http.ResponseWriter, r *http.Request, answer reply) {
	if answer.body == nil {
		w.WriteHeader(answer.status)
		return
	}
	out, err := json.Marshal(answer.body)
	if err != nil {
		in.logger.ErrorContext(r.Context(), "an answer could not be written", slog.Any("error", err))
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(answer.status)
	_, _ = w.Write(out) // Slack may be gone; there is nobody left to tell
}

// after tells a person something once Slack has its acknowledgement.
func (in *Inbound) after(ctx context.Context, to bot.Reply, m blocks.Message) {
	in.later.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), laterWithin)
		defer cancel()
		if err := guard.Do(func() error { return in.sender.tell(ctx, to, m) }); err != nil {
			in.logger.ErrorContext(ctx, "a person could not be answered", slog.Any("to", to), slog.Any("error", err))
		}
	})
}
