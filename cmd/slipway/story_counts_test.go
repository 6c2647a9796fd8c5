package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// latency is what every request to GitHub takes in the stories that count how
// many of them stand one behind the other.
const latency = time.Second

// storySlow makes every request to GitHub take the fixed latency, and begins
// to count.
func storySlow(r *rig, _ *testscript.TestScript, _ []string) error {
	r.github.AddFault(githubsim.Fault{Latency: githubsim.Duration(latency), Count: -1})
	r.github.ClearRequests()
	return nil
}

// storyCounted begins to count.
func storyCounted(r *rig, _ *testscript.TestScript, _ []string) error {
	r.github.ClearRequests()
	return nil
}

// storyInARow checks how many requests to GitHub stood one behind the other
// from the first that was counted to the dispatch, the dispatch included.
func storyInARow(r *rig, _ *testscript.TestScript, args []string) error {
	most, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	return eventually(func() error {
		requests := r.github.Requests()
		for _, q := range requests {
			if q.Method != http.MethodPost || !strings.HasSuffix(q.Path, "/dispatches") {
				continue
			}
			if rows := rowsUntil(requests, q.At); rows > most {
				return &overError{fmt.Errorf("%d requests to GitHub stood in a row, want at most %d: %s", rows, most, inLines(requests))}
			}
			return nil
		}
		return fmt.Errorf("nothing was dispatched: %s", inLines(requests))
	})
}

// rowsUntil counts the rows of requests that arrived until at. Those of one row
// arrive together; the next begins when their answers are there, at least a
// latency later.
func rowsUntil(requests []githubsim.Request, at time.Time) int {
	rows, began := 0, time.Time{}
	for _, q := range requests {
		if !q.At.After(at) && q.At.Sub(began) >= latency {
			rows, began = rows+1, q.At
		}
	}
	return rows
}

// storyPolled checks what a deploy without webhooks has asked GitHub since it
// was begun to count: at most 20 requests, and one for each interval of the run;
// and most of what was asked of the run was answered with a 304, for free.
func storyPolled(r *rig, _ *testscript.TestScript, args []string) error {
	interval, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	var begun time.Time
	asked, unchanged := 0, 0
	requests := r.github.Requests()
	for _, q := range requests {
		switch {
		case q.Method == http.MethodPost && strings.HasSuffix(q.Path, "/dispatches"):
			begun = q.At
		case strings.Contains(q.Path, "/actions/runs/"):
			asked++
			if q.Status == http.StatusNotModified {
				unchanged++
			}
		}
	}
	lasted := requests[len(requests)-1].At.Sub(begun)
	if most := 20 + int(lasted/interval); begun.IsZero() || len(requests) > most {
		return fmt.Errorf("GitHub got %d requests in the %s of a run, want at most %d: %s", len(requests), lasted, most, inLines(requests))
	}
	if 2*unchanged <= asked {
		return fmt.Errorf("%d of the %d requests about the run were answered with 304, want most: %s", unchanged, asked, inLines(requests))
	}
	return nil
}

// storyAtMost checks how many requests GitHub, or a method of Slack, got.
func storyAtMost(r *rig, _ *testscript.TestScript, args []string) error {
	most, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	requests := r.github.Requests()
	got := len(requests)
	if args[0] != "github" {
		got = r.slack.Count(args[0])
	}
	if got > most {
		return fmt.Errorf("%s got %d requests, want at most %d: %s", args[0], got, most, inLines(requests))
	}
	return nil
}

func inLines(requests []githubsim.Request) string {
	var list strings.Builder
	for _, q := range requests {
		fmt.Fprintf(&list, "\n%s %s %s %d", q.At.Format("05.000"), q.Method, q.Path, q.Status)
	}
	return list.String()
}
