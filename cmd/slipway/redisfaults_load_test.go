//go:build faults

package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
	"github.com/slipwayhq/slipway/state"
)

// load is somebody who goes on typing deploys while things go wrong, and
// remembers what was acknowledged.
type load struct {
	f     *fleet
	stop  context.CancelFunc
	under sync.WaitGroup

	mu           sync.Mutex
	acknowledged []string
	unconfirmed  int
	retyped      []string // services and reasons of what was typed again, since nobody answered
}

// playRuns makes every run end well by itself after a moment.
func (f *fleet) playRuns(takes time.Duration) {
	for _, service := range f.services {
		f.github.Repo("acme/"+service).SetScript("deploy.yml", githubsim.Script{
			Jobs: []githubsim.JobScript{{Name: "deploy", Steps: []githubsim.StepScript{{Name: "Deploy", Takes: githubsim.Duration(takes)}}}},
		})
	}
}

// load types a deploy to staging of one service after the other, one and a half a
// second, until it is ended.
func (f *fleet) load() *load {
	ctx, stop := context.WithCancel(context.Background())
	l := &load{f: f, stop: stop}
	f.tb.Cleanup(func() { stop(); l.under.Wait() })
	l.under.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			service := f.services[n%len(f.services)]
			l.typed(f.typed( //nolint:contextcheck // a command that was typed is not taken back when the load ends
				"cleo", service, "/deploy", service+" main to staging --again --reason "+fmt.Sprintf("%q", fmt.Sprint("number ", n))))
			select {
			case <-ctx.Done():
			case <-time.After(700 * time.Millisecond):
			}
		}
	})
	return l
}

func (l *load) typed(shown string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id, ok := begun(shown); ok {
		l.acknowledged = append(l.acknowledged, id)
		return
	}
	l.unconfirmed++
	if !isUnconfirmed(shown) {
		l.f.tb.Errorf("a command was answered neither yes nor no: %q", shown)
	}
}

// count is how many commands were acknowledged by now.
func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acknowledged)
}

// tries is how many commands were answered by now, one way or the other.
func (l *load) tries() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acknowledged) + l.unconfirmed
}

// taken waits until so many more commands are acknowledged.
func (l *load) taken(more int) {
	l.f.tb.Helper()
	before := l.count()
	waitFor(l.f.tb, time.Minute, "commands are taken", func() error {
		if l.count() < before+more {
			return errStillNot
		}
		return nil
	})
}

// refused waits until one more person is told that nothing is confirmed.
func (l *load) refused() {
	l.f.tb.Helper()
	count := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.unconfirmed
	}
	before := count()
	waitFor(l.f.tb, time.Minute, "somebody is told that nothing is confirmed", func() error {
		if count() == before {
			return errStillNot
		}
		return nil
	})
}

// recovers waits until commands are acknowledged again and something more is
// started, of the service if one is named.
func (l *load) recovers(back time.Time, service ...string) {
	l.f.tb.Helper()
	before := dispatchesOf(l.f.github)
	l.taken(1)
	took := time.Since(back)
	waitFor(l.f.tb, 2*time.Minute, "work goes on", func() error {
		for id := range dispatchesOf(l.f.github) {
			if name, _ := bot.ServiceOf(id); before[id] == 0 && (len(service) == 0 || name == service[0]) {
				return nil
			}
		}
		return errStillNot
	})
	l.f.tb.Logf("commands were taken %s after Redis was back, and more was started after %s", took.Round(time.Millisecond), time.Since(back).Round(time.Millisecond))
	if late := time.Since(back) - fleetSettle; late > 10*time.Second {
		l.f.tb.Errorf("work went on %s after Redis was back and had settled, want 10s", late)
	}
}

// end stops typing and checks that nothing acknowledged was lost or doubled:
// each has ended well and was started exactly once.
func (l *load) end() {
	l.f.tb.Helper()
	l.stop()
	l.under.Wait()
	l.f.tb.Logf("%d commands were acknowledged, %d were not confirmed", len(l.acknowledged), l.unconfirmed)
	store := l.f.store()
	waitFor(l.f.tb, 3*time.Minute, "all that was acknowledged is started", func() error {
		started := dispatchesOf(l.f.github)
		var missing []string
		for _, id := range l.acknowledged {
			if started[id] == 0 {
				missing = append(missing, id)
			}
		}
		if len(missing) > 0 {
			l.sendAgain(store, missing)
			return fmt.Errorf("not started: %v", missing)
		}
		return nil
	})
	l.f.onceEach(l.acknowledged...)
	l.noTwins()
}

// sendAgain has ben, who sees at GitHub that they were not started, say so of
// those releases of which slipway cannot know: Redis was killed between the
// intent to start them and the request.
func (l *load) sendAgain(store *state.Store, ids []string) {
	for _, id := range ids {
		r, err := store.Release(context.Background(), id)
		if err != nil || r.Phase != bot.Unknown {
			continue
		}
		press := slacksim.Press{User: players()["ben"], Channel: channelOf(r.Target.Service), Button: "Start It Again", Answer: slacksim.Yes}
		_, _ = l.f.slack.Press(context.Background(), press) // the card may not show the button yet
	}
}

// noTwins checks that no command made two releases. Each has a reason of its own, unless
// somebody typed it again.
func (l *load) noTwins() {
	l.f.tb.Helper()
	store := l.f.store()
	for _, service := range l.f.services {
		past, err := store.History(context.Background(), bot.Target{Service: service, Environment: "staging"}, 1000)
		if err != nil {
			l.f.tb.Fatal(err)
		}
		made := map[string]string{}
		for _, p := range past {
			if twin, found := made[p.Reason]; found && p.Reason != "" && !slices.Contains(l.retyped, service+" "+p.Reason) {
				l.f.tb.Errorf("%s and %s were made by one command", twin, p.Release)
			}
			made[p.Reason] = p.Release
		}
	}
}
