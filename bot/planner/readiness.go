package planner

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/readiness"
)

// filesWithin is how long the files of a report may take. A report that lacks
// some says so; a deploy does not wait for it any longer.
const filesWithin = 6 * time.Second

// readChanges reads what lies between what is live and the release, and then,
// of the files that changed, those that say what the service needs to run.
// Beside it the other reads that need the commit go on.
func (b *builder) readChanges(ctx context.Context, live, sha string) error {
	changes, files, err := b.changesSince(ctx, live, sha)
	if err != nil {
		return err
	}
	b.plan.Changes = changes
	b.plan.Changes.Touch = touched(b.service, changes, files)
	if err := b.readComebacks(ctx, live, changes, files.Brought); err != nil {
		return err
	}
	if to := b.backTo(); to != nil && to.SHA == live {
		b.plan.Undone = b.undone(changes, files)
	}
	switch changes.Direction {
	case bot.Same:
	case bot.Unrelated:
		b.plan.Readiness.Unread = []string{"GitHub cannot compare this commit with what is live, so what the service needs was not compared"}
	case bot.Forward, bot.Backward, bot.Sideways:
		var beside guard.WaitGroup
		beside.Go(func() { b.keepOwn(ctx) })
		b.plan.Readiness = b.report(ctx, files, changes.Direction, live, sha)
		beside.Wait()
	}
	return nil
}

// backTo is where a rollback would go after a deploy; nil: nowhere, or the
// release is no deploy.
func (b *builder) backTo() *bot.Past {
	if b.r.Kind != bot.Deploy && b.r.Kind != bot.Preview {
		return nil
	}
	return b.plan.RollbackTo
}

// readUndone finds out what a rollback would leave as it is, where it would not
// go to what is live. That is told, never asked for, so a read that fails is
// said on the plan and keeps nothing back.
func (b *builder) readUndone(ctx context.Context, sha string) {
	changes, files, err := b.p.ports.Resolver.Changes(ctx, b.plan.Repo, b.plan.RollbackTo.SHA, sha)
	if err != nil {
		b.p.log.Warn("what a rollback would not undo could not be read", bot.ErrAttr(err))
	}
	b.plan.Undone = b.undone(changes, files)
}

// Between finds out what lies between releases of a target and the commit that is live
// there, all at once, and in their order. What cannot be read is said to be unknown.
func (p *Planner) Between(ctx context.Context, t bot.Target, live string, past []bot.Past) []bot.Between {
	found := make([]bot.Between, len(past))
	service, _, err := p.declared(t)
	if err != nil {
		return found
	}
	var reading guard.WaitGroup
	for i, to := range past {
		reading.Go(func() {
			changes, files, err := p.ports.Resolver.Changes(ctx, service.Repo.String(), to.SHA, live)
			if err != nil || changes.Direction != bot.Forward && changes.Direction != bot.Same {
				return // it has no plain answer
			}
			found[i] = bot.Between{Known: true, Commits: changes.Total, Undone: readiness.Undone(files, reportRules(service, t.Environment))}
		})
	}
	reading.Wait()
	return found
}

// undone is what a rollback would leave as it is. What was not compared, or has
// no common history, may be anything.
func (b *builder) undone(changes bot.Changes, files bot.ChangedFiles) *bot.Undone {
	undone := readiness.Undone(files, reportRules(b.service, b.r.Target.Environment))
	undone.Unread = undone.Unread || changes.Direction == "" || changes.Direction == bot.Unrelated
	return &undone
}

// report reads the files that matter, at both commits and all at once, and
// compares them.
func (b *builder) report(ctx context.Context, changed bot.ChangedFiles, way bot.Direction, live, sha string) bot.Readiness {
	rules := reportRules(b.service, b.r.Target.Environment)
	reads := readiness.Wanted(changed.Files, rules)
	var wanted []bot.FileAt
	for _, path := range reads.Before {
		wanted = append(wanted, bot.FileAt{SHA: live, Path: path})
	}
	for _, path := range reads.After {
		wanted = append(wanted, bot.FileAt{SHA: sha, Path: path})
	}
	var files []bot.RepoFile
	if len(wanted) > 0 {
		ctx, cancel := context.WithTimeout(ctx, filesWithin)
		defer cancel()
		files = b.p.ports.Reader.Files(ctx, b.plan.Repo, wanted)
	}
	n := min(len(reads.Before), len(files))
	return readiness.Report(readiness.Input{
		Direction: way, Changed: changed, Reads: reads,
		Before: files[:n], After: files[n:], Rules: rules,
	})
}

// reportRules are what slipway.yaml says of a report.
func reportRules(service catalog.Service, environment string) readiness.Rules {
	rules := readiness.Rules{Environment: environment, Paths: service.Paths}
	if len(service.Paths) > 0 {
		rules.Own = catalog.Globs(service.Paths).Match
	}
	env, found := service.Environment(environment)
	if !found {
		return rules
	}
	rules.Config = env.Readiness.Config
	if len(env.Readiness.Migrations) > 0 {
		rules.Migrations = env.Readiness.Migrations.Match
	}
	if len(env.Readiness.Irreversible) > 0 {
		rules.Irreversible = env.Readiness.Irreversible.Match
	}
	return rules
}
