package planner

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// library is a world whose commits differ in known files. Faults are by what is
// compared or read.
type library struct {
	*world
	way    bot.Direction
	files  bot.ChangedFiles
	texts  map[bot.FileAt]string
	faults map[string]error

	lock sync.Mutex
	read []bot.FileAt
	of   []string // the commits whose files were asked for
	left time.Duration
}

func (l *library) Changes(ctx context.Context, repo, base, head string) (bot.Changes, bot.ChangedFiles, error) {
	_, _, _ = l.world.Changes(ctx, repo, base, head) // it notes what was asked
	if err := l.faults["changes "+base[:1]+head[:1]]; err != nil {
		return bot.Changes{}, bot.ChangedFiles{}, err
	}
	commits := []bot.Commit{{SHA: "own"}, {SHA: "other"}}
	return bot.Changes{Direction: l.way, Total: 2, Commits: commits}, l.files, nil
}

func (l *library) Files(ctx context.Context, _ string, wanted []bot.FileAt) []bot.RepoFile {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.read = append(l.read, wanted...)
	if until, bounded := ctx.Deadline(); bounded {
		l.left = time.Until(until)
	}
	var files []bot.RepoFile
	for _, at := range wanted {
		text, known := l.texts[at]
		files = append(files, bot.RepoFile{FileAt: at, Text: text, Missing: !known})
	}
	return files
}

func (l *library) FilesOf(_ context.Context, _, sha string) (bot.ChangedFiles, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.of = append(l.of, sha)
	return bot.ChangedFiles{Files: []bot.ChangedFile{{Path: sha + "/main.go"}}}, nil
}

