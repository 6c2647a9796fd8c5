package githubsim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// What goes away or moves under a client's feet.

// DeleteRun takes a run away, as a person can on GitHub's page once it is
// over, and an organisation by its retention.
func (s *Server) DeleteRun(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.runs, func(r *run) bool { return r.id == id })
	if at < 0 {
		return fmt.Errorf("no run %d", id)
	}
	s.runs = slices.Delete(s.runs, at, at+1)
	return nil
}

// Rename gives a repository another full name. Its old one is redirected from
// then on: 301 for reads, 307 for everything else (docs: "Best practices for
// using the REST API", follow redirects).
func (s *Server) Rename(from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repos[from]
	owner, name, valid := strings.Cut(to, "/")
	if r == nil || !valid {
		return fmt.Errorf("no repository %q, or %q is no name for it", from, to)
	}
	delete(s.repos, from)
	r.owner, r.name = owner, name
	s.repos[to], s.moved[from] = r, r
	return nil
}

// redirected answers a request for a name that a repository had before, and
// leads one by number, to which such answers point, to where it is served.
func (s *Server) redirected(c *call) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, r := range s.moved {
		if rest, fits := under("/repos/"+name, c.path); fits {
			return s.elsewhere(c, "/repositories/"+strconv.FormatInt(r.id, 10)+rest), true
		}
	}
	for name, r := range s.repos {
		if rest, fits := under("/repositories/"+strconv.FormatInt(r.id, 10), c.path); fits {
			c.path = "/repos/" + name + rest
		}
	}
	return answer{}, false
}

// under gives what follows a folder in a path.
func under(folder, path string) (rest string, fits bool) {
	rest, fits = strings.CutPrefix(path, folder)
	return rest, fits && (rest == "" || rest[0] == '/')
}

func (s *Server) elsewhere(c *call, path string) answer {
	status := http.StatusTemporaryRedirect
	if c.method == http.MethodGet {
		status = http.StatusMovedPermanently
	}
	if query := c.query.Encode(); query != "" {
		path += "?" + query
	}
	a := fail(status, "Moved Permanently")
	a.header.Set("Location", strings.TrimSuffix(c.http.URL.Path, c.path)+path)
	return a
}
