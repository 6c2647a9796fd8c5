package planner

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// changedBy knows what each commit changed; of others it knows nothing.
type changedBy map[string][]string

func (changedBy) Files(context.Context, string, []bot.FileAt) []bot.RepoFile { return nil }

func (c changedBy) FilesOf(_ context.Context, _, sha string) (bot.ChangedFiles, error) {
	paths, known := c[sha]
	if !known {
		return bot.ChangedFiles{}, &bot.Error{Kind: bot.Unavailable, Op: "read the files of a commit"}
	}
	var files bot.ChangedFiles
	for _, path := range paths {
		files.Files = append(files.Files, bot.ChangedFile{Path: path, Change: bot.FileModified})
	}
	return files, nil
}

// TestTheListIsOfTheServicesOwnCommits: what touches another service is left
// out, what cannot be found out stays in.
func TestTheListIsOfTheServicesOwnCommits(t *testing.T) {
	t.Parallel()
	commits := func(shas ...string) []bot.Commit {
		var list []bot.Commit
		for _, sha := range shas {
			list = append(list, bot.Commit{SHA: sha})
		}
		return list
	}
	b := &builder{
		p:       &Planner{ports: Ports{Reader: changedBy{"own": {"web/a", "api/b"}, "other": {"web/a"}}}},
		service: catalog.Service{Paths: []string{"api/**"}},
		plan:    bot.Plan{Changes: bot.Changes{Commits: commits("own", "other", "unknown")}},
	}
	b.keepOwn(t.Context())
	if diff := cmp.Diff(bot.Changes{Commits: commits("own", "unknown"), Looked: 3}, b.plan.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// TestAllCommitsAreListedOfARepositoryOfItsOwn: of which no files are asked for.
func TestAllCommitsAreListedOfARepositoryOfItsOwn(t *testing.T) {
	t.Parallel()
	want := bot.Changes{Commits: []bot.Commit{{SHA: "other"}, {SHA: "unknown"}}}
	b := &builder{p: &Planner{ports: Ports{Reader: changedBy{"other": {"web/a"}}}}, plan: bot.Plan{Changes: want}}
	b.keepOwn(t.Context())
	if diff := cmp.Diff(want, b.plan.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestTouched(t *testing.T) {
	t.Parallel()
	shared := catalog.Service{Paths: []string{"api/**"}}
	files := func(paths ...string) bot.ChangedFiles {
		var list bot.ChangedFiles
		for _, path := range paths {
			list.Files = append(list.Files, bot.ChangedFile{Path: path})
		}
		return list
	}
	tests := []struct {
		name    string
		service catalog.Service
		way     bot.Direction
		files   bot.ChangedFiles
		want    bot.Touch
	}{
		{"a repository of its own", catalog.Service{}, bot.Forward, files("a"), bot.TouchAll},
		{"own files", shared, bot.Forward, files("web/a", "api/b"), bot.TouchOwn},
		{"others' files", shared, bot.Forward, files("web/a"), bot.TouchNone},
		{"more than are listed", shared, bot.Forward, bot.ChangedFiles{Files: files("web/a").Files, Cut: true}, bot.TouchUnknown},
		{"no common history", shared, bot.Unrelated, bot.ChangedFiles{}, bot.TouchOwn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := touched(tt.service, bot.Changes{Direction: tt.way}, tt.files); got != tt.want {
				t.Errorf("touch = %q, want %q", got, tt.want)
			}
		})
	}
}
