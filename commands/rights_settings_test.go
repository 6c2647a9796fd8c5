package commands_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// actor is somebody, and the groups they are in.
type actor struct {
	bot.Person
	groups []string
	guest  bool
}

func (a actor) in(group string) bool { return slices.Contains(a.groups, group) }

func actors() []actor {
	person := func(name string, groups ...string) actor {
		return actor{bot.Person{ID: "U0" + strings.ToUpper(name), Name: name}, groups, false}
	}
	guest := person("gus", "ops", "sre", "leads")
	guest.guest = true
	return []actor{
		person("rita"),        // asks for everything here
		person("olga", "ops"), // deploys
		person("sven", "sre"), // approves
		person("lena", "leads"),
		person("omni", "ops", "sre", "leads"),
		person("stan"), // somebody
		guest,
	}
}

// setting is one combination of who may what.
type setting struct {
	deployers, emergency bool
	approvals            string // "", "sre", "self" or "any"
	asksInOps            bool   // who asks is one of the deployers
	asksInSRE            bool   // and of the approvers
}

func (s setting) String() string { return fmt.Sprintf("%+v", struct{ setting }{s}.setting) }

func settings() []setting {
	var all []setting
	for _, approvals := range []string{"", "sre", "self", "any"} {
		for bits := range 16 {
			all = append(all, setting{bits&1 > 0, bits&2 > 0, approvals, bits&4 > 0, bits&8 > 0})
		}
	}
	return all
}

func (s setting) rule() bot.ApprovalRule {
	set := bot.ApprovalSet{Count: 1, From: []string{"sre"}, Self: s.approvals == "self"}
	switch s.approvals {
	case "":
		return bot.ApprovalRule{}
	case "any":
		set.From = nil
	}
	return bot.ApprovalRule{Sets: []bot.ApprovalSet{set}, Expires: 2 * time.Hour}
}

// declares is the catalog with these settings. It is made by hand: an approval
// by anybody cannot be declared, and was, by earlier versions.
func (s setting) declares(people []actor) *catalog.Catalog {
	env := catalog.Environment{Name: "production"}
	if s.deployers {
		env.Deployers = []string{"ops"}
	}
	if s.emergency {
		env.Emergency = []string{"leads"}
	}
	env.Approvals.Sets = s.rule().Sets
	c := &catalog.Catalog{Services: []catalog.Service{{Name: "api", Environments: []catalog.Environment{env, {Name: "staging"}}}}}
	members := map[string][]string{}
	for _, p := range people {
		c.People = append(c.People, catalog.Person{Name: p.Name, Slack: p.ID})
		for _, g := range p.groups {
			members[g] = append(members[g], p.Name)
		}
	}
	for _, g := range []string{"ops", "sre", "leads"} {
		c.Groups = append(c.Groups, catalog.Group{Name: g, Members: members[g]})
	}
	return c
}

// people are the actors, as the setting has who asks.
func (s setting) people() []actor {
	all := actors()
	if s.asksInOps {
		all[0].groups = append(all[0].groups, "ops")
	}
	if s.asksInSRE {
		all[0].groups = append(all[0].groups, "sre")
	}
	return all
}

// What somebody is, by the words of docs/security.md.

func (s setting) deploys(a actor) bool { return !s.deployers || a.in("ops") }

func (s setting) approves(a actor) bool {
	may := s.approvals == "any" || s.approvals != "" && a.in("sre")
	return may && (a.Name != "rita" || s.approvals == "self")
}

func (s setting) settles(a actor) bool {
	return s.approves(a) || s.deployers && a.in("ops") || s.approvals == "" && s.deploys(a)
}

func (s setting) judges(a actor) bool {
	switch {
	case a.Name == "rita":
		return false
	case s.approvals == "":
		return s.deploys(a)
	default:
		return s.approvals == "any" || a.in("sre")
	}
}

func (s setting) looks(a actor) bool {
	if s.approvals == "" {
		return s.deploys(a)
	}
	return s.approvals == "any" || a.in("sre")
}

func (s setting) reviews(a actor) bool {
	return a.Name != "rita" && (s.emergency && a.in("leads") || (s.approvals == "sre" || s.approvals == "self") && a.in("sre"))
}

func (s setting) stops(a actor) bool {
	return a.Name == "rita" || s.deploys(a) || s.approves(a) || s.emergency && a.in("leads")
}
