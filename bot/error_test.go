package bot_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func TestErrorTellsPeopleOnlyWhatIsForThem(t *testing.T) {
	t.Parallel()
	limited := &bot.Error{Kind: bot.Limited, Op: "read a run", Says: "GitHub asks to wait", Mend: "It goes on by itself.", RetryAfter: time.Minute, Err: errors.New("429 from 10.0.0.7")}
	wrapped := fmt.Errorf("step 3: %w", limited)
	says, mend := bot.ForPeople(wrapped)
	if says != limited.Says || mend != limited.Mend {
		t.Errorf("ForPeople = %q, %q, want the error's own words", says, mend)
	}
	if bot.KindOf(wrapped) != bot.Limited || bot.RetryAfter(wrapped) != time.Minute {
		t.Errorf("KindOf, RetryAfter = %s, %s", bot.KindOf(wrapped), bot.RetryAfter(wrapped))
	}
	if says, _ := bot.ForPeople(errors.New("dial tcp 10.0.0.7: refused")); strings.Contains(says, "10.0.0.7") {
		t.Errorf("ForPeople shows what is internal: %q", says)
	}
	if got, want := wrapped.Error(), "step 3: read a run: GitHub asks to wait: 429 from 10.0.0.7"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

// TestPromise9_AReplyKeepsItsURLToItself shows that no formatter of a log
// prints the address at which a person can be answered.
func TestPromise9_AReplyKeepsItsURLToItself(t *testing.T) {
	t.Parallel()
	reply := bot.Reply{To: bot.Person{ID: "U1", Name: "anna"}, URL: "https://hooks.slack.com/commands/secret"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("told", slog.Any("reply", reply))
	for _, text := range []string{fmt.Sprint(reply), fmt.Sprintf("%v %s %+v %#v", reply, reply, reply, reply), log.String()} {
		if strings.Contains(text, "secret") {
			t.Errorf("the URL is printed: %s", text)
		}
	}
}
