//go:build faults

package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// What people do and see in a fleet's channels.

// comesTwice has Slack send again what somebody is about to do, over any connection:
// the first acknowledgement of it is lost. Over HTTP Slack sends nothing of the kind
// twice.
func comesTwice(chat *slacksim.Server) {
	if chat.SocketMode() {
		chat.LoseAcks(1)
	}
}

// typed types a command in the service's channel; shown is the private answer.
func (f *fleet) typed(who, service, command, words string) (shown string) {
	f.tb.Helper()
	comesTwice(f.slack)
	d, err := f.slack.Command(context.Background(), players()[who], channelOf(service), command, words)
	if err != nil {
		f.tb.Error(err)
	}
	if d.Latency > 3*time.Second {
		f.tb.Errorf("%s %s was answered after %s; Slack waits 3s", command, words, d.Latency)
	}
	return d.Shown
}

// isUnconfirmed says that an answer is neither yes nor no.
func isUnconfirmed(shown string) bool {
	return strings.Contains(strings.ToLower(shown), "not confirmed")
}

// begun finds the id of the release in the answer to a command that was
// acknowledged.
func begun(shown string) (id string, acknowledged bool) {
	if isUnconfirmed(shown) {
		return "", false
	}
	id = regexp.MustCompile(`[a-z][a-z0-9]*-[0-9]+`).FindString(shown)
	return id, id != ""
}

// mustBegin types a deploy that must be acknowledged.
func (f *fleet) mustBegin(service, words string) string {
	f.tb.Helper()
	shown := f.typed("anna", service, "/deploy", service+" "+words+" --again")
	id, ok := begun(shown)
	if !ok {
		f.tb.Fatalf("/deploy %s %s was answered: %s", service, words, shown)
	}
	return id
}

// press presses a button of the service's channel, waiting until it is there.
func (f *fleet) press(who, service, button string) {
	f.tb.Helper()
	f.pressIn(who, channelOf(service), button)
}

// approve presses the button on the card of a release, once it stands there: that of an
// earlier one may have its own for a moment after its end.
func (f *fleet) approve(who, service, id string) {
	f.tb.Helper()
	f.shows(channelOf(service), "`"+id+"`(.*\n)*.*Approve for")
	f.press(who, service, "approve")
}

// pressIn does the same in any channel.
func (f *fleet) pressIn(who, channel, button string) {
	f.tb.Helper()
	waitFor(f.tb, time.Minute, who+" presses "+button, func() error {
		comesTwice(f.slack)
		d, err := f.slack.Press(context.Background(), slacksim.Press{User: players()[who], Channel: channel, Button: button, Answer: slacksim.Yes})
		if err == nil && !d.Good() {
			err = fmt.Errorf("answered %d %s", d.Status, d.Failure)
		}
		return err
	})
}

// pressOld presses a button that an older version of a card had.
func (f *fleet) pressOld(who, service, button string) {
	f.tb.Helper()
	for _, m := range f.slack.Messages(channelOf(service)) {
		for i, v := range m.Versions {
			if !strings.Contains(string(v.Blocks), `"`+button+`"`) {
				continue
			}
			d, err := f.slack.Press(context.Background(), slacksim.Press{
				User: players()[who], Channel: m.Channel, TS: m.TS, Button: button, Version: i + 1, Answer: slacksim.Yes,
			})
			if err != nil || !d.Good() {
				f.tb.Errorf("the old button was answered %d, %v", d.Status, err)
			}
			return
		}
	}
	f.tb.Fatalf("no message of %s ever had a button %s", service, button)
}

// shows waits until a channel shows a text.
func (f *fleet) shows(channel, pattern string) {
	f.tb.Helper()
	expression := regexp.MustCompile(pattern)
	waitFor(f.tb, time.Minute, channel+" shows "+pattern, func() error {
		if text := f.slack.Transcript(channel); !expression.MatchString(text) {
			return fmt.Errorf("it shows:\n%s", lastLines(text, 30))
		}
		return nil
	})
}

// told waits until somebody was told something in a service's channel that
// nobody else sees.
func (f *fleet) told(who, service, pattern string) {
	f.tb.Helper()
	expression := regexp.MustCompile(pattern)
	waitFor(f.tb, time.Minute, who+" is told "+pattern, func() error {
		text := f.slack.TranscriptFor(channelOf(service), players()[who])
		if !expression.MatchString(text) {
			return fmt.Errorf("%s sees:\n%s", who, lastLines(text, 30))
		}
		return nil
	})
}
