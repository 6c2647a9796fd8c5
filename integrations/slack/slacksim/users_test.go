package slacksim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func TestPeopleAndGroups(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	u, err := r.api.GetUserInfo(guest)
	check(t, err)
	if !u.IsRestricted || !u.IsUltraRestricted || u.RealName != "Gus" || u.TeamID != "T0001" {
		t.Errorf("guest: %+v", u)
	}
	_, err = r.api.GetUserInfo("U0NOBODY")
	wantError(t, err, "user_not_found")
	u, err = r.api.GetUserByEmail("ann@acme.example")
	check(t, err)
	if u.ID != ann {
		t.Errorf("that is %s's address", u.ID)
	}
	_, err = r.api.GetUserByEmail("nobody@acme.example")
	wantError(t, err, "users_not_found")
	all, err := r.api.GetUsers()
	check(t, err)
	if len(all) != 4 {
		t.Errorf("%d users", len(all))
	}
	check(t, r.sim.EditUser(ann, func(u *slacksim.User) { u.Deleted = true }))
	u, err = r.api.GetUserInfo(ann)
	check(t, err)
	if !u.Deleted {
		t.Error("Ann has left")
	}

	groups, err := r.api.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true), slack.GetUserGroupsOptionIncludeCount(true))
	check(t, err)
	if len(groups) != 1 || groups[0].Handle != "sre" || groups[0].UserCount != 1 || len(groups[0].Users) != 1 {
		t.Errorf("groups: %+v", groups)
	}
	members, err := r.api.GetUserGroupMembers("S0SRE")
	check(t, err)
	if diff := cmp.Diff([]string{ann}, members); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	r.sim.AddUserGroup(slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Disabled: true})
	_, err = r.api.GetUserGroupMembers("S0SRE")
	wantError(t, err, "no_such_subteam")
}

func TestWorkspaceAndChannels(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	team, err := r.api.GetTeamInfo()
	check(t, err)
	if team.ID != "T0001" || team.Domain != "acme" {
		t.Errorf("team %+v", team)
	}
	bot, err := r.api.GetBotInfo(slack.GetBotInfoParameters{Bot: r.sim.Options().BotID})
	check(t, err)
	if bot.UserID != r.sim.Options().BotUserID {
		t.Errorf("bot %+v", bot)
	}
	_, err = r.api.GetBotInfo(slack.GetBotInfoParameters{Bot: "B0NONE"})
	wantError(t, err, "bot_not_found")
	var names []string
	params := &slack.GetConversationsParameters{ExcludeArchived: true, Limit: 1, Types: []string{"public_channel", "private_channel"}}
	for {
		page, next, err := r.api.GetConversations(params)
		check(t, err)
		for _, c := range page {
			names = append(names, c.Name)
		}
		if params.Cursor = next; next == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"deploys", "other"}, names); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	c, err := r.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: "C0OTHER"})
	check(t, err)
	if c.IsMember {
		t.Error("the bot is no member of #other")
	}
	_, err = r.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: "C0SECRET"})
	wantError(t, err, "channel_not_found")
	dm, _, _, err := r.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{ann}})
	check(t, err)
	_, _, err = r.api.PostMessage(dm.ID, text("hello Ann"))
	check(t, err)
	if got := r.sim.DirectMessages(ann); len(got) != 1 || got[0].Current().Text != "hello Ann" {
		t.Errorf("direct messages: %+v", got)
	}
	_, _, _, err = r.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{"U0NOBODY"}})
	wantError(t, err, "user_not_found")
}
