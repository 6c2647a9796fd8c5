//go:build faults

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/state"
)

// sweepCase is one run of the story.
type sweepCase struct {
	story    sweepStory
	target   boundary // where a process is struck; the zero value: nowhere
	replicas int      // with 1 a fresh process is started after the kill, with 2 the other goes on
	lag      time.Duration
	pause    time.Duration // for how long the process is stopped; 0: it is killed
}

func (c sweepCase) String() string {
	strike := "killed"
	if c.pause > 0 {
		strike = "paused for " + c.pause.String()
	}
	return fmt.Sprintf("%s: %s %s, replicas %d, lag %s", c.story.name, strike, c.target, c.replicas, c.lag)
}

// settle is how long a new run may stay unlisted, as configured for a lag.
func (c sweepCase) settle() time.Duration { return c.lag + 2*time.Second }

// expected are the ERRORs that belong to a pause, which is longer than any deadline; and
// where slipway connects to Slack to the crowd of worlds too: Slack has its answer there
// within a second, so Redis is waited for less long.
func (c sweepCase) expected() []*regexp.Regexp {
	if c.pause == 0 && !inSocketMode() {
		return nil
	}
	return []*regexp.Regexp{regexp.MustCompile(redisAway)}
}

// sweepWorld is the rig of one run of the story, with processes of which each
// stands behind doors of its own.
type sweepWorld struct {
	*rig
	c                   sweepCase
	watch               *watch
	words               *redisWords
	store               *state.Store
	direct              *redis.Client
	slackURL, githubURL string // the doors before the simulators

	mu        sync.Mutex
	processes map[int]*process
	born      int
	closing   bool
	failed    error // a process did not start, or said what it must not
	logs      []string

	asleep   int // processes that are paused
	lookedAt time.Time
	unknowns map[string]int // how often a person had to say what happened
}

// process is one slipway.
type process struct {
	*program
	number int
	door   net.Listener
	where  string // the address at which it is spoken to
}

