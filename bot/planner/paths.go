package planner

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
)

// lookedInto is how many of the newest commits have their files listed. Each costs a
// request, and nobody reads a longer list on a card.
const lookedInto = 12

// touched says whether the service's own files differ.
func touched(service catalog.Service, changes bot.Changes, files bot.ChangedFiles) bot.Touch {
	own := catalog.Globs(service.Paths)
	switch {
	case len(own) == 0:
		return bot.TouchAll
	case changes.Direction == bot.Unrelated, slices.ContainsFunc(files.Files, func(f bot.ChangedFile) bool { return own.Match(f.Path) }):
		return bot.TouchOwn
	case files.Cut:
		return bot.TouchUnknown
	default:
		return bot.TouchNone
	}
}

// keepOwn reduces the newest commits in the list of changes to those that touch the
// service. A commit whose files cannot be listed counts as touching it.
func (b *builder) keepOwn(ctx context.Context) {
	changes := &b.plan.Changes
	own := catalog.Globs(b.service.Paths)
	if len(own) == 0 || len(changes.Commits) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, filesWithin)
	defer cancel()
	looked := changes.Commits[:min(len(changes.Commits), lookedInto)]
	touches := make([]bool, len(looked))
	guard.Each(len(looked), func(i int) {
		files, err := b.p.ports.Reader.FilesOf(ctx, b.plan.Repo, looked[i].SHA)
		touches[i] = err != nil || files.Cut ||
			slices.ContainsFunc(files.Files, func(f bot.ChangedFile) bool { return own.Match(f.Path) })
	})
	var kept []bot.Commit
	for i, commit := range looked {
		if touches[i] {
			kept = append(kept, commit)
		}
	}
	changes.Commits, changes.Looked = kept, len(looked)
}
