//go:build faults

package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// sweepAtOnce is how many worlds there are at once; mostly they wait for a
	// lease to run out.
	sweepAtOnce = 24
	// missable is which part of the points may not be met: where the time
	// decides, such as how often a claim is made, runs differ.
	missable = 0.1
	// undisturbedRuns are how many undisturbed runs tell which effects the story
	// has; what only some of them come to is of the clock.
	undisturbedRuns = 3
)

// swept is what came of one run of the story.
type swept struct {
	c          sweepCase
	effects    []boundary
	met        bool
	dispatches map[string]int
	unknowns   int // releases of which a person had to say what happened
	took       time.Duration
	late       error    // the story did not come to its end in time
	faults     []string // what no machine's slowness explains
	logs       []string
}

// sweepPause is for how long a process is paused, right before what must happen
// once: longer than any lease, settle time or intent.
const sweepPause = 30 * time.Second

// TestPromise1_CrashSweep kills slipway at every boundary of its effects on
// Redis, GitHub and Slack, while a release is deployed with an approval, found
// not to be well and taken back, and while two services go together; and holds
// it to its promises: each release is dispatched exactly once, nothing that was
// acknowledged is lost, and everybody sees one card and one summary. Between an
// intent and what it is for, slipway is not only killed but also paused: then
// others go on, and it must not do it when it wakes.
//
// The points are those that every undisturbed run of a story comes to, so a new
// effect is swept without being listed anywhere. Of an effect that comes often,
// such as a claim, only the first few are swept; with SWEEP_ALL set all of them
// are. SWEEP_ONLY sweeps those alone whose names contain it.
func TestPromise1_CrashSweep(t *testing.T) {
	t.Parallel()
	needRedis(t)
	if testing.Short() {
		t.Skip("the sweep takes minutes")
	}
	words := sweepWords(t)
	for _, story := range []sweepStory{deployAndBack(), togetherAndBack()} {
		effects := undisturbed(t, story, words)
		if t.Failed() {
			return
		}
		results := sweepAll(t, sweepCases(story, effects), words)
		playLateAgain(t, results, words)
		for _, s := range results {
			failOn(t, s)
		}
		tally(t, story, effects[0], results)
	}
}

func sweepWords(tb testing.TB) *redisWords {
	tb.Helper()
	r := &rig{dir: tb.TempDir()}
	var err error
	if r.redisAddr, err = freeAddress(); err != nil {
		tb.Fatal(err)
	}
	if err := r.startRedis(); err != nil {
		tb.Fatal(err)
	}
	defer r.stopRedis(os.Kill)
	return newRedisWords(tb, r.redisAddr)
}

// undisturbed plays a story a few times without a kill, with runs that are listed at
// once and late, and tells the effects that each of the runs with one lag has.
func undisturbed(tb testing.TB, story sweepStory, words *redisWords) map[time.Duration][]boundary {
	tb.Helper()
	var cases []sweepCase
	for _, lag := range append([]time.Duration{0}, story.lags...) {
		cases = append(cases, slices.Repeat([]sweepCase{{story: story, replicas: 1, lag: lag}}, undisturbedRuns)...)
	}
	runs := sweepAll(tb, cases, words)
	effects := map[time.Duration][]boundary{}
	for same := range slices.Chunk(runs, undisturbedRuns) {
		effects[same[0].c.lag] = inEach(same)
	}
	for _, s := range runs {
		failOn(tb, s)
	}
	return effects
}

// sweepCases are the points and variants: every boundary, with one process and
// with two; and around the dispatch also with runs that are listed late.
func sweepCases(story sweepStory, effects map[time.Duration][]boundary) []sweepCase {
	cases := pausedCases(story, effects[0])
	for _, lag := range append([]time.Duration{0}, story.lags...) {
		dispatching := false
		for _, b := range effects[lag] {
			if strings.HasSuffix(b.label, " dispatching>dispatching") {
				dispatching = true
			}
			often := ofTheClock(b) || b.nth > story.repeats && os.Getenv("SWEEP_ALL") == ""
			if (lag == 0 || dispatching) && !often {
				cases = append(cases, variants(sweepCase{story: story, target: b, lag: lag})...)
			}
			if strings.HasSuffix(b.label, " dispatching>running") {
				dispatching = false
			}
		}
	}
	only := os.Getenv("SWEEP_ONLY")
	cases = slices.DeleteFunc(cases, func(c sweepCase) bool { return !strings.Contains(c.String(), only) })
	// Those that take longest first.
	slices.SortStableFunc(cases, func(a, b sweepCase) int { return int(b.lag + b.pause - a.lag - a.pause) })
	return cases
}

// variants are a kill right before an effect and one right after it, of each number of
// processes.
func variants(c sweepCase) []sweepCase {
	var cases []sweepCase
	for _, c.target.after = range []bool{false, true} {
		for c.replicas = 1; c.replicas <= c.story.replicas; c.replicas++ {
			cases = append(cases, c)
		}
	}
	return cases
}

var (
	poisoned = regexp.MustCompile(`poison|set strange|messages:api( |$)`)
	periodic = regexp.MustCompile(`^redis (epoch|set compared|hdel troubles no_alerts)`)
)

// ofTheClock says that when an effect comes depends on nothing in the story: those about
// the odd items that are planted beside it, and from the second time on those of what is
// looked at now and then.
func ofTheClock(b boundary) bool {
	return poisoned.MatchString(b.label) || b.nth > 1 && periodic.MatchString(b.label)
}

