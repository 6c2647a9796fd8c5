package slacksim

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Call is one call of the Web API or of a response_url ("response_url" as its
// method). Status is 0 where the connection was cut.
type Call struct {
	Method     string        `json:"method"`
	Channel    string        `json:"channel"`
	TS         string        `json:"ts"`
	ThreadTS   string        `json:"thread_ts"`
	At         time.Time     `json:"at"`
	Status     int           `json:"status"`
	Error      string        `json:"error"`
	RetryAfter time.Duration `json:"retry_after"`
}

// Sent is one thing that the bot sent: the arguments of a call of the Web API, or a
// body that was posted to a response_url ("response_url" as its method), or by which
// it answered what Slack sent (then the method is where that was sent).
type Sent struct {
	Method string            `json:"method"`
	Args   map[string]string `json:"args,omitempty"`
	Body   string            `json:"body,omitempty"`
}

// Calls gives all calls so far, the oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Count says how often a method was called.
func (s *Server) Count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c.Method == method {
			n++
		}
	}
	return n
}

// ChangeKind says what happened.
type ChangeKind string

// What can happen in a workspace.
const (
	ChangeTyped     ChangeKind = "typed"     // a person typed a command; nobody else sees it
	ChangePressed   ChangeKind = "pressed"   // a person pressed a button
	ChangeSubmitted ChangeKind = "submitted" // a person submitted a modal
	ChangePosted    ChangeKind = "posted"
	ChangeEdited    ChangeKind = "edited"
	ChangeDeleted   ChangeKind = "deleted"
	ChangeEphemeral ChangeKind = "ephemeral"
	ChangeReaction  ChangeKind = "reaction"
	ChangeView      ChangeKind = "view"        // a modal opened or changed
	ChangeClosed    ChangeKind = "view_closed" // all modals of the person are closed
	ChangeHome      ChangeKind = "home"
)

// Change is one thing that happened. Text is how it looks to a person, as
// [RenderMessage] has it.
type Change struct {
	Kind     ChangeKind
	At       time.Time
	Channel  string
	User     string // who wrote it; for ephemerals and views, who alone sees it
	TS       string
	ThreadTS string
	Text     string
}

// note records a change and wakes all who wait. The caller holds mu.
func (s *Server) note(c Change) {
	c.At = s.now()
	s.changes = append(s.changes, c)
	s.wake()
}

// Subscribe gives every change from now on, in order; none is lost, however
// slow the reader. The channel is closed after cancel was called.
func (s *Server) Subscribe() (<-chan Change, func()) {
	s.mu.Lock()
	next := len(s.changes)
	s.mu.Unlock()
	out, done := make(chan Change), make(chan struct{})
	go func() {
		defer close(out)
		for {
			s.mu.Lock()
			news, changed := s.changes[next:], s.changed
			s.mu.Unlock()
			for _, c := range news {
				select {
				case out <- c:
					next++
				case <-done:
					return
				}
			}
			if len(news) > 0 {
				continue
			}
			select {
			case <-changed:
			case <-done:
				return
			}
		}
	}()
	var once sync.Once
	return out, func() { once.Do(func() { close(done) }) }
}

// Until returns as soon as the condition holds, or with the context's error.
// The condition is asked again at every change of the workspace; it may call
// all methods of the Server.
func (s *Server) Until(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if holds() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for the workspace: %w", ctx.Err())
		}
	}
}

// WaitFor waits until the transcript of a channel matches a regular
// expression, and gives the transcript. If it never does, the error says what
// the channel shows instead.
func (s *Server) WaitFor(ctx context.Context, channel, pattern string) (string, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return "", fmt.Errorf("pattern to wait for: %w", err)
	}
	var shown string
	err = s.Until(ctx, func() bool {
		shown = s.Transcript(channel)
		return re.MatchString(shown)
	})
	if err != nil {
		return shown, fmt.Errorf("%q is not to be seen: %w; %s shows:\n%s", pattern, err, channel, strings.TrimSpace(shown))
	}
	return shown, nil
}
