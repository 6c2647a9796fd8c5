package githubsim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration that is written "250ms" in JSON.
type Duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("duration: %w", err)
	}
	*d = Duration(parsed)
	return nil
}

// MarshalText writes the duration as time.Duration prints it.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// Fault says what happens to the next requests that match it. The first
// matching fault that is not used up wins.
type Fault struct {
	// Method is matched whole; empty means any.
	Method string `json:"method,omitempty"`
	// Path is a pattern in which * stands for anything, slashes included; empty
	// means any path.
	Path string `json:"path,omitempty"`
	// Count is how many requests it meets: 1 if zero, negative means all until
	// ClearFaults.
	Count int `json:"count,omitempty"`
	// Status, Header and Body are the answer given; no Status leaves the real one.
	Status int               `json:"status,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"`
	// After has the request carried out first, so that only the answer is lost.
	After bool `json:"after,omitempty"`
	// Cut closes the connection instead of answering.
	Cut bool `json:"cut,omitempty"`
	// Latency delays the request before anything else happens.
	Latency Duration `json:"latency,omitempty"`
	// Before is done before the request is carried out, as if somebody had been
	// a moment faster. It may call the server.
	Before func() `json:"-"`
}

// TooManyRequests is the fault of a limit answered with 429.
func TooManyRequests(retryAfter time.Duration) Fault {
	return Fault{
		Status: http.StatusTooManyRequests,
		Header: map[string]string{"Retry-After": strconv.Itoa(int(retryAfter.Seconds()))},
		Body:   `{"message":"API rate limit exceeded","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}`,
	}
}

// SecondaryLimit is the fault of the secondary limit, answered with 403. Clients
// know it by the end of its documentation_url.
func SecondaryLimit(retryAfter time.Duration) Fault {
	return Fault{
		Status: http.StatusForbidden,
		Header: map[string]string{"Retry-After": strconv.Itoa(int(retryAfter.Seconds()))},
		Body: `{"message":"You have exceeded a secondary rate limit.",` +
			`"documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`,
	}
}

// On gives the fault bound to requests of a method and path pattern.
func (f Fault) On(method, path string) Fault {
	f.Method, f.Path = method, path
	return f
}

// AddFault switches a fault on.
func (s *Server) AddFault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Count == 0 {
		f.Count = 1
	}
	f.Header = maps.Clone(f.Header)
	s.faults = append(s.faults, &f)
}

// ClearFaults switches all faults of the API off.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault uses up one count of the first fault that matches; no match gives
// the fault that does nothing.
func (s *Server) takeFault(c *call) Fault {
	for i, f := range s.faults {
		if (f.Method != "" && f.Method != c.method) || !glob(f.Path, c.path) {
			continue
		}
		taken := *f
		if f.Count--; f.Count == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return taken
	}
	return Fault{}
}

// replaces tells whether the real answer is not to be seen.
func (f Fault) replaces() bool { return f.Status != 0 || f.Cut }

func (f Fault) answer() answer {
	if f.Status == 0 {
		return answer{header: http.Header{}}
	}
	a := fail(f.Status, http.StatusText(f.Status))
	if f.Body != "" {
		a.body = []byte(f.Body)
	}
	for name, value := range f.Header {
		a.header.Set(name, value)
	}
	return a
}

// cut closes the client's connection without a byte of answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 cannot be hijacked; net/http aborts the stream
	}
	_ = conn.Close() // it is being broken on purpose
}

// glob matches text against a pattern whose * stands for anything.
func glob(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, fits := strings.CutPrefix(text, parts[0])
	if !fits {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, last)
}