// pausedCases are the points between an intent and what it is for: from the
// answer to the move that stores the intent to the request that starts a
// workflow, and from the intent to post a card to its post.
func pausedCases(story sweepStory, effects []boundary) []sweepCase {
	var cases []sweepCase
	add := func(b boundary) {
		for replicas := 1; replicas <= story.replicas; replicas++ {
			cases = append(cases, sweepCase{story: story, target: b, replicas: replicas, pause: sweepPause})
		}
	}
	var since []boundary // the last intent
	for _, b := range effects {
		after := boundary{label: b.label, nth: b.nth, after: true}
		switch {
		case strings.HasSuffix(b.label, " dispatching>dispatching"):
			since = []boundary{after}
		case strings.HasSuffix(b.label, "/dispatches"):
			for _, b := range since {
				add(b)
			}
			since = nil
		case len(since) > 0 && strings.HasPrefix(b.label, "redis "):
			since = append(since, b, after)
		}
		if strings.HasPrefix(b.label, "redis message ") && strings.HasSuffix(b.label, " card") && b.nth == 1 {
			add(after)
		}
	}
	return cases
}

func sweepAll(tb testing.TB, cases []sweepCase, words *redisWords) []swept {
	tb.Helper()
	results := make([]swept, len(cases))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range sweepAtOnce {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(cases) {
					return
				}
				results[i] = sweep(tb, cases[i], words)
			}
		})
	}
	workers.Wait()
	return results
}

func sweep(tb testing.TB, c sweepCase, words *redisWords) (s swept) {
	tb.Helper()
	began := time.Now()
	s.c = c
	w, err := newSweepWorld(tb, c, words)
	if err != nil {
		s.faults = append(s.faults, err.Error())
		return s
	}
	switch err := w.play(); {
	case errors.Is(err, errLate):
		s.late = err
	case err != nil:
		s.faults = append(s.faults, err.Error())
	default:
		s.faults = append(s.faults, w.missing()...)
	}
	s.faults = append(s.faults, w.excess()...)
	s.effects, s.met = w.watch.seen()
	if err := w.close(); err != nil {
		s.faults = append(s.faults, err.Error())
	}
	s.dispatches = map[string]int{}
	for id, want := range c.story.dispatches {
		if want > 0 {
			s.dispatches[id] = w.dispatches(id)
		}
	}
	s.unknowns = len(w.unknowns)
	s.logs = append(w.logs, w.slack.Transcript("C0DEPLOYS"), w.slack.Transcript("C0ALERTS"))
	s.took = time.Since(began)
	return s
}

// playLateAgain plays what did not come to its end in time once more, alone. It does so
// in CI only, where the machine may be busy with something else, and for a few at most
// (scripts/gotest.sh does the same for whole tests); anything else that is wrong with a
// variant, such as a second dispatch, is never played again.
func playLateAgain(tb testing.TB, results []swept, words *redisWords) {
	tb.Helper()
	const atMost = 3
	var late []int
	for i, s := range results {
		if s.late != nil && len(s.faults) == 0 {
			late = append(late, i)
		}
	}
	if os.Getenv("CI") != "true" || len(late) > atMost {
		return
	}
	for _, i := range late {
		tb.Logf("late among the others, played again alone, look at it: %s: %v", results[i].c, results[i].late)
		results[i] = sweep(tb, results[i].c, words)
	}
}

// wrong is all that is held against one run.
func (s swept) wrong() []string {
	if s.late == nil {
		return s.faults
	}
	return append([]string{s.late.Error()}, s.faults...)
}

func failOn(tb testing.TB, s swept) {
	tb.Helper()
	if wrong := s.wrong(); len(wrong) > 0 {
		tb.Errorf("%s (%s):\n%s\n\nwhat was logged and shown:\n%s", s.c, s.took.Round(time.Millisecond),
			strings.Join(wrong, "\n"), strings.Join(s.logs, "\n---\n"))
	}
}

// inEach are the effects of the first run that the others had too.
func inEach(runs []swept) []boundary {
	effects := runs[0].effects
	for _, other := range runs[1:] {
		effects = slices.DeleteFunc(effects, func(b boundary) bool { return !slices.Contains(other.effects, b) })
	}
	return effects
}

func points(results []swept) int {
	different := map[boundary]bool{}
	for _, s := range results {
		different[s.c.target] = true
	}
	return len(different)
}

// tally prints what was swept.
func tally(tb testing.TB, story sweepStory, effects []boundary, results []swept) {
	tb.Helper()
	most, fewest, unknowns, lost := 0, 1, 0, 0
	var missed []string
	for _, s := range results {
		for _, n := range s.dispatches {
			most, fewest = max(most, n), min(fewest, n)
		}
		unknowns += s.unknowns
		if len(s.wrong()) > 0 {
			lost++
		}
		if !s.met {
			missed = append(missed, s.c.String())
		}
	}
	report := fmt.Sprintf("crash sweep of the story %q: %d effects, %d points, %d variants of them; dispatches per release: at most %d, in the end at least %d; "+
		"unknown until a person said: %d; losses and faults: %d; points not met: %d\n",
		story.name, len(effects), points(results), len(results), most, fewest, unknowns, lost, len(missed))
	tb.Log(report)
	for _, c := range missed {
		tb.Log("not met: " + c)
	}
	if float64(len(missed)) > missable*float64(len(results)) {
		tb.Errorf("%d of %d points were not met; the story differs too much from run to run", len(missed), len(results))
	}
	if path := os.Getenv("SWEEP_REPORT"); path != "" {
		if err := addTo(path, report); err != nil {
			tb.Error(err)
		}
	}
}

func addTo(path, text string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
