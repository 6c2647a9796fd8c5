package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
)

// TestRunHint: a delivery finds its release by the run key that it shows, and
// else by the run; one that is nobody's is forgotten, and one that is sent again
// has the same key.
func TestRunHint(t *testing.T) {
	t.Parallel()
	gone := errors.New("the store is gone")
	hinted := func(attempt int) []bot.InboxEvent {
		return []bot.InboxEvent{{Release: "api-142", Event: bot.Hinted{Attempt: attempt}, Key: "delivery:d-1:7"}}
	}
	for name, tt := range map[string]struct {
		hint  github.Hint
		find  error
		post  error
		asked []int64
		want  []bot.InboxEvent
		know  bot.Posted // what the store says of the release
		looks bool       // whether the repository is looked at
		err   error
	}{
		"by its key":              {hint: github.Hint{RunKey: "api-142.k3v9x2mq", RunID: 7, Delivery: "d-1"}, want: hinted(0)},
		"by its run":              {hint: github.Hint{RunID: 7, Attempt: 2, Delivery: "d-1"}, asked: []int64{7}, want: hinted(2)},
		"a key that is none":      {hint: github.Hint{RunKey: "api-142", RunID: 7, Delivery: "d-1"}, asked: []int64{7}, want: hinted(0)},
		"nobody's":                {hint: github.Hint{Repo: "acme/api", RunID: 8, Delivery: "d-1"}, asked: []int64{8}, looks: true},
		"a key that was made up":  {hint: github.Hint{Repo: "acme/api", RunKey: "api-142.k3v9x2mq", RunID: 7, Delivery: "d-1"}, want: hinted(0), know: bot.PostUnknown, looks: true},
		"of a release that ended": {hint: github.Hint{Repo: "acme/api", RunKey: "api-142.k3v9x2mq", RunID: 7, Delivery: "d-1"}, want: hinted(0), know: bot.PostEnded, looks: true},
		"it cannot be looked up":  {hint: github.Hint{RunID: 7, Delivery: "d-1"}, find: gone, asked: []int64{7}, err: gone},
		"it cannot be stored":     {hint: github.Hint{RunKey: "api-142.k3v9x2mq", RunID: 7, Delivery: "d-1"}, post: gone, want: hinted(0), err: gone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []int64
			var posted []bot.InboxEvent
			var nudged []string
			h := hints{
				find: func(_ context.Context, run int64) (string, bool, error) {
					asked = append(asked, run)
					return "api-142", run == 7, tt.find
				},
				post: func(_ context.Context, letter bot.InboxEvent) (bot.Posted, error) {
					posted = append(posted, letter)
					return cmp.Or(tt.know, bot.PostStored), tt.post
				},
				nudge: func(repo string) { nudged = append(nudged, repo) },
			}
			if err := h.RunHint(t.Context(), tt.hint); !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if looks := slices.Equal(nudged, []string{"acme/api"}); looks != tt.looks || len(nudged) > 1 {
				t.Errorf("looked at %v", nudged)
			}
			if diff := gocmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("runs that were looked up (-want +got):\n%s", diff)
			}
			if diff := gocmp.Diff(tt.want, posted); diff != "" {
				t.Errorf("posted (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDeploymentHint: the deployments of a repository are looked at, unless the run of a
// release says what is done.
func TestDeploymentHint(t *testing.T) {
	t.Parallel()
	gone := errors.New("the store is gone")
	for name, tt := range map[string]struct {
		run   int64
		find  error
		looks bool
	}{
		"of no run":              {looks: true},
		"of a release's run":     {run: 7},
		"of another run":         {run: 8, looks: true},
		"it cannot be looked up": {run: 7, find: gone, looks: true},
	} {
		looked := 0
		h := hints{
			find: func(_ context.Context, run int64) (string, bool, error) { return "api-142", run == 7, tt.find },
			look: func(string) { looked++ },
		}
		h.DeploymentHint(t.Context(), "acme/api", tt.run)
		if (looked == 1) != tt.looks {
			t.Errorf("%s: looked %d times", name, looked)
		}
	}
}
