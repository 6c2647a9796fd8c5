package main

import (
	"context"
	"errors"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// examineAll bounds all of doctor's checks together, examineOne each of them, and
	// examinePart each of the questions that one of them asks side by side.
	examineAll  = 40 * time.Second
	examineOne  = 12 * time.Second
	examinePart = 8 * time.Second
	// examineAtOnce is how many questions of an area are asked next to each other.
	examineAtOnce = 8
	// grace is how much longer than its time a question may take to notice that it is
	// over.
	grace = time.Second
)

// examine carries out every check, and adds what it finds to what was found before.
// What one of them meets stops no other. The time of all of them ends within the areas:
// what was found there by then is not lost, and what was not looked at is named.
func examine(ctx context.Context, declared *catalog.Catalog, found []doctor.Finding) []doctor.Finding {
	within, cancel := context.WithTimeout(ctx, examineAll)
	defer cancel()
	area := func(name string, look func(context.Context, *catalog.Catalog) []doctor.Finding) check {
		return check{name: name, run: func(context.Context) []doctor.Finding { return look(within, declared) }}
	}
	return append(found, atOnce(ctx, []check{
		area("slack-token", slackFindings),
		area("github-token", githubFindings),
		area("redis", redisFindings),
		area("probes", probeFindings),
		area("world", worldFindings),
		area("webhooks", hookFindings),
	}, examineAll+3*grace)...)
}

// check is one thing to be looked at.
type check struct {
	// name is that of the check, and of what is looked at, where there are several.
	name, of string
	run      func(context.Context) []doctor.Finding
}

// each carries out checks that each ask one question.
func each(ctx context.Context, checks []check) []doctor.Finding {
	return atOnce(ctx, checks, examineOne)
}

// atOnce carries out checks side by side and gives what they found in their order.
// One that takes longer than it may, or breaks down, is a finding itself.
func atOnce(ctx context.Context, checks []check, longest time.Duration) []doctor.Finding {
	answers := answered(ctx, len(checks), longest, func(ctx context.Context, i int) ([]doctor.Finding, error) {
		return checks[i].run(ctx), nil
	})
	var all []doctor.Finding
	for i, a := range answers {
		switch c := checks[i]; {
		case a.err == nil:
			all = append(all, a.value...)
		case errors.Is(a.err, errOverdue):
			all = append(all, doctor.Overdue(c.name, c.of))
		default:
			all = append(all, doctor.Broken(c.name, c.of))
		}
	}
	return all
}

// reply is what one question came to.
type reply[T any] struct {
	value T
	err   error
}

// errOverdue is that a question was not answered in its time.
var errOverdue = &bot.Error{Kind: bot.Unavailable, Op: "look", Says: "it did not answer in time", Mend: "Run slipway doctor again."}

// answered asks n questions, some of them side by side, and gives the answers in their
// order. None takes longer than it may, and none is begun once the time of all is over.
// One that overruns is left alone: what it still finds reaches nobody.
func answered[T any](ctx context.Context, n int, longest time.Duration, ask func(context.Context, int) (T, error)) []reply[T] {
	replies := make([]reply[T], n)
	var g guard.Group
	g.SetLimit(examineAtOnce)
	for i := range n {
		g.Go(func() error {
			replies[i] = bounded(ctx, longest, func(ctx context.Context) (T, error) { return ask(ctx, i) })
			return nil
		})
	}
	_ = g.Wait() // none of them returns an error
	return replies
}

// bounded asks one question. An answer comes over a channel alone, so that one which
// comes too late changes nothing that somebody else reads.
func bounded[T any](ctx context.Context, longest time.Duration, ask func(context.Context) (T, error)) reply[T] {
	if ctx.Err() != nil {
		return reply[T]{err: errOverdue}
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	done := make(chan reply[T], 1)
	go func() {
		var a reply[T]
		a.err = guard.Do(func() (err error) {
			a.value, err = ask(ctx)
			return err
		})
		done <- a
	}()
	select {
	case a := <-done:
		return a
	case <-ctx.Done():
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case a := <-done:
		return a
	case <-late.C:
		return reply[T]{err: errOverdue}
	}
}
