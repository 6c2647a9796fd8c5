package catalog

import (
	"slices"
	"strings"
)

// Person is somebody whom slipway knows by name, in Slack and at GitHub.
type Person struct {
	Name  string
	Slack string
	// GitHub is the login, empty if none was given.
	GitHub string
}

// Group is a named set of people. One of the three says who is in it.
type Group struct {
	Name string
	// Members are names of people.
	Members []string
	// SlackUsergroup is the ID of a user group of the workspace.
	SlackUsergroup string
	// GitHubTeam is a team, organization/name.
	GitHubTeam string
}

// Membership says whether somebody is in a group. Its zero value is
// NotMember, and UnknownMembership must be treated as a no as well: the
// difference is only in what the person is told.
type Membership int

// The answers to whether somebody is in a group.
const (
	NotMember Membership = iota
	Member
	// UnknownMembership means that it could not be found out, because there is
	// no such group (any more: a release may be older than the file).
	UnknownMembership
	// KnownElsewhere means that the members are not in the file but in Slack or
	// at GitHub, where they must be read.
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

// PersonByGitHub finds a person by the GitHub login, which knows no case.
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

// InGroup says whether the Slack user is a member of the group, as far as the
// file can tell.
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
