package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// hostWords are those about what GitHub itself has a mind of:
//
//	permission NAME read|none|write  how much slipway's token has of a permission
//	pull NUMBER REF AUTHOR [open]    the commit belongs to a pull request of AUTHOR's,
//	                                 merged or open
//	merged NUMBER REF AUTHOR BY      the same, merged by somebody
//	review NUMBER LOGIN STATE [SHA]  somebody reviews it as it is, or as it was
//	environment NAME [REVIEWER...]   an environment with these reviewers; jobs wait for
//	                                 one of them
//	statuses STATUS...               the runs that there are have these statuses
//	requests N METHOD PATH           GitHub got exactly N such requests since counting began
//	reviewed LOGIN approved|rejected what the newest run waits for is answered
func hostWords() map[string]storyCommand {
	return map[string]storyCommand{
		"permission": storyPermission, "pull": storyPull, "merged": storyMerged, "review": storyReview,
		"environment": storyEnvironment, "reviewed": storyReviewed, "requests": storyRequests, "statuses": storyStatuses,
	}
}

func storyPermission(r *rig, _ *testscript.TestScript, args []string) error {
	access := args[1]
	if access == "none" {
		access = ""
	}
	r.github.Limit(githubsim.DefaultToken, args[0], access)
	return nil
}

func storyPull(r *rig, _ *testscript.TestScript, args []string) error {
	return r.joins(args, githubsim.PullSpec{Login: args[2], Open: slices.Contains(args[3:], "open")})
}

func storyMerged(r *rig, _ *testscript.TestScript, args []string) error {
	return r.joins(args, githubsim.PullSpec{Login: args[2], MergedBy: args[3]})
}

func (r *rig) joins(args []string, spec githubsim.PullSpec) (err error) {
	if spec.Number, err = strconv.Atoi(args[0]); err != nil {
		return err
	}
	if !r.github.Repo("acme/api").Join(args[1], spec) {
		return fmt.Errorf("there is no commit %s", args[1])
	}
	return nil
}

func storyReview(r *rig, _ *testscript.TestScript, args []string) error {
	number, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	spec := githubsim.ReviewSpec{Login: args[1], State: args[2]}
	if len(args) > 3 {
		spec.Commit = args[3]
	}
	return r.github.Repo("acme/api").Review(number, spec)
}

func storyEnvironment(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.Repo("acme/api").SetEnvironment(args[0], githubsim.EnvironmentSpec{Reviewers: args[1:]})
	return nil
}

func storyStatuses(r *rig, _ *testscript.TestScript, args []string) error {
	return eventually(func() error {
		var got []string
		for _, run := range r.github.Runs() {
			got = append(got, run.Status)
		}
		if !slices.Equal(got, args) {
			return fmt.Errorf("the runs are %v, want %v", got, args)
		}
		return nil
	})
}

func storyRequests(r *rig, _ *testscript.TestScript, args []string) error {
	if got := strconv.Itoa(r.github.Count(args[1], args[2])); got != args[0] {
		return fmt.Errorf("GitHub got %s such requests, want %s: %s", got, args[0], inLines(r.github.Requests()))
	}
	return nil
}

func storyReviewed(r *rig, _ *testscript.TestScript, args []string) error {
	run, err := r.newestRun()
	if err != nil {
		return err
	}
	return eventually(func() error { return r.github.ReviewRun(run.ID, args[0], args[1], "") })
}
