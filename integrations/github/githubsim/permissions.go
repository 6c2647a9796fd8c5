package githubsim

import (
	"net/http"
	"strings"
)

// What a token may do. GitHub tells permissions apart by what they are for
// ("actions", "checks") and how far they go ("read", "write"), and names in a
// header what an operation would have needed (docs: "Permissions required for
// fine-grained personal access tokens", "Permissions required for GitHub Apps").

// The grades of a permission.
const (
	readAccess  = "read"
	writeAccess = "write"
)

// Limit leaves a token only part of a permission: "read", or "" for none of it.
// A token has everything that was not limited. An empty token means those of the
// installations of the App, the ones to come too.
func (s *Server) Limit(token, permission, access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limits := s.limits[token]
	if limits == nil {
		limits = map[string]string{}
		s.limits[token] = limits
	}
	limits[permission] = access
	if access == writeAccess {
		delete(limits, permission)
	}
}

// permitted refuses what the token of a call may not do.
func (s *Server) permitted(c *call, r route) (answer, bool) {
	permission, access, _ := strings.Cut(r.needs, "=")
	token := bearerOf(c.header)
	if s.isInstallation(token) {
		token = ""
	}
	left, limited := s.limits[token][permission]
	if r.needs == "" || !limited || left == access {
		return answer{}, true
	}
	a := fail(http.StatusForbidden, "Resource not accessible by "+s.kindOf(c))
	a.header.Set("X-Accepted-GitHub-Permissions", r.needs)
	return a, false
}

// kindOf is what GitHub calls the token of a call.
func (s *Server) kindOf(c *call) string {
	if s.isInstallation(bearerOf(c.header)) {
		return "integration"
	}
	return "personal access token"
}

func (s *Server) isInstallation(token string) bool {
	return strings.HasSuffix(s.logins[token], "[bot]")
}

// appPermissions is what an installation's token is said to have.
func (s *Server) appPermissions() object {
	all := object{
		"actions": writeAccess, "checks": readAccess, "contents": readAccess, "deployments": writeAccess,
		"metadata": readAccess, "pull_requests": readAccess, "statuses": readAccess,
	}
	for permission, access := range s.limits[""] {
		delete(all, permission)
		if access != "" {
			all[permission] = access
		}
	}
	return all
}
