//go:build faults

package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestReplicasUnderARollingRestart lets three slipways on one Redis carry 200
// releases of 20 services, half of which somebody must approve. Commands and
// clicks go to each in turn and webhooks to any; in the middle all three are
// replaced one after the other. Nothing is lost, doubled or stuck.
func TestReplicasUnderARollingRestart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	const each = 10
	services := make([]string, 20)
	for i := range services {
		services[i] = fmt.Sprintf("shop%c", 'a'+i)
	}
	redis := newRedis(t)
	f := newFleet(t, redis.options(), services...)
	f.playRuns(50 * time.Millisecond)
	members := []*member{f.start(), f.start(), f.start()}
	approvals := f.approvals(redis)

	ids := f.deployAll(each, func() { f.replace(members) })
	f.finishedWell(ids...)
	approvals()
	if n := len(dispatchesOf(f.github)); n != len(ids) {
		t.Errorf("%d releases were started, %d were asked for", n, len(ids))
	}
	f.everyMessageOnce(redis, ids)
	t.Logf("%d releases ended well and were started once each; %d slipways served %v", len(ids), len(f.members), f.balancer.tally())
}

// deployAll asks for some releases of every service, to staging and production in
// turn, and has something happen in the middle. The ids are those of all of them.
func (f *fleet) deployAll(each int, inTheMiddle func()) (ids []string) {
	f.tb.Helper()
	var crowd errgroup.Group
	crowd.SetLimit(4)
	var mu sync.Mutex
	for n := range each {
		if n == each/2 {
			crowd.Go(func() error { inTheMiddle(); return nil })
		}
		for _, service := range f.services {
			crowd.Go(func() error {
				place := []string{"staging", "production"}[n%2]
				shown := f.typed("anna", service, "/deploy", fmt.Sprintf("%s main to %s --again --reason %d", service, place, n))
				id, acknowledged := begun(shown)
				if !acknowledged {
					return fmt.Errorf("a command was answered: %s", shown)
				}
				mu.Lock()
				defer mu.Unlock()
				ids = append(ids, id)
				return nil
			})
		}
	}
	if err := crowd.Wait(); err != nil {
		f.tb.Fatal(err)
	}
	return ids
}

// approvals has ben approve whatever asks for it, as soon as it does, until
// the returned function is called. A card that asks again is one of the 45 edits
// a minute that Slack takes; the test fills that budget up, as time would.
func (f *fleet) approvals(redis *redisServer) (end func()) {
	ctx, stop := context.WithCancel(context.Background())
	var under sync.WaitGroup
	pressed := map[string]bool{}
	under.Go(func() {
		for ctx.Err() == nil {
			_ = redis.client.Del(ctx, "slipway:edits").Err() // if Redis is away, the next round does it
			for _, service := range f.services {
				for _, m := range f.slack.Messages(channelOf(service)) {
					// A card that has changed is another one to say yes to.
					if key := fmt.Sprint(m.Channel, m.TS, len(m.Versions)); !pressed[key] && strings.Contains(string(m.Current().Blocks), `"approve"`) {
						comesTwice(f.slack)
						d, err := f.slack.Click(ctx, players()["ben"], m.Channel, m.TS, "approve")
						pressed[key] = err == nil && d.Good()
					}
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	end = func() { stop(); under.Wait() }
	f.tb.Cleanup(end)
	return end
}

// replace starts a new slipway for each old one, and then stops the old.
func (f *fleet) replace(members []*member) {
	f.tb.Helper()
	for _, old := range members {
		f.start()
		f.stop(old)
	}
}

// everyMessageOnce waits until every release has one card that shows its end,
// and checks that no message of a release stands twice. Slack takes 45 edits a
// minute, so the cards would take minutes to catch up; the test fills the
// budget up again, as time would.
func (f *fleet) everyMessageOnce(redis *redisServer, ids []string) {
	f.tb.Helper()
	spent := regexp.MustCompile("`([a-z]+-[0-9]+)`")
	waitFor(f.tb, 2*time.Minute, "all cards show the end", func() error {
		if err := redis.client.Del(context.Background(), "slipway:edits").Err(); err != nil {
			return err
		}
		cards := map[string]int{}
		behind := 0
		for _, service := range f.services {
			for _, m := range f.slack.Messages(channelOf(service)) {
				if m.EphemeralTo != "" || m.ThreadTS != "" || m.Deleted {
					continue
				}
				v := m.Current()
				shown := slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" })
				if id := spent.FindStringSubmatch(shown); id != nil {
					cards[id[1]]++
				}
				if !strings.Contains(shown, "\nLive") {
					behind++
				}
			}
		}
		for _, id := range ids {
			if cards[id] != 1 {
				return fmt.Errorf("%s has %d cards", id, cards[id])
			}
		}
		if behind > 0 {
			return fmt.Errorf("%d cards do not show the end yet", behind)
		}
		return nil
	})
	f.nothingTwice()
	for _, m := range f.slack.Messages("C0ALERTS") {
		v := m.Current()
		if said := slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" }); !matchesAny(said, append(f.aloud, poisonSaid())) {
			f.tb.Errorf("something was said out loud:\n%s", f.slack.Transcript("C0ALERTS"))
			return
		}
	}
}

// nothingTwice checks that no message of a release stands twice.
func (f *fleet) nothingTwice() {
	f.tb.Helper()
	for _, service := range f.services {
		seen := map[string]bool{}
		for _, m := range f.slack.Messages(channelOf(service)) {
			key := string(m.Versions[0].Metadata)
			if m.EphemeralTo == "" && key != "" && seen[key] {
				f.tb.Errorf("a message of %s stands twice: %s", service, key)
			}
			seen[key] = true
		}
	}
}
