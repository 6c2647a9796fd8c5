package main

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// gateWords are the words of the stories about what GitHub takes and refuses.
//
//	trigger FILE EVENT             an event at GitHub, such as push, runs a workflow on main
//	onpage WHO FILE [NAME=VALUE...]  somebody runs a workflow of main on the Actions page
//	elsewhere WHO ENV REF STATE... somebody deploys a ref in another way, and tells GitHub so
//	suite BRANCH NAME CONCLUSION   a check of the branch's tip ends, beside others of its name
//	shut archived|actions|hidden|FILE    the repository is archived, GitHub Actions is off in
//	                               it, no token may see it, or a workflow is disabled
//	reopen archived|actions|hidden|FILE  and no longer
//	oldgithub                      GitHub is an Enterprise Server of some time ago
//	environments NAME...           further environments of the repository at GitHub
func gateWords() map[string]storyCommand {
	return map[string]storyCommand{
		"trigger": storyTrigger, "elsewhere": storyElsewhere, "onpage": storyOnThePage, "suite": storySuite, "oldgithub": storyOldGitHub, "environments": storyEnvironments,
		"shut":   func(r *rig, _ *testscript.TestScript, args []string) error { return r.shut(args[0], true) },
		"reopen": func(r *rig, _ *testscript.TestScript, args []string) error { return r.shut(args[0], false) },
	}
}

func storyTrigger(r *rig, _ *testscript.TestScript, args []string) error {
	_, err := r.github.Repo("acme/api").Trigger(args[0], "main", args[1])
	return err
}

func storyElsewhere(r *rig, _ *testscript.TestScript, args []string) error {
	return r.github.Repo("acme/api").Deploy(args[0], args[1], args[2], "https://ci.example.com/7", args[3:]...)
}

func storyOnThePage(r *rig, _ *testscript.TestScript, args []string) error {
	inputs := map[string]any{}
	for _, arg := range args[2:] {
		name, value, _ := strings.Cut(arg, "=")
		inputs[name] = value
	}
	_, err := r.github.Repo("acme/api").StartByHand(args[0], args[1], "main", inputs)
	return err
}

func storySuite(r *rig, _ *testscript.TestScript, args []string) error {
	if !r.github.Repo("acme/api").AddCheck(args[0], githubsim.CheckSpec{Name: args[1], Conclusion: args[2]}) {
		return fmt.Errorf("there is no commit %s", args[0])
	}
	return nil
}

func (r *rig) shut(what string, closed bool) error {
	repo := r.github.Repo("acme/api")
	switch {
	case what == "archived":
		repo.SetArchived(closed)
	case what == "actions":
		repo.SetActions(!closed)
	case what == "hidden":
		repo.SetHidden(closed)
	case strings.HasSuffix(what, ".yml"):
		repo.SetWorkflowState(what, map[bool]string{true: "disabled_manually", false: "active"}[closed])
	default:
		return fmt.Errorf("%s cannot be shut", what)
	}
	return nil
}

func storyOldGitHub(r *rig, _ *testscript.TestScript, _ []string) error {
	r.github.SetOldServer(true)
	return nil
}

func storyEnvironments(r *rig, _ *testscript.TestScript, args []string) error {
	for _, name := range args {
		r.github.Repo("acme/api").SetEnvironment(name, githubsim.EnvironmentSpec{})
	}
	return nil
}
