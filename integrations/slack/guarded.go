package slack

import (
	"context"
	"log/slog"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// guardedHandler makes an error of a panic, so that whoever typed or clicked
// reads that it is not confirmed.
type guardedHandler struct {
	handler Handler
	logger  *slog.Logger
}

// Command takes a command.
func (g guardedHandler) Command(ctx context.Context, in bot.Invocation) (answer bot.Answer, err error) {
	err = guard.Do(func() (err error) { answer, err = g.handler.Command(ctx, in); return err })
	g.log(ctx, "a command panicked", err)
	return answer, err
}

// Follow finds out what comes behind an answer. Whoever reads it has an answer already,
// so that a panic says nothing more.
func (g guardedHandler) Follow(ctx context.Context, first bot.Answer) (next bot.Answer) {
	err := guard.Do(func() error { next = g.handler.Follow(ctx, first); return nil })
	g.log(ctx, "what follows an answer panicked", err)
	return next
}

// Click takes a click.
func (g guardedHandler) Click(ctx context.Context, c bot.Click) (answer bot.Answer, err error) {
	err = guard.Do(func() (err error) { answer, err = g.handler.Click(ctx, c); return err })
	g.log(ctx, "a click panicked", err)
	return answer, err
}

// Submit takes what somebody entered in a form.
func (g guardedHandler) Submit(ctx context.Context, s bot.Submission) (answer bot.Answer, err error) {
	err = guard.Do(func() (err error) { answer, err = g.handler.Submit(ctx, s); return err })
	g.log(ctx, "a form panicked", err)
	return answer, err
}

func (g guardedHandler) log(ctx context.Context, what string, err error) {
	if stack := guard.Stack(err); stack != "" {
		g.logger.ErrorContext(ctx, what, slog.Any("error", err), slog.String("stack", stack)) //nolint:sloglint // each caller's text is fixed
	}
}
