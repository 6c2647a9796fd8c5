package githubsim

import "time"

// Install installs the App for a repository, or takes it away: until it is installed
// GitHub answers 404 to the question where.
func (h *Repo) Install(id int64) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.r.installation = id
}

func (s *Server) getInstallation(c *call) answer {
	id := c.repo.installation
	if id == 0 {
		return notFound()
	}
	made := stamp(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	at := apiURL + "/app/installations/" + itoa(id)
	return ok(object{
		"id": id, "app_id": 1, "app_slug": appSlug, "target_id": 1, "target_type": "Organization", "single_file_name": nil,
		"repository_selection": "selected", "access_tokens_url": at + "/access_tokens", "html_url": htmlURL + "/organizations/acme/settings/installations/" + itoa(id),
		"repositories_url": apiURL + "/installation/repositories", "events": []string{}, "account": userJSON("acme"), "permissions": s.appPermissions(),
		"created_at": made, "updated_at": made, "suspended_by": nil, "suspended_at": nil,
	})
}
