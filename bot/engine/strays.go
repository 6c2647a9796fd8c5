package engine

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// A stray is a run of slipway's whose release the store does not know: it was
// started and then forgotten, with the last writes of a Redis that came back
// from an older copy. It is never started again, for nobody remembers it; but
// its number must not be given twice, people must hear of it, and while it
// goes on no other release of the service may be started: which of the targets
// it works on is not to be told from a list of runs.
type stray = bot.ListedRun

// findStrays compares the newest runs of every service with the store.
func (e *Engine) findStrays(ctx context.Context) error {
	found := map[string][]stray{}
	seen := map[string]bool{}
	for _, service := range e.catalog.Services {
		source := service.Repo.String() + " " + service.Workflow
		if seen[source] {
			continue // services may share one
		}
		seen[source] = true
		runs, err := e.Runs.RecentRuns(ctx, service.Repo.String(), service.Workflow)
		switch {
		case err != nil && isFinal(err):
			// Whoever may not even list the runs cannot start one there either.
			e.log.Warn("the runs of a service cannot be listed", slog.String("service", service.Name), errAttr(err))
			continue
		case err != nil:
			return err
		}
		for _, listed := range runs {
			if err := e.sortOut(ctx, listed, found); err != nil {
				return err
			}
		}
	}
	for service, strays := range found {
		if err := e.passOver(ctx, service, strays); err != nil {
			return err
		}
	}
	e.lives.mu.Lock()
	defer e.lives.mu.Unlock()
	e.lives.going, e.lives.untold = unfinishedOf(found), found
	return nil
}

// sortOut adds a run to those whose release is not known, by service.
func (e *Engine) sortOut(ctx context.Context, listed bot.ListedRun, found map[string][]stray) error {
	id, _ := bot.ReleaseIDOf(listed.RunKey)
	name, _ := bot.ServiceOf(id)
	service, declared := e.catalog.Service(name)
	if !declared || !strings.EqualFold(service.Repo.String(), listed.Repo) {
		return nil
	}
	r, err := e.Records.Release(ctx, id)
	switch {
	case err == nil && r.RunKey == listed.RunKey:
		return nil
	case err != nil && bot.KindOf(err) != bot.NotFound:
		return err
	}
	found[name] = append(found[name], listed)
	return nil
}

// passOver sees to it that no forgotten id is given again.
func (e *Engine) passOver(ctx context.Context, service string, strays []stray) error {
	for _, s := range strays {
		id, _ := bot.ReleaseIDOf(s.RunKey)
		if _, err := e.Lives.SkipIDs(ctx, id); err != nil {
			return err
		}
	}
	e.log.Warn("Redis has forgotten releases that ran at GitHub", slog.String("service", service), slog.Int("releases", len(strays)))
	return nil
}

func unfinishedOf(found map[string][]stray) map[string][]stray {
	going := map[string][]stray{}
	for service, strays := range found {
		for _, s := range strays {
			if s.Run.Status != bot.RunCompleted {
				going[service] = append(going[service], s)
			}
		}
	}
	return going
}

// strayUnder says which forgotten run keeps the service's targets; empty: none.
func (e *Engine) strayUnder(ctx context.Context, r bot.Release) string {
	service := r.Target.Service
	e.lives.mu.Lock()
	going := slices.Clone(e.lives.going[service])
	e.lives.mu.Unlock()
	for _, s := range going {
		id, _ := bot.ReleaseIDOf(s.RunKey)
		run, err := e.Runner.ReadRun(ctx, s.Repo, s.Run.ID)
		switch {
		case bot.KindOf(err) == bot.NotFound, err == nil && run.Status == bot.RunCompleted:
			e.lives.over(service, s)
		case err != nil:
			return "the run of " + id + ", which Redis has forgotten, could not be read"
		default:
			return "the run of " + id + ", which Redis has forgotten, is still going at GitHub: " + run.URL
		}
	}
	return ""
}

// over drops a stray whose run has ended.
func (l *lives) over(service string, ended stray) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.going[service] = slices.DeleteFunc(slices.Clone(l.going[service]), func(s stray) bool { return s.RunKey == ended.RunKey })
}

// tellForgotten says out loud what was forgotten, once for all replicas.
func (e *Engine) tellForgotten(ctx context.Context) {
	e.lives.mu.Lock()
	untold := e.lives.untold
	e.lives.mu.Unlock()
	for service, strays := range untold {
		newest, _ := bot.ReleaseIDOf(strays[0].RunKey)
		_, _, err := e.postOnce(ctx, bot.Message{
			Key:     bot.MessageKey{Release: newest, Kind: "alert_forgotten"},
			Channel: e.alertChannel(service),
			Body:    bot.Forgotten{Service: service, Runs: strays},
		})
		if err != nil {
			if bot.RetryAfter(err) == 0 {
				e.log.Warn("it could not be said which releases Redis has forgotten", errAttr(err))
			}
			continue
		}
		e.lives.mu.Lock()
		delete(e.lives.untold, service)
		e.lives.mu.Unlock()
	}
}

// alertChannel is where what needs a person is said of a service.
func (e *Engine) alertChannel(service string) string {
	if e.catalog.Slack.Alerts != "" {
		return e.catalog.Slack.Alerts
	}
	s, _ := e.catalog.Service(service)
	return s.Channel
}
