package announcer

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// A rule of notify may name a channel that is archived, somebody who left, a group that is
// no more, or a webhook that takes nothing. What was to be told there is tried for a day;
// that nobody hears of it is a trouble, told once and not with every release.

// awayFor is how long a webhook or a group may be out of reach before that is a trouble: a
// receiver that is started anew is none.
const awayFor = 5 * time.Minute

// noteHeard notes what came of telling somebody whom a rule names.
func (a *Announcer) noteHeard(ctx context.Context, d bot.Deliver, now time.Time, err error) {
	t, named := a.unheard(d.To)
	if !named {
		return
	}
	log := a.log.With(slog.String("trouble", t.Key()))
	switch {
	case err == nil:
		if err := a.ports.Unheard.LiftTrouble(ctx, t); err != nil {
			log.Warn("it could not be noted that a trouble is over", bot.ErrAttr(err))
		}
	case outOfReach(d, now, err):
		says, mend := bot.ForPeople(err)
		t.Says, t.Mend = t.Says+says, cmp.Or(mend, t.Mend)
		if err := a.ports.Unheard.RaiseTrouble(ctx, t); err != nil {
			log.Warn("a trouble could not be noted", bot.ErrAttr(err))
		}
	}
}

// outOfReach says whether somebody has to help before a recipient can be told.
func outOfReach(d bot.Deliver, now time.Time, err error) bool {
	switch d.To.Kind {
	case bot.ToWebhook, bot.ToGroup:
		return bot.Final(err) || bot.KindOf(err) != bot.Limited && now.Sub(d.At) > awayFor
	case bot.ToPerson: // that nobody at all can be written to is a trouble of its own
		return bot.KindOf(err) == bot.NotFound
	case bot.ToChannel:
		return bot.Final(err)
	case bot.ToAuthor:
	}
	return false
}

// unheard is the trouble that a recipient cannot be told, with words to begin it and what
// helps where nothing better is known; false: no
// rule tells them by name any more, or it is said otherwise that they cannot be.
func (a *Announcer) unheard(to bot.Recipient) (t bot.Trouble, named bool) {
	t = bot.Trouble{Kind: bot.NotHeard, Channel: to.ID}
	switch to.Kind {
	case bot.ToChannel:
		t.Kind = bot.NoChannel
		named = a.names(to) && to.ID != a.catalog.Slack.Alerts
	case bot.ToPerson: // also one of a group
		person, known := a.catalog.PersonByChat(to.ID)
		t.Says, named = "What notify tells "+person.Name+" does not arrive: ", known
		t.Mend = "Take " + person.Name + " out of slipway.yaml, or correct the account there."
	case bot.ToGroup:
		t.Channel, t.Says, named = "@"+to.ID, "What notify tells the group "+to.ID+" does not arrive: ", a.names(to)
		t.Mend = "Correct the group in slipway.yaml."
	case bot.ToWebhook:
		t.Says, named = "What notify sends does not arrive: ", a.names(to)
		t.Mend = "Each event is sent again for a day. slipway doctor says whether the webhook can be reached."
	case bot.ToAuthor:
	}
	return t, named
}

// names says whether a rule names a recipient.
func (a *Announcer) names(to bot.Recipient) bool {
	return slices.ContainsFunc(a.catalog.Notify, func(rule bot.NotifyRule) bool { return slices.Contains(rule.To, to) })
}

// forgotten says whether a trouble is about a recipient of whom slipway.yaml says nothing
// any more.
func (a *Announcer) forgotten(t bot.Trouble) bool {
	switch t.Kind {
	case bot.NoAlerts:
		return t.Channel != a.catalog.Slack.Alerts
	case bot.NoChannel, bot.NotHeard:
		_, person := a.catalog.PersonByChat(t.Channel)
		return !person && !slices.ContainsFunc(a.catalog.Notify, func(rule bot.NotifyRule) bool {
			return slices.ContainsFunc(rule.To, func(to bot.Recipient) bool { return to.ID == t.Channel || "@"+to.ID == t.Channel })
		})
	case bot.ChannelMoved:
		return !a.catalog.NamesChannel(t.Channel)
	case bot.NoDirect, bot.NoBlocks, bot.NoSocket, bot.SharedToken:
	}
	return false
}
