package slack

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestWhatIsSaidOutLoudWaitsForNoThread: in a channel that is full of threads and cards as
// well, with as many of both as there may be, and all of them together keep to Slack's pace.
func TestWhatIsSaidOutLoudWaitsForNoThread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer()
		thread := askOf(bot.Message{Channel: "C1", Thread: "1.1", Body: bot.Note{}})
		card := askOf(bot.Message{Channel: "C1", Body: bot.Card{}})
		aloud := askOf(bot.Message{Channel: "C1", Body: bot.Digest{}})
		var left []time.Time
		for second := range 60 {
			for range 50 {
				for _, t := range []ask{thread, card} {
					if delay, away := p.delay(t, time.Now()); away == 0 {
						left = append(left, time.Now().Add(delay))
					}
				}
			}
			if second%10 == 5 {
				delay, away := p.delay(aloud, time.Now())
				if delay > 0 || away > 0 {
					t.Errorf("after %d s what is out loud waits %s and comes again after %s", second, delay, away)
				}
				left = append(left, time.Now())
			}
			time.Sleep(time.Second)
		}
		if len(left) < 50 || len(left) > 60 {
			t.Errorf("%d messages left in a minute", len(left))
		}
	})
}

// TestAThreadWaitsElsewhere: it never keeps its sender busy, and those that are turned away
// come back one after the other.
func TestAThreadWaitsElsewhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, seen := newPacer(), map[time.Duration]bool{}
		thread := askOf(bot.Message{Channel: "C1", Thread: "1.1", Body: bot.Note{}})
		for i := range 20 {
			delay, away := p.delay(thread, time.Now())
			if delay != 0 || (away > 0) != (i >= postBurst) || away > maxAway || away > 0 && seen[away] {
				t.Errorf("the %dth waits %s and comes again after %s", i+1, delay, away)
			}
			seen[away] = true
		}
		if _, away := p.delay(askOf(bot.Message{Channel: "C2", Thread: "1.1", Body: bot.Note{}}), time.Now()); away != 0 {
			t.Errorf("in another channel one comes again after %s", away)
		}
	})
}

// TestABlockedChannelHoldsNoOther: of posts, as long as it is one; what Slack asks for in
// two channels at once holds for all, and for each other method it always does.
func TestABlockedChannelHoldsNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer()
		held := func(method, channel string) bool {
			_, away := p.delay(ask{method: method, channel: channel, patience: maxWait}, time.Now())
			return away > 0
		}
		p.block(methodPost, "C1", time.Minute)
		p.block(methodEdit, "C1", 2*time.Minute)
		for _, tt := range []struct {
			method, channel string
			held            bool
		}{{methodPost, "C1", true}, {methodPost, "C2", false}, {methodEdit, "C1", true}, {methodEdit, "C2", true}, {methodEphemeral, "C1", false}} {
			if held(tt.method, tt.channel) != tt.held {
				t.Errorf("%s in %s: held is not %v", tt.method, tt.channel, tt.held)
			}
		}
		time.Sleep(30 * time.Second)
		p.block(methodPost, "C2", time.Minute)
		if !held(methodPost, "C3") {
			t.Error("two channels were refused, and a third is tried")
		}
		time.Sleep(61 * time.Second)
		for i := range 3 {
			if held(methodPost, "C"+strconv.Itoa(i+1)) {
				t.Error("it is over, and it is held")
			}
		}
		p.block(methodPost, "C4", time.Minute)
		if held(methodPost, "C5") {
			t.Error("what was long ago is remembered")
		}
		if len(p.blocked[methodPost]) != 1 {
			t.Errorf("%d channels are remembered", len(p.blocked[methodPost]))
		}
	})
}
