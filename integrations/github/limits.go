package github

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Without a header that says how long, GitHub asks to wait at least a minute;
// and the primary limit is full again after an hour (docs: "Rate limits for
// the REST API").
const (
	defaultPause = time.Minute
	longestPause = time.Hour + time.Minute
)

// pausedError says that GitHub asked for silence and that it is not over yet.
// Nothing was sent.
type pausedError struct{ wait time.Duration }

// Error is the text for the log.
func (e *pausedError) Error() string {
	return fmt.Sprintf("GitHub asked for a pause, %s of it are left", bot.Span(bot.Rough(e.wait)))
}

// pauses remembers until when each host wants to be left alone. There is one
// limit for all of a credential's requests, reads and writes alike.
type pauses struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// left returns how long host still wants to be left alone.
func (p *pauses) left(host string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	until, paused := p.until[host]
	if !paused {
		return 0
	}
	if !now.Before(until) {
		delete(p.until, host)
		return 0
	}
	return until.Sub(now)
}

// note remembers a pause. A shorter one does not end a longer one.
func (p *pauses) note(host string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until[host]) {
		p.until[host] = until
	}
}

// pauseAfter returns the pause that an answer asks for, 0 for none. refused
// says that the request itself was turned away because of a limit.
func pauseAfter(resp *http.Response, now time.Time) (pause time.Duration, refused bool) {
	refused = isLimited(resp)
	spent := resp.Header.Get("X-RateLimit-Remaining") == "0"
	if !refused && !spent {
		return 0, false
	}
	pause = defaultPause
	if asked, said := retryAfter(resp.Header, now); said && refused {
		pause = asked
	} else if reset, err := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil && spent {
		pause = time.Unix(reset, 0).Sub(now)
	} else if !refused {
		return 0, false // nothing says until when; the next answer will
	}
	return min(max(pause, 0), longestPause), refused
}

// boundReset keeps go-github, which remembers until when a limit lasts and asks nothing
// before, from being silent for longer than any limit lasts.
func boundReset(header http.Header, now time.Time) {
	reset, err := strconv.ParseInt(header.Get("X-RateLimit-Reset"), 10, 64)
	if latest := now.Add(longestPause).Unix(); err == nil && reset > latest {
		header.Set("X-RateLimit-Reset", strconv.FormatInt(latest, 10))
	}
	if asked, said := retryAfter(header, now); said && asked > longestPause {
		header.Set("Retry-After", strconv.Itoa(int(longestPause.Seconds())))
	}
}

// isLimited says whether an answer is a refusal because of the primary or the
// secondary limit. GitHub uses 429 and 403 for both, and does not always send
// the headers with it.
func isLimited(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		return resp.Header.Get("Retry-After") != "" ||
			resp.Header.Get("X-RateLimit-Remaining") == "0" ||
			speaksOfLimit(peek(resp))
	}
	return false
}

func speaksOfLimit(body []byte) bool {
	text := strings.ToLower(string(body))
	return strings.Contains(text, "rate limit") || strings.Contains(text, "rate-limit") ||
		strings.Contains(text, "abuse detection")
}

// peek reads the body, which the wire holds in memory, and puts it back.
func peek(resp *http.Response) []byte {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return at.Sub(now), true
	}
	return 0, false
}
