package main

import (
	"context"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// groupWords are those about groups that live in Slack or at GitHub:
//
//	usergroup ID [WHO...]   the user group has these members, and no others
//	team TEAM [LOGIN...]    the team at GitHub has these members; none removes it
//	leaves WHO              somebody's account in Slack is deactivated, of which Slack tells
//	                        slipway
func groupWords() map[string]storyCommand {
	return map[string]storyCommand{"usergroup": storyUsergroup, "team": storyTeam, "leaves": storyLeaves}
}

func storyUsergroup(r *rig, ts *testscript.TestScript, args []string) error {
	group := slacksim.UserGroup{ID: args[0], Handle: "oncall"}
	for _, name := range args[1:] {
		id, err := named(players(), "person", name)
		if err != nil {
			return err
		}
		group.Members = append(group.Members, id)
	}
	if r.slipway == nil {
		r.slack.AddUserGroup(group)
		return nil
	}
	d, err := r.slack.ChangeUserGroup(context.Background(), group)
	return delivered(ts, d, err)
}

func storyLeaves(r *rig, ts *testscript.TestScript, args []string) error {
	id, err := named(players(), "person", args[0])
	if err != nil {
		return err
	}
	d, err := r.slack.ChangeAccount(context.Background(), id, func(u *slacksim.User) { u.Deleted = true })
	return delivered(ts, d, err)
}

func storyTeam(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.SetTeam(args[0], args[1:]...)
	return nil
}
