package main

import (
	"context"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
)

// hints brings what GitHub's webhooks tell to the release that it is about.
// A hint only makes slipway read the run; one about somebody else's run has the
// runs of its repository looked at.
type hints struct {
	find func(ctx context.Context, runID int64) (release string, found bool, err error)
	post func(ctx context.Context, letter bot.InboxEvent) (bot.Posted, error)
	hear func(ctx context.Context, what string)
	// nudge has the workflows of a repository looked at, in which something moved that
	// is no release's.
	nudge func(repo string)
	// look has its deployments looked at.
	look func(repo string)
}

// Delivered notes that a delivery came.
func (h hints) Delivered(ctx context.Context, repo string) { h.hear(ctx, seenOf(repo)) }

// RunHint stores a hint; an error makes GitHub's delivery one that can be sent
// again.
func (h hints) RunHint(ctx context.Context, hint github.Hint) error {
	id, found := bot.ReleaseIDOf(hint.RunKey)
	if !found {
		var err error
		id, found, err = h.find(ctx, hint.RunID)
		if err == nil && !found {
			h.nudge(hint.Repo)
		}
		if err != nil || !found {
			return err
		}
	}
	posted, err := h.post(ctx, bot.InboxEvent{
		Release: id, Event: bot.Hinted{Attempt: hint.Attempt},
		Key: "delivery:" + hint.Delivery + ":" + strconv.FormatInt(hint.RunID, 10),
	})
	if posted == bot.PostUnknown || posted == bot.PostEnded { // its name may show a key that is not its own
		h.nudge(hint.Repo)
	}
	return err
}

// DeploymentHint has the deployments of a repository looked at, unless the run of a
// release says what it does.
func (h hints) DeploymentHint(ctx context.Context, repo string, runID int64) {
	if runID != 0 {
		if _, found, err := h.find(ctx, runID); err == nil && found {
			return
		}
	}
	h.look(repo)
}
