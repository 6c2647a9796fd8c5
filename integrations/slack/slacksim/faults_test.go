package slacksim_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		fault  slacksim.Fault
		posted int
		check  func(error) bool
	}{
		{
			"rate limited",
			slacksim.Fault{Status: http.StatusTooManyRequests, RetryAfter: 30 * time.Second},
			0,
			func(err error) bool {
				var e *slack.RateLimitedError
				return errors.As(err, &e) && e.RetryAfter == 30*time.Second
			},
		},
		{
			"server error",
			slacksim.Fault{Status: http.StatusServiceUnavailable},
			0,
			func(err error) bool {
				var e slack.StatusCodeError
				return errors.As(err, &e) && e.Code == http.StatusServiceUnavailable
			},
		},
		{
			"error code",
			slacksim.Fault{Error: "fatal_error"},
			0,
			func(err error) bool { return err != nil && err.Error() == "fatal_error" },
		},
		{"request lost", slacksim.Fault{Cut: slacksim.CutBefore}, 0, func(err error) bool { return errors.Is(err, io.EOF) }},
		{"answer lost", slacksim.Fault{Cut: slacksim.CutAfter}, 1, func(err error) bool { return errors.Is(err, io.EOF) }},
		{"slow", slacksim.Fault{Delay: time.Millisecond}, 1, func(err error) bool { return err == nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			tt.fault.Method = "chat.postMessage"
			r.sim.Inject(tt.fault)
			check(t, r.api.AddReaction("eyes", slack.ItemRef{Channel: deploys, Timestamp: say(t, r)}))
			_, _, err := r.api.PostMessage(deploys, text("x"))
			if !tt.check(err) {
				t.Errorf("error %v", err)
			}
			if got := len(r.sim.Messages(deploys)) - 1; got != tt.posted {
				t.Errorf("%d messages posted, want %d", got, tt.posted)
			}
			_, _, err = r.api.PostMessage(deploys, text("x"))
			check(t, err)
			if got := r.sim.Count("chat.postMessage"); got != 2 {
				t.Errorf("%d calls counted", got)
			}
		})
	}
}

func say(t *testing.T, r *rig) string {
	t.Helper()
	ts, err := r.sim.Say(ann, deploys, "", "hello")
	check(t, err)
	return ts
}

func TestOutageEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.StartOutage()
	if _, err := r.api.AuthTest(); err == nil {
		t.Error("answered in the outage")
	}
	r.sim.EndOutage()
	_, err := r.api.AuthTest()
	check(t, err)
	r.sim.Inject(slacksim.Fault{Times: -1, Status: http.StatusBadGateway})
	for range 3 {
		if _, err := r.api.AuthTest(); err == nil {
			t.Error("a fault for all calls let one pass")
		}
	}
	r.sim.ClearFaults()
	_, err = r.api.AuthTest()
	check(t, err)
}

func TestTiersAreKept(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := newRig(t, slacksim.Options{RateLimits: true, Now: c.now})
	for range 20 {
		_, err := r.api.GetUserGroups()
		check(t, err)
	}
	_, err := r.api.GetUserGroups()
	var limited *slack.RateLimitedError
	if !errors.As(err, &limited) || limited.RetryAfter != time.Minute {
		t.Fatalf("error %v", err)
	}
	_, err = r.api.AuthTest()
	check(t, err)
	c.advance(limited.RetryAfter)
	_, err = r.api.GetUserGroups()
	check(t, err)
}

func TestRateLimitAnswerIsTheContracts(t *testing.T) {
	t.Parallel()
	want := strings.ReplaceAll(string(sample(t, "http_429_ratelimited.txt")), "\r", "")
	r := newRig(t, slacksim.Options{})
	r.sim.Inject(slacksim.Fault{Status: http.StatusTooManyRequests, RetryAfter: 30 * time.Second})
	resp, err := http.PostForm(r.sim.APIURL()+"auth.test", url.Values{})
	check(t, err)
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	check(t, resp.Body.Close())
	_, wantBody, _ := strings.Cut(want, "\n\n")
	if diff := cmp.Diff(decode(t, []byte(wantBody)), decode(t, body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if resp.Header.Get("Retry-After") != "30" || resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("status %s, Retry-After %q", resp.Status, resp.Header.Get("Retry-After"))
	}
}
