package catalog

import (
	"slices"
	"strings"
)

// Person is somebody whom slipway knows by name, with their accounts in Slack and at
// GitHub.
type Person struct {
	Name  string
	Slack string
	// GitHub is the login; empty: none was given.
	GitHub string
}

// Group is a named set of people. Exactly one of its other fields says who is in it.
type Group struct {
	Name string
	// Members are names of people.
	Members []string
	// SlackUsergroup is the ID of a user group of the workspace.
	SlackUsergroup string
	// GitHubTeam is a team, as organization/name.
	GitHubTeam string
}

// Membership says whether somebody is in a group. UnknownMembership must be treated as
// a no, like NotMember, the zero value: only what the person is told differs.
type Membership int

// The values of Membership.
const (
	NotMember Membership = iota
	Member
	// UnknownMembership: there is no such group, or no longer: a release may be older
	// than the file.
	UnknownMembership
	// KnownElsewhere: the members are listed in Slack or at GitHub and must be read
	// there.
	KnownElsewhere
)

// Person finds a person by the name in the file.
func (c *Catalog) Person(name string) (Person, bool) {
	return c.findPerson(func(p Person) bool { return p.Name == name })
}

// PersonByChat finds a person by the Slack user ID.
func (c *Catalog) PersonByChat(slackID string) (Person, bool) {
	return c.findPerson(func(p Person) bool { return slackID != "" && p.Slack == slackID })
}

// PersonByGitHub finds a person by the GitHub login, in any case of its letters.
func (c *Catalog) PersonByGitHub(login string) (Person, bool) {
	return c.findPerson(func(p Person) bool { return login != "" && strings.EqualFold(p.GitHub, login) })
}

// Group finds a group by its name.
func (c *Catalog) Group(name string) (Group, bool) {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.Name == name })
	if i < 0 {
		return Group{}, false
	}
	return c.Groups[i], true
}

// InGroup says whether the Slack user is a member of the group, as far as the file
// tells.
func (c *Catalog) InGroup(name, slackID string) Membership {
	group, found := c.Group(name)
	person, known := c.PersonByChat(slackID)
	switch {
	case !found:
		return UnknownMembership
	case group.SlackUsergroup != "" || group.GitHubTeam != "":
		return KnownElsewhere
	case known && slices.Contains(group.Members, person.Name):
		return Member
	default:
		return NotMember
	}
}

func (c *Catalog) findPerson(is func(Person) bool) (Person, bool) {
	i := slices.IndexFunc(c.People, is)
	if i < 0 {
		return Person{}, false
	}
	return c.People[i], true
}
