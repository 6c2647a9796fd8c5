// Package guard keeps a panic from costing more than the work it happened in.
//
// A fault in the code that one release meets, such as a pointer to nothing in a
// record that somebody edited, must not end the process that holds all the
// others. So whoever begins a piece of work that stands for itself (a step of a
// release, a card, a request, a round of a loop in the background) calls [Do],
// and decides what becomes of that one piece.
//
// A panic in a goroutine ends the program, whoever recovers elsewhere. So work
// that is spread over goroutines uses [Group] and [WaitGroup] in place of those
// of errgroup and sync: they carry the panic, with the stack of where it
// happened, to whoever waits.
//
// What it does not do: hide a panic. It is returned or goes on, and belongs into
// the log with its stack.
package guard

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/errgroup"
)

// PanicError is a panic that was recovered.
type PanicError struct {
	value any
	stack string // of where it happened
}

// Error says what the panic said, without the stack.
func (p *PanicError) Error() string { return fmt.Sprintf("a panic: %v", p.value) }

// Do calls f and returns its error, which is a *PanicError if f panicked.
func Do(f func() error) (err error) {
	defer func() {
		switch value := recover().(type) {
		case nil:
		case *PanicError: // carried here from a goroutine
			err = value
		default:
			err = &PanicError{value: value, stack: string(debug.Stack())}
		}
	}()
	return f()
}

// Stack is the stack of the panic in err's chain, empty if there is none.
func Stack(err error) string {
	if p, ok := errors.AsType[*PanicError](err); ok {
		return p.stack
	}
	return ""
}

// Group is an errgroup.Group that carries a panic to whoever waits.
type Group struct {
	group  errgroup.Group
	cancel context.CancelFunc
	caught caught
}

// WithContext makes a group whose context ends with the first error or panic, or
// when the group is waited for.
func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{cancel: cancel}, ctx
}

// SetLimit bounds how many run at once.
func (g *Group) SetLimit(n int) { g.group.SetLimit(n) }

// Go calls f in a goroutine.
func (g *Group) Go(f func() error) {
	g.group.Go(func() error {
		err := g.caught.do(f)
		if err != nil && g.cancel != nil {
			g.cancel()
		}
		return err
	})
}

// Wait waits for all of them and returns the first error. It panics if one of
// them did.
func (g *Group) Wait() error {
	err := g.group.Wait()
	if g.cancel != nil {
		g.cancel()
	}
	g.caught.again()
	return err
}

// WaitGroup is a sync.WaitGroup that carries a panic to whoever waits.
type WaitGroup struct {
	group  sync.WaitGroup
	caught caught
}

// Go calls f in a goroutine.
func (g *WaitGroup) Go(f func()) {
	g.group.Go(func() { _ = g.caught.do(func() error { f(); return nil }) }) // an error is a panic, which is kept
}

// Wait waits for all of them. It panics if one of them did.
func (g *WaitGroup) Wait() {
	g.group.Wait()
	g.caught.again()
}

// Each calls f with 0 to n-1, next to each other, and waits for all of them. It
// panics if one of them did.
func Each(n int, f func(i int)) {
	var g WaitGroup
	for i := range n {
		g.Go(func() { f(i) })
	}
	g.Wait()
}

// caught keeps the first panic.
type caught struct {
	mu    sync.Mutex
	first *PanicError
}

func (c *caught) do(f func() error) error {
	err := Do(f)
	if p, ok := errors.AsType[*PanicError](err); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.first == nil {
			c.first = p
		}
	}
	return err
}

func (c *caught) again() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first != nil {
		panic(c.first)
	}
}
