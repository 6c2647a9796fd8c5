package githubsim

import "time"

// Request is one request to the API as it was seen. Headers are not kept: they
// hold tokens.
type Request struct {
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query,omitempty"`
	Body   string    `json:"body,omitempty"`
	At     time.Time `json:"at"`
	// Status is 0 while there is no answer, and for a connection that was cut.
	Status int `json:"status"`
	// Faulted says that a fault met the request.
	Faulted bool `json:"faulted,omitempty"`
}

// begin writes a request down and takes the fault that meets it.
func (s *Server) begin(c *call) (*Request, Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.takeFault(c)
	entry := &Request{
		Method: c.method, Path: c.path, Query: c.query.Encode(), Body: string(c.body),
		At: s.now(), Faulted: f.Count != 0,
	}
	s.requests = append(s.requests, entry)
	return entry, f
}

// Requests gives all requests so far, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, r := range s.requests {
		all[i] = *r
	}
	return all
}

// Count gives how many requests had this method and fit this path pattern (* is
// anything); an empty one means any.
func (s *Server) Count(method, path string) int {
	n := 0
	for _, r := range s.Requests() {
		if (method == "" || r.Method == method) && glob(path, r.Path) {
			n++
		}
	}
	return n
}

// Counts gives the number of requests by operation, such as
// "GET /repos/{owner}/{repo}".
func (s *Server) Counts() map[string]int {
	counts := map[string]int{}
	for _, r := range s.Requests() {
		counts[s.operation(r)]++
	}
	return counts
}

func (s *Server) operation(r Request) string {
	for _, route := range s.routes {
		if route.method != r.Method {
			continue
		}
		if _, fits := route.path.Match(r.Path); fits {
			return route.method + " " + route.pattern
		}
	}
	return r.Method + " (unknown)"
}

// Dispatches gives, by the input release_id, how many dispatches were carried
// out, whatever their senders were told.
func (s *Server) Dispatches() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[string]int{}
	for _, d := range s.dispatched {
		counts[d.inputs["release_id"]]++
	}
	return counts
}

// ClearRequests empties the log of requests.
func (s *Server) ClearRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}
