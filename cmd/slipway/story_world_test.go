package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// newestRun waits for a run.
func (r *rig) newestRun() (githubsim.RunInfo, error) {
	var run githubsim.RunInfo
	err := eventually(func() error {
		runs := r.github.Runs()
		if len(runs) == 0 {
			return errors.New("there is no run")
		}
		run = runs[len(runs)-1]
		return nil
	})
	return run, err
}

func storyRun(r *rig, _ *testscript.TestScript, args []string) error {
	run, err := r.newestRun()
	if err != nil {
		return err
	}
	switch args[0] {
	case "start":
		return r.github.StartRun(run.ID)
	case "unstoppable":
		r.github.SetCancelDelay(-1)
		return nil
	case "queued", "requested", "waiting", "pending":
		return r.github.WaitRun(run.ID, args[0])
	case "rerun":
		return r.github.Rerun(run.ID)
	case "rerun_failed":
		return r.github.RerunFailed(run.ID)
	case "rerun_unseen":
		return r.github.FailAndRerun(run.ID)
	case "delete":
		return r.github.DeleteRun(run.ID)
	default:
		return r.github.FinishRun(run.ID, args[0])
	}
}

func storyJob(r *rig, _ *testscript.TestScript, args []string) error {
	run, err := r.newestRun()
	if err != nil {
		return err
	}
	switch args[1] {
	case "start":
		return r.github.StartJob(run.ID, args[0])
	case "hold":
		return r.github.HoldJob(run.ID, args[0])
	}
	step := ""
	if len(args) > 2 {
		step = args[2]
	}
	return r.github.FinishJob(run.ID, args[0], args[1], step)
}

func storyRuns(r *rig, _ *testscript.TestScript, args []string) error {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	r.promised.runs = want
	return eventually(func() error {
		if got := len(r.github.Runs()); got != want {
			return fmt.Errorf("there are %d runs, want %d", got, want)
		}
		return nil
	})
}

func storyDispatched(r *rig, _ *testscript.TestScript, args []string) error {
	want, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	r.promised.sent[args[0]] = want
	return eventually(func() error {
		if got := dispatchesOf(r.github)[args[0]]; got != want {
			return fmt.Errorf("%s was dispatched %d times, want %d", args[0], got, want)
		}
		return nil
	})
}

func storyCalls(r *rig, _ *testscript.TestScript, args []string) error {
	if got := strconv.Itoa(r.slack.Count(args[0])); got != args[1] {
		return fmt.Errorf("%s was called %s times, want %s", args[0], got, args[1])
	}
	return nil
}

func storyCommit(r *rig, ts *testscript.TestScript, args []string) error {
	ts.Setenv("SHA", r.github.Repo("acme/api").Commit(args[0], githubsim.CommitSpec{
		Message: strings.ReplaceAll(args[1], `\n`, "\n"), Login: "cleo-gh", Verified: slices.Contains(args[2:], "verified"),
	}))
	return nil
}

func storyFile(r *rig, ts *testscript.TestScript, args []string) error {
	text, err := os.ReadFile(filepath.Join(r.dir, args[2]))
	if err != nil {
		return err
	}
	ts.Setenv("SHA", r.github.Repo("acme/api").WriteFile(args[0], args[1], string(text)))
	return nil
}

func storyRace(r *rig, _ *testscript.TestScript, args []string) error {
	text, err := os.ReadFile(filepath.Join(r.dir, args[0]))
	if err != nil {
		return err
	}
	const path = ".github/workflows/deploy.yml"
	fault := githubsim.Fault{Before: func() {
		r.github.Repo("acme/api").WriteFile("main", path, string(text))
		if len(args) > 1 {
			unread := githubsim.Fault{Status: http.StatusBadGateway, Count: count(args, 1)}
			r.github.AddFault(unread.On(http.MethodGet, "*/contents/"+path))
		}
	}}
	r.github.AddFault(fault.On(http.MethodPost, "*/dispatches"))
	return nil
}

func storyCheck(r *rig, _ *testscript.TestScript, args []string) error {
	if !r.github.Repo("acme/api").SetCheck(args[0], githubsim.CheckSpec{Name: args[1], Conclusion: args[2]}) {
		return fmt.Errorf("there is no commit %s", args[0])
	}
	return nil
}

func storyDeployment(r *rig, _ *testscript.TestScript, args []string) error {
	return eventually(func() error {
		all := r.github.Repo("acme/api").Deployments()
		if want := max(1, count(args, 1)); len(all) < want {
			return fmt.Errorf("there are %d deployments, want %d", len(all), want)
		}
		states := all[len(all)-1].States
		if len(states) == 0 || states[len(states)-1] != args[0] {
			return fmt.Errorf("the newest deployment went through %v", states)
		}
		return nil
	})
}

func storyGitHub(r *rig, _ *testscript.TestScript, args []string) error {
	status, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	fault := githubsim.Fault{Status: status, Body: `{"message":"` + http.StatusText(status) + `"}`}
	if status == http.StatusTooManyRequests {
		fault = githubsim.TooManyRequests(time.Second)
	}
	fault.Count = count(args, 3)
	return r.githubMeets(fault.On(args[1], args[2]))
}

// githubMeets switches a fault on, and waits for the answers to requests that
// came before it: what they tell is what was true then.
func (r *rig) githubMeets(fault githubsim.Fault) error {
	r.github.AddFault(fault)
	return eventually(func() error {
		for _, q := range r.github.Requests() {
			if q.Status == 0 && !q.Faulted {
				return fmt.Errorf("%s %s is under way", q.Method, q.Path)
			}
		}
		return nil
	})
}

func storyCut(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.AddFault(githubsim.Fault{Cut: true, After: args[2] == "after"}.On(args[0], args[1]))
	return nil
}

func count(args []string, i int) int {
	if len(args) <= i {
		return 1
	}
	n, err := strconv.Atoi(args[i])
	if err != nil {
		return 1
	}
	return n
}

func storyHook(r *rig, _ *testscript.TestScript, args []string) error {
	if args[0] == "none" {
		r.github.ClearHookFaults()
		return nil
	}
	fault := githubsim.HookFault{Kind: args[0], Count: -1, Delay: githubsim.Duration(500 * time.Millisecond)}
	if len(args) > 1 {
		fault.Event = args[1]
	}
	if len(args) > 2 {
		fault.Action = args[2]
	}
	r.github.AddHookFault(fault)
	return nil
}

func storySlack(r *rig, _ *testscript.TestScript, args []string) error {
	status, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	fault := slacksim.Fault{Method: args[1], Status: status, Times: count(args, 2)}
	if status == http.StatusTooManyRequests {
		fault.RetryAfter = time.Second
	}
	r.slack.Inject(fault)
	return nil
}

func storyOutage(r *rig, _ *testscript.TestScript, args []string) error {
	r.outage = args[0] == "begins"
	switch args[0] {
	case "begins":
		r.slack.StartOutage()
	case "of_api":
		r.outageOfAPI()
	default:
		r.slack.EndOutage()
		r.slack.ClearFaults()
	}
	return nil
}

func storyService(r *rig, _ *testscript.TestScript, args []string) error {
	if args[0] == "crashes" {
		r.service.crashLoop()
		return nil
	}
	status, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	r.service.set(status)
	if len(args) > 1 {
		r.service.tells(args[1])
	}
	return nil
}
