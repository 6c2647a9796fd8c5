package slack

import (
	"cmp"
	"context"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// personFor is how old what is known of an account may be, from when it was
	// asked for: who has left counts no more.
	personFor = 60 * time.Second
	// lookWithin leaves the handler enough of the time that Slack gives.
	lookWithin = 700 * time.Millisecond
	maxPeople  = 2000
)

// people knows who may do anything at all: the full members of the team.
type people struct {
	team  string
	names map[string]string
	look  func(ctx context.Context, id string) (*slackgo.User, error)
	now   func() time.Time

	mu    sync.Mutex
	known map[string]known
}

type known struct {
	name  string
	zone  string
	guest bool
	until time.Time
}

func newPeople(team string, names map[string]string, look func(context.Context, string) (*slackgo.User, error), now func() time.Time) *people {
	return &people{team: team, names: names, look: look, now: now, known: map[string]known{}}
}

// who is the person behind an account, and whether they are anything less
// than a full member. What cannot be found out counts as no: then there is an
// error, and nothing may be done for them.
func (p *people) who(ctx context.Context, id string) (person bot.Person, guest bool, err error) {
	k, found := p.remembered(id)
	if !found {
		if k, err = p.ask(ctx, id); err != nil {
			return bot.Person{}, true, err
		}
	}
	return bot.Person{ID: id, Name: cmp.Or(p.names[id], k.name)}, k.guest, nil
}

// zone is the time zone that somebody has set in Slack, as far as it is known.
func (p *people) zone(id string) string {
	k, _ := p.remembered(id)
	return k.zone
}

func (p *people) remembered(id string) (known, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, found := p.known[id]
	return k, found && p.now().Before(k.until)
}

func (p *people) ask(ctx context.Context, id string) (known, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	began := p.now()
	u, err := p.look(ctx, id)
	if err != nil {
		return known{}, err
	}
	if u == nil || u.ID != id {
		return known{}, &bot.Error{Kind: bot.Unavailable, Op: methodUser, Says: "Slack did not say who it is"}
	}
	k := known{
		name:  cmp.Or(u.Profile.DisplayName, u.RealName, u.Name),
		zone:  u.TZ,
		guest: !isFull(u, p.team),
		until: began.Add(personFor),
	}
	p.remember(id, k)
	return k, nil
}

// isFull says whether an account is that of a full member of the team.
func isFull(u *slackgo.User, team string) bool {
	return u.TeamID == team && !u.IsRestricted && !u.IsUltraRestricted && !u.IsBot && !u.Deleted && !u.IsStranger
}

// Accounts tells who is a full member of a team, as Slack has it now.
type Accounts struct {
	Sender *Sender
	Team   string
}

// FullMember says whether an account is that of a full member. Nobody is whom
// Slack does not know; an error means that it could not be found out.
func (a Accounts) FullMember(ctx context.Context, id string) (bool, error) {
	u, err := a.Sender.userInfo(ctx, id)
	switch {
	case bot.KindOf(err) == bot.NotFound:
		return false, nil
	case err != nil:
		return false, err
	case u == nil || u.ID != id:
		return false, &bot.Error{Kind: bot.Unavailable, Op: methodUser, Says: "Slack did not say who it is"}
	}
	return isFull(u, a.Team), nil
}

func (p *people) remember(id string, k known) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= maxPeople {
		clear(p.known) // rare, and costs one question for each person
	}
	p.known[id] = k
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
