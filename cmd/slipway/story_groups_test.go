package main

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// groupWords are those about groups that live in Slack or at GitHub:
//
//	usergroup ID [WHO...]   the user group has these members, and no others
//	team TEAM [LOGIN...]    the team at GitHub has these members; none removes it
//	leaves WHO              somebody's account in Slack is deactivated
func groupWords() map[string]storyCommand {
	return map[string]storyCommand{"usergroup": storyUsergroup, "team": storyTeam, "leaves": storyLeaves}
}

func storyUsergroup(r *rig, _ *testscript.TestScript, args []string) error {
	group := slacksim.UserGroup{ID: args[0], Handle: "oncall"}
	for _, name := range args[1:] {
		id, err := named(people(), "person", name)
		if err != nil {
			return err
		}
		group.Members = append(group.Members, id)
	}
	r.slack.AddUserGroup(group)
	return nil
}

func storyLeaves(r *rig, _ *testscript.TestScript, args []string) error {
	id, err := named(people(), "person", args[0])
	if err != nil {
		return err
	}
	r.slack.AddUser(slacksim.User{ID: id, Name: args[0], RealName: args[0], Deleted: true})
	return nil
}

func storyTeam(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.SetTeam(args[0], args[1:]...)
	return nil
}