// TestWhatAPlanComparesWithWhatIsLive: the files that say what a service needs are
// read at both commits where there is a way between them, and what cannot be
// compared is said to be so.
func TestWhatAPlanComparesWithWhatIsLive(t *testing.T) {
	t.Parallel()
	live, sha := strings.Repeat("b", 40), strings.Repeat("c", 40)
	away := &bot.Error{Kind: bot.Unavailable}
	changed := bot.ChangedFiles{Files: []bot.ChangedFile{{Path: "own/.ruby-version", Change: bot.FileModified}, {Path: "own/db/migrate/1_add.rb", Change: bot.FileAdded}}}
	texts := map[bot.FileAt]string{{SHA: live, Path: "own/.ruby-version"}: "3.3.0", {SHA: sha, Path: "own/.ruby-version"}: "3.4.0"}
	files := []bot.FileAt{{SHA: live, Path: "own/.ruby-version"}, {SHA: sha, Path: "own/.ruby-version"}}
	ruby := []bot.FindingKind{bot.FindMigration, bot.FindRuntime}
	for name, tt := range map[string]struct {
		way    bot.Direction
		files  bot.ChangedFiles
		kind   bot.Kind
		past   []bot.Past // nil: live is healthy
		faults map[string]error
		asked  []string // changes that were asked for
		read   []bot.FileAt
		found  []bot.FindingKind
		kept   []string // commits
		touch  bot.Touch
		undone *bot.Undone
		unread bool
		fails  bool
	}{
		"forward":               {way: bot.Forward, files: changed, asked: []string{"changes bc"}, read: files, found: ruby, kept: []string{"own"}, touch: bot.TouchOwn, undone: &bot.Undone{Migrations: 1}},
		"backward":              {way: bot.Backward, files: changed, asked: []string{"changes bc"}, read: files, found: ruby, kept: []string{"own"}, touch: bot.TouchOwn, undone: &bot.Undone{Migrations: 1}},
		"sideways":              {way: bot.Sideways, files: changed, asked: []string{"changes bc"}, read: files, found: ruby, kept: []string{"own"}, touch: bot.TouchOwn, undone: &bot.Undone{Migrations: 1}},
		"the same":              {way: bot.Same, asked: []string{"changes bc"}, kept: []string{"own", "other"}, touch: bot.TouchNone, undone: &bot.Undone{}},
		"nothing in common":     {way: bot.Unrelated, asked: []string{"changes bc"}, kept: []string{"own", "other"}, touch: bot.TouchOwn, undone: &bot.Undone{Unread: true}, unread: true},
		"nothing of it matters": {way: bot.Forward, asked: []string{"changes bc"}, kept: []string{"own"}, touch: bot.TouchNone, undone: &bot.Undone{}},
		"it cannot be compared": {way: bot.Forward, faults: map[string]error{"changes bc": away}, asked: []string{"changes bc"}, fails: true},
		"back to another than what is live": {
			way: bot.Forward, files: changed, past: []bot.Past{{Release: "api-2", SHA: live, Phase: bot.Unhealthy}, wellPast("api-1", "a", 3)},
			asked: []string{"changes ac", "changes bc"}, read: files, found: ruby, kept: []string{"own"}, touch: bot.TouchOwn, undone: &bot.Undone{Migrations: 1},
		},
		"which cannot be compared": {
			way: bot.Forward, files: changed, past: []bot.Past{{Release: "api-2", SHA: live, Phase: bot.Unhealthy}, wellPast("api-1", "a", 3)}, faults: map[string]error{"changes ac": away},
			asked: []string{"changes ac", "changes bc"}, read: files, found: ruby, kept: []string{"own"}, touch: bot.TouchOwn, undone: &bot.Undone{Unread: true},
		},
		"nothing is live":            {way: bot.Forward, past: []bot.Past{}},
		"what is live has no commit": {way: bot.Forward, past: []bot.Past{{Release: "api-2", Phase: bot.Failed}}},
		"a rollback":                 {way: bot.Backward, kind: bot.Rollback, asked: []string{"changes ba"}, kept: []string{"own"}, touch: bot.TouchNone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &library{world: orderlyWorld(), way: tt.way, files: tt.files, texts: texts, faults: tt.faults}
			if tt.past != nil {
				l.past["production"] = tt.past
			}
			p := plannerIn(t, l.world, strings.Replace(bottest.Ruled, "inputs:", "paths: [\"own/**\"]\n    inputs:", 1))
			p.ports.Resolver, p.ports.Reader = l, l
			kind := tt.kind
			if kind == "" {
				kind = bot.Deploy
			}
			ev, err := p.Resolve(t.Context(), bottest.Asked(kind, "production"), noon)
			resolved, _ := ev.(bot.Resolved)
			if (err != nil) != tt.fails {
				t.Fatalf("resolved to %#v, %v", ev, err)
			}
			compared := slices.DeleteFunc(l.told(), func(what string) bool { return !strings.HasPrefix(what, "changes") })
			if !slices.Equal(compared, tt.asked) {
				t.Errorf("compared %v, want %v", compared, tt.asked)
			}
			if tt.fails {
				return
			}
			if diff := cmp.Diff(tt.read, l.read); diff != "" || len(l.read) > 0 && (l.left > 6*time.Second || l.left < 4*time.Second) {
				t.Errorf("read within %s (-want +got):\n%s", l.left, diff)
			}
			var found []bot.FindingKind
			for _, f := range resolved.Plan.Readiness.Findings {
				found = append(found, f.Kind)
			}
			var kept []string
			for _, c := range resolved.Plan.Changes.Commits {
				kept = append(kept, c.SHA)
			}
			if !slices.Equal(found, tt.found) || !slices.Equal(kept, tt.kept) || resolved.Plan.Changes.Touch != tt.touch {
				t.Errorf("found %v, kept %v, touched %q", found, kept, resolved.Plan.Changes.Touch)
			}
			if diff := cmp.Diff(tt.undone, resolved.Plan.Undone); diff != "" {
				t.Errorf("what going back would not undo (-want +got):\n%s", diff)
			}
			if unread := len(resolved.Plan.Readiness.Unread) > 0; unread != tt.unread {
				t.Errorf("not read: %q", resolved.Plan.Readiness.Unread)
			}
		})
	}
}
