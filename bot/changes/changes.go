// Package changes finds out what came to which target within some time. People ask that
// when something is wrong, and the summary of a health watch shows it.
//
// It reads the histories of all declared targets, and names what it could not read and
// what goes further back than it looks. How suspect a change is is judged by package
// policy.
package changes

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// depth is how many releases of a target are looked at.
	depth = 50
	// atOnce is how many histories are read at a time: of a week, thousands may have
	// changed.
	atOnce = 16
)

// Records tells what was released.
type Records interface {
	// Targets reads the state of the targets, in their order.
	Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error)
	// History lists the last releases of a target whose run started, newest
	// first, at most limit.
	History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error)
}

// Changes looks back on all targets. Its methods may be called from any goroutine.
type Changes struct {
	catalog *catalog.Catalog
	records Records
}

// New looks at the targets that are declared.
func New(c *catalog.Catalog, records Records) *Changes { return &Changes{c, records} }

// Between are the releases that came, or may have come, to a target from since until to:
// they were not over before and had begun by then. An error means that nothing can be
// read now.
func (c *Changes) Between(ctx context.Context, since, to, now time.Time) (bot.Happened, error) {
	var found bot.Happened
	states, err := c.records.Targets(ctx, c.targets())
	if err != nil {
		return found, err
	}
	states = slices.DeleteFunc(states, func(s bot.TargetState) bool { return s.Unread == "" && !changedSince(s, since) })
	for i, read := range c.histories(ctx, states) {
		state, past, err := states[i], read.past, read.err
		switch {
		case bot.KindOf(err) == bot.Unavailable:
			return bot.Happened{}, err
		case err != nil: // of this one alone
			found.Unread = append(found.Unread, state.Target)
			continue
		}
		changes := changesOf(state, past)
		if len(changes) == depth && !changes[depth-1].Over(now).Before(since) {
			found.Deeper = append(found.Deeper, state.Target)
		}
		found.Changes = append(found.Changes, slices.DeleteFunc(changes, func(of bot.Change) bool {
			return of.Past.Came() == bot.NeverCame || of.Over(now).Before(since) || of.Began().After(to)
		})...)
	}
	c.shareCode(found.Changes)
	return found, nil
}

// history is what was released to a target, or why that cannot be read.
type history struct {
	past []bot.Past
	err  error
}

// histories reads those of several targets, some at a time, in their order.
func (c *Changes) histories(ctx context.Context, states []bot.TargetState) []history {
	all := make([]history, len(states))
	guard.Each(min(atOnce, len(states)), func(first int) {
		for i := first; i < len(states); i += atOnce {
			all[i].past, all[i].err = c.history(ctx, states[i])
		}
	})
	return all
}

// history is what was released to a target, if its state could be read.
func (c *Changes) history(ctx context.Context, state bot.TargetState) ([]bot.Past, error) {
	if state.Unread != "" {
		return nil, errors.New(state.Unread)
	}
	return c.records.History(ctx, state.Target, depth)
}

func (c *Changes) targets() []bot.Target {
	var all []bot.Target
	for _, s := range c.catalog.Services {
		for _, e := range s.Environments {
			all = append(all, bot.Target{Service: s.Name, Environment: e.Name})
		}
	}
	return all
}

// changedSince says whether a target may have changed since then: what is live is
// what came last.
func changedSince(state bot.TargetState, since time.Time) bool {
	r := state.Current
	switch {
	case r == nil:
		return false
	case !r.Ended() || r.RerunGoes():
		return true
	}
	return !r.Since().Before(since) || !r.RanAgain().At.Before(since)
}

// changesOf are all those of a target, the newest first.
func changesOf(state bot.TargetState, past []bot.Past) []bot.Change {
	changes := make([]bot.Change, 0, len(past))
	for _, p := range past {
		change := bot.Change{Target: state.Target, Past: p}
		if state.Current.ID == p.Release {
			change.Last = state.Current
		}
		changes = append(changes, change)
	}
	return changes
}

// shareCode notes of each change which others are made of the same code. That is asked of
// services, of which there are far fewer, and the changes of one share the answer.
func (c *Changes) shareCode(changes []bot.Change) {
	var services []catalog.Service // that changed
	releases := map[string][]string{}
	for _, of := range changes {
		name := of.Target.Service
		if releases[name] == nil {
			service, _ := c.catalog.Service(name)
			services = append(services, service)
		}
		releases[name] = append(releases[name], of.Past.Release)
	}
	shares := map[string][]string{}
	for _, a := range services {
		for _, b := range services {
			if a.Name != b.Name && oneCode(a, b) {
				shares[a.Name] = append(shares[a.Name], releases[b.Name]...)
			}
		}
	}
	for i := range changes {
		changes[i].Shares = slices.Clip(shares[changes[i].Target.Service])
	}
}

// oneCode says whether two services are built from the same files, as far as their
// paths tell.
func oneCode(a, b catalog.Service) bool {
	if a.Repo != b.Repo {
		return false
	}
	for _, p := range globsOf(a) {
		for _, q := range globsOf(b) {
			p, q := fixedPart(p), fixedPart(q)
			if strings.HasPrefix(p, q) || strings.HasPrefix(q, p) {
				return true
			}
		}
	}
	return false
}

// globsOf are a service's paths; without any it is the whole repository.
func globsOf(s catalog.Service) []string {
	if len(s.Paths) == 0 {
		return []string{""}
	}
	return s.Paths
}

// fixedPart is a glob up to its first wildcard.
func fixedPart(glob string) string {
	if i := strings.IndexAny(glob, "*?[{"); i >= 0 {
		return glob[:i]
	}
	return glob
}
