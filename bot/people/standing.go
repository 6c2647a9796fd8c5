package people

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// Standing finds out what somebody may do with a release, by the current slipway.yaml.
func (p *People) Standing(ctx context.Context, r bot.Release, who bot.Who, by bot.Person) bot.Standing {
	grants := p.catalog.Grants(r.Targets())
	person, _ := p.catalog.PersonByChat(by.ID)
	if left, unread := p.HasLeft(ctx, by); left {
		return bot.Standing{Gone: true, Unread: unread, Login: person.GitHub}
	}
	in, unread := p.GroupsWith(ctx, r.Asks(who, grants), by)
	standing := bot.Standing{Groups: in, Unread: unread, Login: person.GitHub}
	standing.May = r.May(who, grants, by, standing)
	return standing
}
