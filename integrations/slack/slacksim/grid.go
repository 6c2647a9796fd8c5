package slacksim

// Where a workspace belongs to an organisation (Enterprise Grid), payloads name
// the workspace that Slack calls somebody's own, which may be a sibling of the
// one that the app is installed in. docs.slack.dev/enterprise has it.

// SetOrganisation makes the workspace one of an organisation's, as when a company
// moves to Enterprise Grid.
func (s *Server) SetOrganisation(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.EnterpriseID, s.opts.EnterpriseName = id, name
	s.wake()
}

// teamOf is the workspace that Slack calls a person's own.
func (s *Server) teamOf(user string) string {
	if u := s.user(user); u != nil {
		return u.TeamID
	}
	return s.opts.TeamID
}

// isStranger says whether somebody is of another company.
func (s *Server) isStranger(user string) bool {
	u := s.user(user)
	return u != nil && (u.Stranger || s.opts.EnterpriseID == "" && u.TeamID != s.opts.TeamID)
}

// organisation is the organisation of a person, if they have one.
func (s *Server) organisation(user string) (id, name string) {
	if u := s.user(user); u != nil && s.isStranger(user) {
		return u.EnterpriseID, u.EnterpriseID
	}
	return s.opts.EnterpriseID, s.opts.EnterpriseName
}

// teams are the workspaces of an organisation in which somebody is.
func (u *User) teams() []string {
	if u.Teams == nil {
		return []string{u.TeamID}
	}
	return u.Teams
}

// source is how a payload names where it comes from.
func (s *Server) source(user string) (team, enterprise object) {
	team = object{"id": s.teamOf(user), "domain": s.opts.TeamDomain}
	if id, name := s.organisation(user); id != "" {
		team["enterprise_id"], team["enterprise_name"] = id, name
		enterprise = object{"id": id, "name": name}
	}
	if s.opts.OrgWide && !s.isStranger(user) {
		team = nil
	}
	return team, enterprise
}
