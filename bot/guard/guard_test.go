package guard_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/guard"
)

func breaks() { panic("out of order") }

// TestPromise6_APanicIsCarriedToWhoeverWaits: none of the ways to spread work
// ends the program, and the stack is that of where it happened.
func TestPromise6_APanicIsCarriedToWhoeverWaits(t *testing.T) {
	t.Parallel()
	for name, work := range map[string]func() error{
		"here": func() error { breaks(); return nil },
		"in a group": func() error {
			var g guard.Group
			g.Go(func() error { breaks(); return nil })
			return g.Wait()
		},
		"in a group with a context": func() error {
			g, ctx := guard.WithContext(t.Context())
			g.Go(func() error { <-ctx.Done(); return nil }) // the panic ends the context
			g.Go(func() error { breaks(); return nil })
			return g.Wait()
		},
		"in a group of waiters": func() error {
			var g guard.WaitGroup
			g.Go(func() {})
			g.Go(breaks)
			g.Wait()
			return nil
		},
		"in a group within a group": func() error {
			var g guard.Group
			g.Go(func() error {
				var inner guard.WaitGroup
				inner.Go(breaks)
				inner.Wait()
				return nil
			})
			return g.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := guard.Do(work)
			var p *guard.PanicError
			if !errors.As(err, &p) || !strings.Contains(err.Error(), "out of order") || !strings.Contains(guard.Stack(err), "breaks") {
				t.Errorf("Do = %v, with the stack %s", err, guard.Stack(err))
			}
		})
	}
}

// TestErrorsPass: what is no panic is what it was.
func TestErrorsPass(t *testing.T) {
	t.Parallel()
	want := errors.New("not today")
	g, ctx := guard.WithContext(t.Context())
	g.Go(func() error { return want })
	g.Go(func() error { <-ctx.Done(); return ctx.Err() })
	if err := g.Wait(); !errors.Is(err, want) || guard.Stack(err) != "" {
		t.Errorf("Wait = %v", err)
	}
	if err := guard.Do(func() error { return want }); !errors.Is(err, want) {
		t.Errorf("Do = %v", err)
	}
	quiet, ctx := guard.WithContext(t.Context())
	if err := quiet.Wait(); err != nil || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("Wait = %v, and its context %v", err, ctx.Err())
	}
}
