package engine

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

const (
	// membersFresh is how old what is known of a group may be for a yes to
	// count.
	membersFresh = 60 * time.Second
	// membersAgain is how old it must be for a no to be read once more, so that
	// who was let into a group a moment ago need not wait.
	membersAgain = 2 * time.Second
	// membersShown is how old it may be for a card to name people.
	membersShown = 10 * time.Minute
	// membersWithin bounds a read, well below the lease.
	membersWithin = 3 * time.Second
)

// rosters keeps who is in the groups that live elsewhere. Reads of one group
// that meet are one read.
type rosters struct {
	mu     sync.Mutex
	groups map[string]*roster
}

// roster is who was in a group when its last good read began. For what is only
// shown, a read that failed is the answer for a while, so that not everybody who
// is looked up waits for another.
type roster struct {
	mu       sync.Mutex
	changed  atomic.Int64 // how often it was said that it has changed
	seen     int64        // how many of these were heeded
	at       time.Time
	accounts []string
	failed   error
	failedAt time.Time
}

func (r *rosters) of(group string) *roster {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.groups == nil {
		r.groups = map[string]*roster{}
	}
	found := r.groups[group]
	if found == nil {
		found = &roster{}
		r.groups[group] = found
	}
	return found
}

// forget has what a roster holds be read anew; an empty name: all of them.
func (r *rosters) forget(group string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, roster := range r.groups {
		if group == "" || name == group {
			roster.changed.Add(1)
		}
	}
}

// holds says whether an account is in the group, from memory where that is
// fresh enough and else by a read.
func (r *roster) holds(account string, fresh time.Duration, read func() ([]string, error)) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := r.changed.Load()
	if changed != r.seen {
		r.at, r.failedAt, r.seen = time.Time{}, time.Time{}, changed
	}
	is := func(a string) bool { return strings.EqualFold(a, account) }
	again, shown := membersAgain, fresh > membersFresh
	if shown {
		again = fresh
	}
	switch {
	case time.Since(r.at) < fresh && slices.ContainsFunc(r.accounts, is):
		return true, nil
	case time.Since(r.at) < again:
		return false, nil
	case shown && time.Since(r.failedAt) < membersFresh:
		return false, r.failed
	}
	began := time.Now()
	accounts, err := read()
	if err != nil {
		r.failed, r.failedAt = err, time.Now()
		return false, err
	}
	r.at, r.accounts = began, accounts
	return slices.ContainsFunc(accounts, is), nil
}

// Forget has the groups that may have changed be read anew before anybody's word
// counts for them again.
func (e *Engine) Forget(t bot.Turnover) {
	if t == (bot.Turnover{}) {
		e.rosters.forget("")
	}
	for _, g := range e.catalog.Groups {
		if t.Group != "" && g.SlackUsergroup == t.Group {
			e.rosters.forget(g.Name)
		}
	}
}

// isMember says whether somebody is in a group, by what is at most fresh old.
// An error means that it could not be found out.
func (e *Engine) isMember(ctx context.Context, name string, who bot.Person, fresh time.Duration) (bool, error) {
	group, found := e.catalog.Group(name)
	if !found {
		return false, &bot.Error{Kind: bot.NotFound, Op: "find a group", Says: "the group " + name + " is not in slipway.yaml any more"}
	}
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	person, _ := e.catalog.PersonByChat(who.ID)
	switch {
	case group.SlackUsergroup != "":
		return e.rosters.of(name).holds(who.ID, fresh, func() ([]string, error) { return e.ChatGroups.GroupMembers(ctx, group.SlackUsergroup) })
	case group.GitHubTeam != "" && person.GitHub == "":
		return false, nil // nobody can say which account is theirs
	case group.GitHubTeam != "":
		return e.rosters.of(name).holds(person.GitHub, fresh, func() ([]string, error) { return e.Teams.TeamMembers(ctx, group.GitHubTeam) })
	default:
		return e.catalog.InGroup(name, who.ID) == catalog.Member, nil
	}
}

// groupsWith sorts groups by whether somebody is in them: those they are in,
// and those of which it could not be found out, which count as no.
func (e *Engine) groupsWith(ctx context.Context, groups []string, who bot.Person) (in, unread []string) {
	members, failed := make([]bool, len(groups)), make([]error, len(groups))
	inParallel(len(groups), func(i int) { members[i], failed[i] = e.isMember(ctx, groups[i], who, membersFresh) })
	for i, group := range groups {
		switch {
		case failed[i] != nil:
			e.log.Warn("the members of a group could not be read", errAttr(failed[i]))
			unread = append(unread, group)
		case members[i]:
			in = append(in, group)
		}
	}
	return in, unread
}
