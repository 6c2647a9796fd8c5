package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	// answerOnItsWay is how long an answer may be under way to Slack: what follows it
	// takes another way, and is not to overtake it.
	answerOnItsWay = 300 * time.Millisecond
	// laterWithin bounds what is done after it.
	laterWithin = 20 * time.Second

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
	Submit(ctx context.Context, s bot.Submission) (bot.Answer, error)
	// Follow gives the answer that comes behind the one to a command; nil: there is none.
	Follow(ctx context.Context, first bot.Answer) bot.Answer
}

// InboundOptions say whom slipway listens to.
type InboundOptions struct {
	// Team is the id of the workspace that is served.
	Team string
	// BotUser is slipway's own account, as [Sender.AuthTest] tells it.
	BotUser string
	// Commands are the names of the slash commands, "/deploy", by verb.
	Commands map[string]string
	// People tell who somebody is.
	People *People
	// Forms answers while somebody fills in a form; left out, nothing is offered and
	// nothing shown until a form is sent.
	Forms Forms
	// Turnover passes on, to all replicas, that somebody has changed; left out,
	// it stays here.
	Turnover func(ctx context.Context, t bot.Turnover) error
}

// Inbound serves Slack's requests, whichever way they come in: see [Inbound.HTTP]
// and [Inbound.Socket].
type Inbound struct {
	team    string
	botUser string
	verbs   map[string]string // by command name
	help    string            // how help is typed

	handler  Handler
	forms    Forms
	drawn    *openForms
	turnover func(ctx context.Context, t bot.Turnover) error
	sender   *Sender
	people   *People
	repeats  *repeats
	homes    *homes
	later    sync.WaitGroup
	logger   *slog.Logger
}

// NewInbound makes an Inbound that answers through sender where an answer
// comes after the acknowledgement.
func NewInbound(o InboundOptions, handler Handler, sender *Sender, logger *slog.Logger) (*Inbound, error) {
	if o.Team == "" {
		return nil, errors.New("the id of the Slack workspace is missing")
	}
	if o.People == nil {
		return nil, errors.New("it is missing who tells who somebody is")
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
		team: o.Team, botUser: o.BotUser, verbs: verbs, help: o.Commands["deploy"] + " help",
		handler: guardedHandler{handler, logger}, forms: o.Forms, drawn: &openForms{byID: map[string]*openForm{}}, turnover: turnover, sender: sender, people: o.People, repeats: newRepeats(), homes: &homes{drawn: map[string]drawnHome{}}, logger: logger,
	}, nil
}

// serve does what Slack asks for, unless that was done already, and says what to
// answer.
func (in *Inbound) serve(ctx context.Context, r request) reply {
	id := r.id()
	if id == "" {
		return in.answer(ctx, r)
	}
	return in.repeats.once(ctx, id, time.Now(), func() reply { return in.answer(ctx, r) })
}

func (in *Inbound) answer(ctx context.Context, r request) reply {
	switch r := r.(type) {
	case command:
		return in.typed(ctx, r)
	case action:
		return in.pressed(ctx, r)
	case opening:
		return in.opens(ctx, r)
	case shortcut:
		return in.around(ctx, r)
	case submission:
		return in.submitted(ctx, r)
	case suggestion:
		return in.suggested(ctx, r)
	case choice:
		return in.chosen(ctx, r)
	case mention:
		return in.mentioned(ctx, r)
	case turnover:
		return in.turnedOver(ctx, r)
	case opened:
		return in.homeOpened(ctx, r)
	case moved:
		return in.channelMoved(ctx, r)
	case challenge:
		return reply{body: map[string]string{"challenge": r.text}}
	case nothing:
		return ok()
	}
	return bad()
}

// Close waits for the answers that are still to be sent. Nothing may come in any
// more by then.
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

// follow tells a person what comes behind the answer to a command. It is found out at
// once, and told when the request is over, so that it comes second.
func (in *Inbound) follow(ctx context.Context, to bot.Reply, first bot.Answer) {
	if first == nil {
		return
	}
	in.later.Go(func() {
		later, cancel := context.WithTimeout(context.WithoutCancel(ctx), laterWithin)
		defer cancel()
		err := guard.Do(func() error {
			next := in.handler.Follow(later, first)
			if next == nil {
				return nil
			}
			<-ctx.Done() // every request ends
			settle := time.NewTimer(answerOnItsWay)
			defer settle.Stop()
			select {
			case <-settle.C:
			case <-later.Done():
			}
			return in.sender.tell(later, to, blocks.Answer(next))
		})
		if err != nil {
			in.logger.ErrorContext(later, "a person could not be told what follows an answer", slog.Any("to", to), slog.Any("error", err))
		}
	})
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
