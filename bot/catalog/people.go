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

// Group is a named set of people.
type Group struct {
	Name string
	// Members are names of people.
	Members []string
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

// InGroup says whether the Slack user is a member of the group.
func (c *Catalog) InGroup(group, slackID string) Membership {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.Name == group })
	if i < 0 {
		return UnknownMembership
	}
	person, known := c.PersonByChat(slackID)
	if known && slices.Contains(c.Groups[i].Members, person.Name) {
		return Member
	}
	return NotMember
}

func (c *Catalog) findPerson(is func(Person) bool) (Person, bool) {
	i := slices.IndexFunc(c.People, is)
	if i < 0 {
		return Person{}, false
	}
	return c.People[i], true
}