func newSweepWorld(tb testing.TB, c sweepCase, words *redisWords) (*sweepWorld, error) {
	tb.Helper()
	env := &testscript.Env{WorkDir: tb.TempDir()}
	r, err := newRig(env, nil)
	for tries := 1; err != nil && tries < 3; tries++ {
		// Its port was free a moment ago and is taken by now.
		r, err = newRig(env, nil)
	}
	if err != nil {
		return nil, err
	}
	w := &sweepWorld{rig: r, c: c, words: words.forServer(), processes: map[int]*process{}, unknowns: map[string]int{}}
	w.watch = newWatch(c.target, w.strike)
	w.slackURL, w.githubURL = r.serve(door(w.watch, slackLabel, r.slack)), r.serve(door(w.watch, githubLabel, r.github))
	r.slack.SetURL(w.slackURL)
	r.github.SetLag(c.lag)
	if err := w.configure(); err != nil {
		return nil, err
	}
	w.store, err = state.Open(tb.Context(), state.Options{URL: env.Getenv("REDIS_URL")}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	w.direct = redis.NewClient(&redis.Options{Addr: r.redisAddr})
	// This server is never killed, and a log on the disk slows many down.
	if err := w.direct.ConfigSet(tb.Context(), "appendonly", "no").Err(); err != nil {
		return nil, err
	}
	if err := w.poison(tb.Context()); err != nil {
		return nil, err
	}
	for range c.replicas {
		if err := w.start(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// poison plants what must trouble nobody: odd items in Redis, beside the
// releases of the story, and runs that somebody named by hand.
func (w *sweepWorld) poison(ctx context.Context) error {
	err := errors.Join(plantPoison(ctx, w.direct, "api"),
		startByHand(ctx, w.env.Getenv, "api-99999999999.poisoned"), startByHand(ctx, w.env.Getenv, "api-p1.poisoned"))
	for _, run := range w.github.Runs() {
		// They would hold their concurrency group. No job of them began, or every
		// deploy would ask about what they did.
		err = errors.Join(err, w.github.FinishRun(run.ID, "cancelled"))
	}
	return err
}

func (w *sweepWorld) configure() error {
	path := filepath.Join(w.dir, "default.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text = append(text, w.c.story.services...)
	changed := strings.NewReplacer("settle: 2s", "settle: "+w.c.settle().String(), "every: 200ms", "every: 500ms").Replace(string(text))
	return os.WriteFile(path, []byte(connected(changed)), 0o600)
}

// start begins another process.
func (w *sweepWorld) start() error {
	binary, err := slipwayBinary()
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closing {
		return l.Close()
	}
	w.born++
	n := strconv.Itoa(w.born)
	go (&redisDoor{watch: w.watch, process: w.born, server: w.redisAddr, words: w.words}).serve(l)
	started, err := launch(binary, w.dir, append(slices.Clone(w.env.Vars),
		"SLACK_URL="+w.slackURL+"/"+n+"/api/", "GITHUB_URL="+w.githubURL+"/"+n+"/", "REDIS_URL=redis://"+l.Addr().String()+"/0"), "default.yaml")
	if err != nil {
		return err
	}
	p := &process{program: started, number: w.born, door: l}
	w.processes[p.number] = p
	go w.route(p)
	return nil
}

// route has Slack and GitHub speak to the first living process; where slipway connects
// to Slack, GitHub alone.
func (w *sweepWorld) route(p *process) {
	address, err := p.ready()
	if err != nil {
		return // it was killed, or its log says why
	}
	w.mu.Lock()
	p.where = address
	w.mu.Unlock()
	w.reroute()
}

func (w *sweepWorld) reroute() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := 1; n <= w.born; n++ {
		if p := w.processes[n]; p != nil && p.where != "" {
			w.slack.SetBotURL("http://" + p.where)
			w.github.SetHook("http://"+p.where+"/github/webhooks", hookSecret)
			return
		}
	}
}

// strike is what happens to the process that comes to the boundary.
func (w *sweepWorld) strike(number int) (alive bool) {
	if w.c.pause == 0 {
		w.kill(number)
		return false
	}
	w.pause(number)
	return true
}

// pause stops a process for a while, as a machine does that swaps or is moved.
// It knows nothing of it afterwards; meanwhile Slack and GitHub speak to
// another one, if there is any.
func (w *sweepWorld) pause(number int) {
	w.mu.Lock()
	p := w.processes[number]
	if p == nil || p.command.Process.Signal(syscall.SIGSTOP) != nil {
		w.mu.Unlock()
		return
	}
	where := p.where
	p.where = ""
	w.asleep++
	w.mu.Unlock()
	w.reroute()
	time.AfterFunc(w.c.pause, func() {
		_ = p.command.Process.Signal(syscall.SIGCONT) // it may have been ended meanwhile
		w.mu.Lock()
		p.where = where
		w.asleep--
		w.mu.Unlock()
		w.reroute()
	})
}

// awake waits until no process is paused any more, and then for a while in which
// one that has just woken would do what it must not.
func (w *sweepWorld) awake() error {
	err := w.until("all are awake", func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.asleep > 0 {
			return fmt.Errorf("%d processes are paused", w.asleep)
		}
		return nil
	})
	if err == nil && w.c.pause > 0 {
		time.Sleep(3 * time.Second) // too short a look can only miss a fault
		err = w.comesToRest()
	}
	return err
}

// kill ends a process as a power cut would, and starts a fresh one if there is
// no other.
func (w *sweepWorld) kill(number int) {
	w.mu.Lock()
	p := w.processes[number]
	delete(w.processes, number)
	w.mu.Unlock()
	if p == nil {
		return
	}
	w.end(p)
	if w.c.replicas > 1 {
		w.reroute()
		return
	}
	if err := w.start(); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.failed = fmt.Errorf("start a fresh process: %w", err)
	}
}

func (w *sweepWorld) end(p *process) {
	p.kill()
	_ = p.door.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	if wrong := p.misdeeds(append(w.c.expected(), poisonSaid())); len(wrong) > 0 {
		w.failed = fmt.Errorf("process %d: %s\nIts log:\n%s", p.number, strings.Join(wrong, "\n"), p.log)
	}
	w.logs = append(w.logs, p.log.String())
}

func (w *sweepWorld) close() error {
	w.watch.disarm()
	w.mu.Lock()
	w.closing = true
	living := w.processes
	w.processes = map[int]*process{}
	w.mu.Unlock()
	for _, p := range living {
		w.end(p)
	}
	err := errors.Join(w.store.Close(), w.direct.Close())
	w.rig.close()
	w.mu.Lock()
	defer w.mu.Unlock()
	return errors.Join(err, w.failed)
}
