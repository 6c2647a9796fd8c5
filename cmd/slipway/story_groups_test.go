package main

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// groupWords are those about groups that live in Slack or at GitHub:
//
//	usergroup ID [WHO...]   the user group has these members, and no others
//	team TEAM [LOGIN...]    the team at GitHub has these members; none removes it
func groupWords() map[string]storyCommand {
	return map[string]storyCommand{"usergroup": storyUsergroup, "team": storyTeam}
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

func storyTeam(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.SetTeam(args[0], args[1:]...)
	return nil
}
