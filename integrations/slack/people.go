package slack

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// personFor is how old what is known of an account may be, from when it was
	// asked for: who has left counts no more.
	personFor = 60 * time.Second
	maxPeople = 2000
)

// errSlow: Slack has not said yet who somebody is, and may still say it.
var errSlow = errors.New("not said yet by Slack who it is")

// member is who somebody is to the workspace that is served.
type member struct {
	bot.Person
	// guest says that they are anything less than a full member of it.
	guest bool
	// zone is the time zone that they have set in Slack, as far as it is known.
	zone string
}

// People knows who may do anything at all: the full members of the team. Whoever
// asks shares what is known, so that a word that was heard from somebody is not
// refused for an account that was read a moment ago.
type People struct {
	team  string
	names map[string]string
	look  func(ctx context.Context, id string) (*slackgo.User, error)
	now   func() time.Time

	asking singleflight.Group
	mu     sync.Mutex
	known  map[string]known
	// changes counts what Slack said of changes: what was asked for before the
	// last one is not kept.
	changes int
}

type known struct {
	member
	until time.Time
}

// NewPeople reads the accounts of a team through sender. Names are what people
// are called, by account, whatever Slack says.
func NewPeople(team string, names map[string]string, sender *Sender) *People {
	return newPeople(team, names, sender.userInfo, time.Now)
}

func newPeople(team string, names map[string]string, look func(context.Context, string) (*slackgo.User, error), now func() time.Time) *People {
	return &People{team: team, names: names, look: look, now: now, known: map[string]known{}}
}

// FullMember says whether an account is that of a full member of the team, by
// what is at most a minute old. Nobody is whom Slack does not know; an error means
// that it could not be found out.
func (p *People) FullMember(ctx context.Context, id string) (bool, error) {
	m, err := p.who(ctx, id)
	if bot.KindOf(err) == bot.NotFound {
		return false, nil
	}
	return err == nil && !m.guest, err
}

// Forget has whoever may have changed be looked at again.
func (p *People) Forget(t bot.Turnover) {
	if t.Account != "" || t == (bot.Turnover{}) {
		p.forget(t.Account)
	}
}

// who is the person behind an account. What cannot be found out counts as no:
// then there is an error, and nothing may be done for them. It is waited for as
// long as ctx lasts; with errSlow the question is still under way, and whoever
// asks again waits for the same answer.
func (p *People) who(ctx context.Context, id string) (member, error) {
	if m, found := p.remembered(id); found {
		return m, nil
	}
	answer := p.asking.DoChan(id, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		return p.ask(ctx, id)
	})
	select {
	case got := <-answer:
		m, _ := got.Val.(member) // with an error it is nobody
		return m, got.Err
	case <-ctx.Done():
		return member{guest: true}, errSlow
	}
}

func (p *People) remembered(id string) (member, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, found := p.known[id]
	return k.member, found && p.now().Before(k.until)
}

func (p *People) ask(ctx context.Context, id string) (member, error) {
	p.mu.Lock()
	changes, began := p.changes, p.now()
	p.mu.Unlock()
	nobody := member{guest: true}
	u, err := p.look(ctx, id)
	if err != nil {
		return nobody, err
	}
	if u == nil || u.ID != id {
		return nobody, &bot.Error{Kind: bot.Unavailable, Op: methodUser, Says: "Slack did not say who it is"}
	}
	m := member{
		Person: bot.Person{ID: id, Name: cmp.Or(p.names[id], u.Profile.DisplayName, u.RealName, u.Name)},
		guest:  !isFull(u, p.team), zone: u.TZ,
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if changes != p.changes {
		return m, nil
	}
	if len(p.known) >= maxPeople {
		clear(p.known) // rare, and costs one question for each person
	}
	p.known[id] = known{m, began.Add(personFor)}
	return m, nil
}

// forget has an account asked for again, and with no id all of them: what was
// known of it does not hold any more.
func (p *People) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes++
	if id == "" {
		clear(p.known)
		return
	}
	delete(p.known, id)
	p.asking.Forget(id)
}

// isFull says whether an account is that of a full member of the team. In an
// organisation of several workspaces its teams are those that somebody is in,
// whichever of them Slack calls their own
// (docs.slack.dev/enterprise/developing-for-enterprise-orgs).
func isFull(u *slackgo.User, team string) bool {
	in := u.TeamID == team
	if len(u.Enterprise.Teams) > 0 {
		in = slices.Contains(u.Enterprise.Teams, team)
	}
	return in && !u.IsRestricted && !u.IsUltraRestricted && !u.IsBot && !u.Deleted && !u.IsStranger
}

// userInfo reads one account.
func (s *Sender) userInfo(ctx context.Context, id string) (*slackgo.User, error) {
	var u *slackgo.User
	err := s.call(ctx, methodUser, "", func() (err error) {
		u, err = s.api.GetUserInfoContext(ctx, id)
		return err
	})
	return u, err
}
