package githubsim

import (
	"net/http"
	"slices"
)

// SetTeam makes a team, "acme/sre", have the given members; none removes it.
func (s *Server) SetTeam(team string, logins ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(logins) == 0 {
		delete(s.teams, team)
		return
	}
	s.teams[team] = slices.Clone(logins)
}

// teamMembers answers "List team members". GitHub does not tell a team that is
// not there from one that the token may not see.
func (s *Server) teamMembers(c *call) answer {
	logins, found := s.teams[c.vars["org"]+"/"+c.vars["team_slug"]]
	if !found {
		return fail(http.StatusNotFound, "Not Found")
	}
	members := []object{}
	for _, login := range window(logins, pageOf(c.query)) {
		members = append(members, userJSON(login))
	}
	return linked(c, ok(members), len(logins))
}
