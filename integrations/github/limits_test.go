package github

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestPauseAfter goes through the ways in which GitHub asks to be left alone.
func TestPauseAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	in := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	const after, remaining, reset = "Retry-After", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"
	tests := []struct {
		name    string
		status  int
		header  map[string]string
		body    string
		want    time.Duration
		refused bool
	}{
		{"all is well", 200, map[string]string{remaining: "17", reset: in(time.Hour)}, "", 0, false},
		{"well, and a header that means nothing", 200, map[string]string{after: "7"}, "", 0, false},
		{"the last one", 200, map[string]string{remaining: "0", reset: in(10 * time.Second)}, "", 10 * time.Second, false},
		{"the last one, until nobody knows when", 200, map[string]string{remaining: "0"}, "", 0, false},
		{"too many", 429, nil, "", time.Minute, true},
		{"too many, for so long", 429, map[string]string{after: "7"}, "", 7 * time.Second, true},
		{"too many, until then", 429, map[string]string{after: now.Add(9 * time.Second).Format(http.TimeFormat)}, "", 9 * time.Second, true},
		{"too many, until a time that is over", 429, map[string]string{after: now.Add(-time.Hour).Format(http.TimeFormat)}, "", 0, true},
		{"too many, for ever", 429, map[string]string{after: "999999"}, "", time.Hour + time.Minute, true},
		{"too many, in words that nobody can read", 429, map[string]string{after: "soon"}, "", time.Minute, true},
		{"all are used", 403, map[string]string{remaining: "0", reset: in(20 * time.Minute)}, "", 20 * time.Minute, true},
		{"all are used, and it says how long", 403, map[string]string{remaining: "0", reset: in(20 * time.Minute), after: "5"}, "", 5 * time.Second, true},
		{"refused for a while", 403, map[string]string{after: "5"}, "", 5 * time.Second, true},
		{"refused in words", 403, nil, "You have exceeded a secondary rate limit", time.Minute, true},
		{"refused in other words", 403, nil, "You have triggered an abuse detection mechanism", time.Minute, true},
		{"slipway may not", 403, map[string]string{remaining: "17", reset: in(time.Hour)}, "Resource not accessible by integration", 0, false},
		{"GitHub is ill", 502, map[string]string{after: "5"}, "rate limit", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := &http.Response{StatusCode: tt.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(tt.body))}
			for name, value := range tt.header {
				resp.Header.Set(name, value)
			}
			if pause, refused := pauseAfter(resp, now); pause != tt.want || refused != tt.refused {
				t.Errorf("pause %s, refused %t, want %s, %t", pause, refused, tt.want, tt.refused)
			}
			if body, err := io.ReadAll(resp.Body); err != nil || string(body) != tt.body {
				t.Errorf("the answer is %q by now, %v", body, err)
			}
		})
	}
}

// TestAShorterPauseEndsNoLongerOne: of the pauses that a host asked for the one
// that ends last counts, and each host has its own.
func TestAShorterPauseEndsNoLongerOne(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	p := &pauses{until: map[string]time.Time{}}
	p.note("a", now.Add(time.Minute))
	p.note("a", now.Add(time.Second))
	for at, want := range map[time.Duration]time.Duration{0: time.Minute, 59 * time.Second: time.Second} {
		if left := p.left("a", now.Add(at)); left != want {
			t.Errorf("after %s %s are left, want %s", at, left, want)
		}
	}
	if left := p.left("b", now); left != 0 {
		t.Errorf("another host waits %s too", left)
	}
	if left := p.left("a", now.Add(time.Minute)); left != 0 {
		t.Errorf("at its end %s are left", left)
	}
	p.note("a", now.Add(2*time.Minute))
	if left := p.left("a", now.Add(time.Minute)); left != time.Minute {
		t.Errorf("of another pause %s are left", left)
	}
}

// TestBoundReset: what go-github remembers of a limit is no later than any limit lasts.
func TestBoundReset(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	latest := strconv.FormatInt(now.Add(longestPause).Unix(), 10)
	for _, tt := range []struct{ name, value, want string }{
		{"X-Ratelimit-Reset", strconv.FormatInt(now.Add(time.Hour).Unix(), 10), strconv.FormatInt(now.Add(time.Hour).Unix(), 10)},
		{"X-Ratelimit-Reset", strconv.FormatInt(now.Add(time.Minute).UnixMilli(), 10), latest},
		{"X-Ratelimit-Reset", strconv.FormatInt(now.Add(9*time.Hour).Unix(), 10), latest},
		{"X-Ratelimit-Reset", "soon", "soon"},
		{"Retry-After", "30", "30"},
		{"Retry-After", "2592000", "3660"},
		{"Retry-After", now.Add(48 * time.Hour).Format(http.TimeFormat), "3660"},
		{"Retry-After", "", ""},
	} {
		header := http.Header{tt.name: {tt.value}}
		if boundReset(header, now); header.Get(tt.name) != tt.want {
			t.Errorf("%s: %s became %s, want %s", tt.name, tt.value, header.Get(tt.name), tt.want)
		}
	}
}
