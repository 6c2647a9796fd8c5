package githubsim

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Contract says whether requests and answers are such as GitHub describes; package
// openapi has one. Its errors say what does not fit.
type Contract interface {
	// CheckRequest is asked before anything is carried out.
	CheckRequest(ctx context.Context, asked Asked) error
	// CheckAnswer is asked about every answer that is not a fault's.
	CheckAnswer(ctx context.Context, asked Asked, answered Answered) error
}

// Asked is a request: Path is without the prefix of GitHub Enterprise Server, and
// Body is what was read from HTTP's.
type Asked struct {
	HTTP  *http.Request
	Path  string
	Query url.Values
	Body  []byte
}

// Answered is the answer to it.
type Answered struct {
	Status int
	Header http.Header
	Body   []byte
}

// Violations gives what did not fit so far; none if there is no contract.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.violations...)
}

// checkRequest asks the contract about a request; ok is false where it does not fit,
// and then the answer names why.
func (s *Server) checkRequest(ctx context.Context, c *call) (a answer, ok bool) {
	if s.contract == nil {
		return answer{}, true
	}
	return s.unlessViolated(c, s.contract.CheckRequest(ctx, c.asked()))
}

// checkAnswer asks the contract about an answer in the same way.
func (s *Server) checkAnswer(ctx context.Context, c *call, given answer) (a answer, ok bool) {
	if s.contract == nil {
		return answer{}, true
	}
	return s.unlessViolated(c, s.contract.CheckAnswer(ctx, c.asked(), Answered{given.status, given.header, given.body}))
}

func (s *Server) unlessViolated(c *call, err error) (answer, bool) {
	if err == nil {
		return answer{}, true
	}
	text := fmt.Sprintf("contract: %s %s: %v", c.method, c.path, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, text)
	return fail(http.StatusInternalServerError, text), false
}

func (c *call) asked() Asked { return Asked{c.http, c.path, c.query, c.body} }
