package reconciler

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// maxNudges is how many repositories can wait for a look; a nudge beyond that is
	// dropped, and the repository is read in its turn.
	maxNudges = 64
	// nudgesTogether is how long further nudges of the same repository are collected.
	nudgesTogether = 2 * time.Second
)

// Nudge says that something happened to a run of a repository that belongs to no known
// release: its workflows are read soon.
func (rc *Reconciler) Nudge(repo string) {
	rc.nudge(nudge{repo: strings.ToLower(repo)})
}

// NudgeDeployments says that something is done by a deployment of a repository that
// slipway may not have made: its deployments are looked at soon.
func (rc *Reconciler) NudgeDeployments(repo string) {
	rc.nudge(nudge{repo: strings.ToLower(repo), deployments: true})
}

// nudge is what is to be looked at of a repository: its workflows, or its deployments.
type nudge struct {
	repo        string
	deployments bool
}

func (rc *Reconciler) nudge(n nudge) {
	select {
	case rc.nudges <- n:
	default:
	}
}

// heedNudges reads what was nudged, several nudges together.
func (rc *Reconciler) heedNudges(ctx context.Context) error {
	for {
		all := map[nudge]bool{}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n := <-rc.nudges:
			all[n] = true
		}
		loop.Pause(ctx, nil, nudgesTogether)
		for more := true; more; {
			select {
			case n := <-rc.nudges:
				all[n] = true
			default:
				more = false
			}
		}
		rc.heed(ctx, all)
	}
}

func (rc *Reconciler) heed(ctx context.Context, all map[nudge]bool) {
	for _, s := range rc.sources() {
		if all[nudge{repo: strings.ToLower(s.repo)}] && ctx.Err() == nil {
			loop.Alone(rc.log, s.String(), func() { rc.look(ctx, s) })
		}
	}
	for _, repo := range rc.repositories() {
		if all[nudge{repo: strings.ToLower(repo), deployments: true}] && ctx.Err() == nil {
			loop.Alone(rc.log, repo, func() { rc.lookAtDeployments(ctx, repo) })
		}
	}
}

// look reads the newest runs of one source.
func (rc *Reconciler) look(ctx context.Context, s source) {
	within, cancel := context.WithTimeout(ctx, rerunsWithin)
	defer cancel()
	_, err := rc.StartedAgain(within, s.repo, s.workflow)
	if err == nil {
		_, err = rc.newest.last(s)
	}
	if unknown := bot.KindOf(err) == bot.NotFound; err != nil && !unknown && ctx.Err() == nil { // what nobody knows has no runs
		rc.log.Warn("it could not be looked what was started past slipway", slog.String("repo", s.repo), slog.String("workflow", s.workflow), bot.ErrAttr(err))
	}
}

// beginWatch notes since when each source is watched, so that nothing is told that
// was done before.
func (rc *Reconciler) beginWatch(ctx context.Context, sources []source) {
	for _, s := range sources {
		if _, _, err := rc.ports.Besides.WatchedSince(ctx, s.String()); err != nil {
			return // it is noted with the first look
		}
	}
}
