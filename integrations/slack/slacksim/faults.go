package slacksim

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"
)

// Where a Fault cuts the connection.
const (
	// CutBefore loses the request: nothing was carried out.
	CutBefore = "before"
	// CutAfter loses the answer: the call was carried out.
	CutAfter = "after"
)

// Fault is something that goes wrong with the next calls of a method. Exactly
// one of Status, Error, Cut and Delay is usual; Delay goes with any of them.
type Fault struct {
	Method string `json:"method"` // "chat.update"; "response_url"; empty is any
	Times  int    `json:"times"`  // how many calls; 0 is one, negative is all

	Status     int           `json:"status"` // 429, 500, 503
	RetryAfter time.Duration `json:"retry_after"`
	Error      string        `json:"error"` // Slack's error code, with HTTP 200
	Cut        string        `json:"cut"`   // CutBefore or CutAfter
	Delay      time.Duration `json:"delay"`
}

// Inject arranges a fault. Several faults for one method are used up in the
// order in which they came.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = cmp.Or(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// ClearFaults takes back what Inject arranged.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// StartOutage takes Slack out of reach until EndOutage: every connection to the
// Web API and to response_urls is cut, and nothing that people do reaches the
// bot. An API that alone is out of reach is a [Fault] without a method.
func (s *Server) StartOutage() {
	s.setOutage(func() { s.outage = true })
	s.CutLinks()
}

// EndOutage ends what StartOutage began.
func (s *Server) EndOutage() { s.setOutage(func() { s.outage = false }) }

func (s *Server) setOutage(set func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set()
	s.wake()
}

// takeFault uses up one turn of the first fault that fits.
func (s *Server) takeFault(method string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outage {
		return Fault{Cut: CutBefore}
	}
	for i, f := range s.faults {
		if f.Method != "" && f.Method != method {
			continue
		}
		if f.Times > 0 {
			f.Times--
			if f.Times == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			}
		}
		return *f
	}
	return Fault{}
}

// withFaults carries a call out, or lets it fail as arranged, records it, and
// answers. do runs with the lock held; it may change the call's status.
func (s *Server) withFaults(w http.ResponseWriter, r *http.Request, call Call, do func(*Call) any) {
	f := s.takeFault(call.Method)
	if !pause(r, f.Delay) {
		return
	}
	var body any
	switch {
	case f.Cut == CutBefore:
		call.Status, call.Error = 0, "cut before"
		do = func(*Call) any { return nil }
	case f.Status != 0:
		call.Status, call.RetryAfter = f.Status, f.RetryAfter
		do = func(*Call) any { return nil }
	case f.Error != "":
		call.Error = f.Error
		do = func(*Call) any { return refusal(fail(f.Error)) }
	}
	s.mu.Lock()
	body = do(&call)
	if f.Cut == CutAfter {
		call.Status, call.Error = 0, "cut after"
	}
	s.calls = append(s.calls, call)
	s.wake()
	s.mu.Unlock()
	if f.Cut != "" {
		// The documented way to close a connection without an answer.
		panic(http.ErrAbortHandler)
	}
	answer(w, call, body)
}

// answer writes what Slack writes for the status: JSON, or for a failure of
// its own a page that is not for machines.
func answer(w http.ResponseWriter, call Call, body any) {
	switch {
	case call.Status == http.StatusTooManyRequests:
		wait := max(1, int(math.Ceil(call.RetryAfter.Seconds())))
		w.Header().Set("Retry-After", strconv.Itoa(wait))
		writeJSON(w, call.Status, map[string]any{"ok": false, "error": "ratelimited"})
	case call.Status >= http.StatusInternalServerError:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(call.Status)
		_, _ = fmt.Fprintf(w, "<html><title>Slack</title>%s</html>\n", http.StatusText(call.Status)) // as writeJSON
	default:
		if said, isText := body.(string); isText {
			w.WriteHeader(call.Status)
			_, _ = io.WriteString(w, said) // as writeJSON
			return
		}
		writeJSON(w, call.Status, body)
	}
}

// pause waits, and says whether the caller is still there afterwards.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
