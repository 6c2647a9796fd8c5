//go:build faults

package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// outage is how long Slack is out of reach. It is meant in earnest: by its end
// every pause between tries has grown to its most, every intent to post has been
// taken over, and the ways to answer in private are used up.
const outage = 5 * time.Minute

// TestPromise7_SlackDownForFiveMinutes takes Slack out of reach while releases
// run, wait for approval and begin. All of them go on. slipway knocks within its
// own bounds meanwhile, and afterwards each card that stood is edited once, each
// that is missing is posted once, and what was to be said is said.
func TestPromise7_SlackDownForFiveMinutes(t *testing.T) {
	t.Parallel()
	redis := newRedis(t)
	f := newFleet(t, redis.options(), "api", "web", "docs", "shop", "mail", "cart")
	f.expects("a person could not be answered.*Slack did not answer")
	f.start()
	var standing, missing []string
	for _, service := range f.services {
		standing = append(standing, f.mustBegin(service, "main to staging"))
		f.shows(channelOf(service), "The workflow waits for a runner")
	}
	waiting := f.mustBegin("api", "main to production")
	f.shows(channelOf("api"), "of 1 approval")
	f.typed("ben", "api", "/deploy", "approve "+waiting) // so that slipway knows who that is

	began := time.Now()
	f.slack.Inject(slacksim.Fault{Cut: slacksim.CutBefore, Times: -1}) // people reach slipway all the same
	f.press("ben", "api", "approve")
	f.typed("anna", "web", "/deploy", "web nosuchbranch to staging")
	// Who somebody is was read at most a minute ago; after that nobody's word counts
	// until Slack says again that they are a member.
	for _, service := range f.services {
		missing = append(missing, f.mustBegin(service, "main to staging --reason again"))
	}
	for i, id := range standing {
		f.finish(id)
		f.finishedWell(id)
		f.finish(missing[i])
		f.finishedWell(missing[i])
		waitFor(t, 2*outage, "it is time for the next", func() error {
			if time.Since(began) < outage*time.Duration(i+1)/time.Duration(len(standing)+1) {
				return errStillNot
			}
			return nil
		})
	}
	f.finish(waiting)
	f.finishedWell(waiting)
	f.recorded(len(standing) + len(missing) + 1)
	waitFor(t, 2*outage, "five minutes are over", func() error {
		if time.Since(began) < outage {
			return errStillNot
		}
		return nil
	})
	knocked := f.slack.Calls()
	f.slack.ClearFaults()
	back := time.Now()

	for _, id := range append(append(standing, missing...), waiting) {
		service, _ := bot.ServiceOf(id)
		f.shows(channelOf(service), "`"+id+"`\\s+Live")
	}
	t.Logf("all cards were true %s after Slack was back", time.Since(back).Round(time.Millisecond))
	for _, id := range append(standing, waiting) {
		service, _ := bot.ServiceOf(id)
		f.shows(channelOf(service), "`"+id+"` – Live") // in its thread
	}
	f.told("anna", "web", "nosuchbranch")
	time.Sleep(5 * time.Second) // in which nothing more may happen
	f.caughtUp(f.slack.Calls()[len(knocked):], len(standing)+1, len(missing))
	f.noFlood()
}

// recorded waits until so many releases are recorded at GitHub as live.
func (f *fleet) recorded(releases int) {
	f.tb.Helper()
	waitFor(f.tb, time.Minute, "GitHub has the records", func() error {
		n := 0
		for _, service := range f.services {
			for _, d := range f.github.Repo("acme/" + service).Deployments() {
				if strings.Contains(fmt.Sprint(d.States), "success") {
					n++
				}
			}
		}
		if n != releases {
			return fmt.Errorf("%d of %d", n, releases)
		}
		return nil
	})
}

// caughtUp checks that after the outage each card was edited or posted once, and
// that no thread was told twice.
func (f *fleet) caughtUp(calls []slacksim.Call, edited, posted int) {
	f.tb.Helper()
	edits, threads, posts := map[string]int{}, map[string]int{}, 0
	for _, c := range calls {
		if c.Status != http.StatusOK || c.Error != "" {
			f.tb.Errorf("after the outage %s was answered %d %s", c.Method, c.Status, c.Error)
			continue
		}
		switch {
		case c.Method == "chat.update":
			edits[c.TS]++
		case c.Method == "chat.postMessage" && c.ThreadTS != "":
			threads[c.ThreadTS]++
		case c.Method == "chat.postMessage":
			posts++
		}
	}
	for does, counted := range map[string]map[string]int{"edited": edits, "told in its thread": threads} {
		for ts, n := range counted {
			if n != 1 {
				f.tb.Errorf("the message %s was %s %d times", ts, does, n)
			}
		}
	}
	// What was posted as it had been meant to be said during the outage is edited
	// to what is true by now.
	if len(edits) < edited || len(edits) > edited+posted || posts != posted {
		f.tb.Errorf("%d cards were edited and %d messages posted, want %d and %d", len(edits), posts, edited, posted)
	}
}

// noFlood checks that slipway kept to its own pace, Slack being there or not: in
// any minute at most 45 edits, and in any channel a post a second after a burst.
func (f *fleet) noFlood() {
	f.tb.Helper()
	edits, posts := []time.Time{}, map[string][]time.Time{}
	for _, c := range f.slack.Calls() {
		switch c.Method {
		case "chat.update":
			edits = append(edits, c.At)
		case "chat.postMessage":
			posts[c.Channel] = append(posts[c.Channel], c.At)
		}
	}
	f.tb.Logf("Slack was asked %d times to edit", len(edits))
	f.within("edits", edits, time.Minute, 45)
	for channel, at := range posts {
		f.within("posts to "+channel, at, 30*time.Second, 33)
	}
}

// within checks that no window of time holds more than so many calls.
func (f *fleet) within(what string, at []time.Time, window time.Duration, limit int) {
	f.tb.Helper()
	for i := limit; i < len(at); i++ {
		if took := at[i].Sub(at[i-limit]); took < window-time.Second {
			f.tb.Errorf("%d %s in %s", limit+1, what, took)
			return
		}
	}
}
