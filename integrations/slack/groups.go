package slack

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// maxMembers bounds what is taken for the members of one group.
const maxMembers = 10_000

// GroupMembers lists the accounts in a user group (usergroups.users.list, which
// needs the scope usergroups:read). A group that is disabled has none, and user
// groups cannot be nested.
func (s *Sender) GroupMembers(ctx context.Context, group string) ([]string, error) {
	var members []string
	err := s.call(ctx, methodGroup, "", func() (err error) {
		members, err = s.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(members) > maxMembers:
		return nil, &bot.Error{Kind: bot.Invalid, Op: methodGroup, Says: fmt.Sprintf("the user group %s has more than %d members", group, maxMembers)}
	}
	return members, nil
}
