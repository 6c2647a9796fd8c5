package githubsim

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const defaultRateLimit = 5000

// limiter is GitHub's primary limit: so many requests until the hour is over.
type limiter struct {
	limit, used int
	reset       time.Time
}

func newLimiter(limit int, now time.Time) limiter {
	if limit == 0 {
		limit = defaultRateLimit
	}
	return limiter{limit: limit, reset: now.Add(time.Hour)}
}

func (l limiter) remaining() int { return max(0, l.limit-l.used) }

// SetRateLimit sets the budget, what is left of it, and when it is full again.
func (s *Server) SetRateLimit(limit, remaining int, resetIn time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = limiter{limit: limit, used: limit - remaining, reset: s.now().Add(resetIn)}
}

// withinLimit refuses what is beyond the budget, with 403 and the headers by
// which a client knows when to come back.
func (s *Server) withinLimit(c *call) (answer, bool) {
	if now := s.now(); !now.Before(s.limit.reset) {
		s.limit.used, s.limit.reset = 0, now.Add(time.Hour)
	}
	if s.limit.remaining() > 0 || c.path == "/rate_limit" {
		return answer{}, true
	}
	a := fail(http.StatusForbidden, "API rate limit exceeded for user ID 1.")
	s.limitHeaders(a)
	return a, false
}

// countLimit books a request. A 304 does not count, nor does asking for the
// limit itself (docs: best practices for using the REST API).
func (s *Server) countLimit(c *call, a answer) {
	if a.status != http.StatusNotModified && c.path != "/rate_limit" {
		s.limit.used++
	}
	s.limitHeaders(a)
}

func (s *Server) limitHeaders(a answer) {
	a.header.Set("X-RateLimit-Limit", strconv.Itoa(s.limit.limit))
	a.header.Set("X-RateLimit-Remaining", strconv.Itoa(s.limit.remaining()))
	a.header.Set("X-RateLimit-Used", strconv.Itoa(s.limit.used))
	a.header.Set("X-RateLimit-Reset", strconv.FormatInt(s.limit.reset.Unix(), 10))
	a.header.Set("X-RateLimit-Resource", "core")
	if !s.tokenEnd.IsZero() {
		a.header.Set("GitHub-Authentication-Token-Expiration", s.tokenEnd.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
}

func (s *Server) getRateLimit(_ *call) answer {
	core := object{
		"limit": s.limit.limit, "remaining": s.limit.remaining(),
		"used": s.limit.used, "reset": s.limit.reset.Unix(),
	}
	search := object{"limit": 30, "remaining": 30, "used": 0, "reset": s.limit.reset.Unix()}
	return ok(object{"resources": object{"core": core, "search": search}, "rate": core})
}

// conditional gives a good GET its ETag, and answers 304 to who has it already.
func (s *Server) conditional(c *call, a answer) answer {
	if c.method != http.MethodGet || a.status != http.StatusOK {
		return a
	}
	if a.header.Get("ETag") == "" {
		a.header.Set("ETag", fmt.Sprintf("W/\"%x\"", sha256.Sum256(a.body)))
	}
	tag := a.header.Get("ETag")
	for known := range strings.SplitSeq(c.header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == strings.TrimPrefix(tag, "W/") {
			return answer{http.StatusNotModified, http.Header{"Etag": {tag}}, nil}
		}
	}
	return a
}
