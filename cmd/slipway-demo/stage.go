package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// storyTimeout is how long the story may take.
const storyTimeout = 3 * time.Minute

// stage holds the world that is played in, the story that is told in it, and puts
// a fresh one in its place when somebody begins again.
type stage struct {
	program string
	anew    sync.Mutex // one begins again at a time

	mu      sync.Mutex
	world   *world
	number  int // of the world
	stop    context.CancelFunc
	told    chan struct{} // closed when the story has ended, well or not
	words   string        // what the narrator said last
	touched bool          // somebody plays on the page
}

func newStage(ctx context.Context, program string) (*stage, error) {
	w, err := newWorld(ctx, program)
	if err != nil {
		return nil, fmt.Errorf("prepare the demo: %w", err)
	}
	return &stage{program: program, world: w, number: 1, stop: func() {}}, nil
}

// now is the world that is played in.
func (s *stage) now() (w *world, number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world, s.number
}

// tell tells the story on the terminal. It ends early, and without an error, when
// somebody takes over on the page.
func (s *stage) tell(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, storyTimeout)
	defer cancel()
	told := make(chan struct{})
	defer close(told)
	s.mu.Lock()
	w, touched := s.world, s.touched
	s.stop, s.told = cancel, told
	s.mu.Unlock()
	if touched {
		return nil
	}
	screen := newScreen(out, w.slack)
	defer screen.close()
	screen.heard = s.narrate
	err := play(ctx, w, screen)
	switch {
	case s.used():
		screen.say("Somebody plays on the page now, so the story ends here.")
		return nil
	case err != nil:
		return fmt.Errorf("the demo stopped: %w\n%s", err, w.slipway().lastWords())
	}
	return nil
}

func (s *stage) narrate(words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = words
}

// use ends the story, since somebody plays on the page, and gives the world.
func (s *stage) use() *world {
	s.mu.Lock()
	s.touched = true
	stop, told := s.stop, s.told
	s.mu.Unlock()
	stop()
	if told != nil {
		<-told
	}
	w, _ := s.now()
	return w
}

// used says whether somebody plays on the page.
func (s *stage) used() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.touched
}

// restart puts a fresh world in place of the one that was played in, with
// something live already.
func (s *stage) restart(ctx context.Context) error {
	s.anew.Lock()
	defer s.anew.Unlock()
	old := s.use()
	fresh, err := newWorld(ctx, s.program)
	if err != nil {
		return fmt.Errorf("begin anew: %w", err)
	}
	if err := prologue(ctx, fresh); err != nil {
		fresh.close()
		return fmt.Errorf("begin anew: %w", err)
	}
	s.mu.Lock()
	s.world = fresh
	s.number++
	s.mu.Unlock()
	old.slipway().kill()
	old.close()
	return nil
}

func (s *stage) close() {
	w, _ := s.now()
	w.close()
}

// storyLook is what the page shows of the story.
type storyLook struct {
	World   int    `json:"world"`
	Playing bool   `json:"playing"`
	Words   string `json:"words"`
}

func (s *stage) look() storyLook {
	s.mu.Lock()
	defer s.mu.Unlock()
	look := storyLook{World: s.number, Words: s.words}
	if s.told != nil && !s.touched {
		select {
		case <-s.told:
		default:
			look.Playing = true
		}
	}
	return look
}
