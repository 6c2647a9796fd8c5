package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// screen writes what happens in the simulated workspace to the terminal:
// a new message whole, an edited one as the lines that changed.
type screen struct {
	out    io.Writer
	slack  *slacksim.Server
	cancel func()
	done   sync.WaitGroup
	heard  func(words string) // who else hears the narrator; nil: nobody

	mu    sync.Mutex
	shown map[string][]string // the lines of each message as they were last shown
	last  time.Time           // when something was last written
}

// breath is how long nothing must happen before the next scene begins.
const breath = 700 * time.Millisecond

// waitForCards waits until what a scene set going has been shown.
func (s *screen) waitForCards(ctx context.Context) {
	tick := time.NewTicker(breath / 5)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		quiet := time.Since(s.last) > breath
		s.mu.Unlock()
		if quiet {
			return
		}
	}
}

func newScreen(out io.Writer, slack *slacksim.Server) *screen {
	changes, cancel := slack.Subscribe()
	s := &screen{out: out, slack: slack, cancel: cancel, shown: map[string][]string{}}
	s.done.Go(func() {
		for change := range changes {
			s.show(change)
		}
	})
	return s
}

func (s *screen) close() {
	s.cancel()
	s.done.Wait()
}

// say writes the narrator's words.
func (s *screen) say(format string, args ...any) {
	words := fmt.Sprintf(format, args...)
	if s.heard != nil {
		s.heard(words)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(s.out, "\n── %s\n", words)
}

func (s *screen) show(c slacksim.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.Kind {
	case slacksim.ChangePosted:
		s.write(s.place(c), lines(c.Text))
	case slacksim.ChangeEdited:
		changed := newLines(s.shown[c.Channel+c.TS], lines(c.Text))
		if len(changed) > 0 {
			s.write(s.place(c)+", the card changes", changed)
		}
	case slacksim.ChangeEphemeral:
		s.write("only "+s.name(c.User)+" sees", lines(c.Text))
	case slacksim.ChangeTyped:
		s.write(s.name(c.User)+" types", lines(c.Text))
	case slacksim.ChangePressed:
		s.write(s.name(c.User)+" presses", lines(c.Text))
	case slacksim.ChangeSubmitted, slacksim.ChangeDeleted, slacksim.ChangeReaction,
		slacksim.ChangeView, slacksim.ChangeClosed, slacksim.ChangeHome:
		return
	}
	s.shown[c.Channel+c.TS] = lines(c.Text)
}

func (s *screen) write(head string, text []string) {
	s.last = time.Now()
	_, _ = fmt.Fprintf(s.out, "\n%s\n", head)
	for _, line := range text {
		_, _ = fmt.Fprintf(s.out, "  │ %s\n", line)
	}
}

func (s *screen) place(c slacksim.Change) string {
	place := map[string]string{deploys: "#deploys", alerts: "#alerts"}[c.Channel]
	if place == "" {
		place = "direct message"
	}
	if c.ThreadTS != "" && c.ThreadTS != c.TS {
		place += ", in the thread"
	}
	return place
}

func (s *screen) name(id string) string {
	for _, p := range people() {
		if p.ID == id {
			return p.Name
		}
	}
	return ""
}

func lines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

// newLines are the lines of now that were not in before, without the line of
// times, which grows with every change.
func newLines(before, now []string) []string {
	var changed []string
	for _, line := range now {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "· asked") && !slices.Contains(before, line) {
			changed = append(changed, line)
		}
	}
	return changed
}
