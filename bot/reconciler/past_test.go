package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// past is what the store and the code host remember.
type past struct {
	Runs
	mute

	mu         sync.Mutex
	unfinished []string
	releases   map[string]bot.Release
	broken     map[string]error // releases that cannot be read
	runs       map[string][]bot.ListedRun
	fails      map[string]error // repositories that do not answer
	finds      map[string]error // of release ids
	panics     string           // the repository that breaks down
	events     []string
	postFails  map[string]error
	skipped    []string
	last       int64
	doubts     map[string]bot.Doubt
	compared   map[string]bool
	taken      []string
}

func newPast() *past {
	return &past{
		releases: map[string]bot.Release{}, broken: map[string]error{}, runs: map[string][]bot.ListedRun{}, fails: map[string]error{},
		finds: map[string]error{}, postFails: map[string]error{}, doubts: map[string]bot.Doubt{}, compared: map[string]bool{},
	}
}

func (p *past) Unfinished(context.Context) ([]string, error) { return p.unfinished, nil }

func (p *past) Release(_ context.Context, id string) (bot.Release, error) {
	if err := p.broken[id]; err != nil {
		return bot.Release{}, err
	}
	r, found := p.releases[id]
	if !found {
		return bot.Release{}, bottest.Failing(bot.NotFound)
	}
	return r, nil
}

func (p *past) RecentRuns(_ context.Context, repo, _ string) ([]bot.ListedRun, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if repo == p.panics {
		panic("out of order")
	}
	return p.runs[repo], p.fails[repo]
}

func (p *past) FindRun(_ context.Context, q bot.RunQuery) (bot.Run, error) {
	id, _ := bot.ReleaseIDOf(q.RunKey)
	if err := p.finds[id]; err != nil {
		return bot.Run{}, err
	}
	return bot.Run{ID: 7}, nil
}

func (p *past) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.postFails[l.Release]; err != nil {
		return "", err
	}
	p.events = append(p.events, l.Release)
	return bot.PostStored, nil
}

func (p *past) LastNumber(context.Context, string) (int64, error) { return p.last, nil }

func (p *past) SkipIDs(_ context.Context, highest string) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.skipped = append(p.skipped, highest)
	return 0, nil
}

func (p *past) Doubts(context.Context) ([]bot.Doubt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []bot.Doubt
	for _, d := range p.doubts {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b bot.Doubt) int { return strings.Compare(a.Target.String(), b.Target.String()) })
	return all, nil
}

func (p *past) Raise(_ context.Context, d bot.Doubt) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, there := p.doubts[d.Target.String()+d.About]; !there || before.Of != d.Of {
		p.doubts[d.Target.String()+d.About] = d
	}
	return nil
}

func (p *past) Look(_ context.Context, d bot.Doubt, look bot.Look) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d.Looked = look
	p.doubts[d.Target.String()+d.About] = d
	return true, nil
}

func (p *past) Lift(_ context.Context, d bot.Doubt) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.doubts, d.Target.String()+d.About)
	return nil
}

func (p *past) Resume(_ context.Context, id string) error {
	p.taken = append(p.taken, id)
	return nil
}

func (p *past) LeavePlace(_ context.Context, t bot.Target, id string) error {
	p.taken = append(p.taken, id+" leaves "+t.String())
	return nil
}

func (p *past) Compared(_ context.Context, source, _ string) (bool, error) {
	return p.compared[source], nil
}

func (p *past) NoteCompared(_ context.Context, source, _ string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.compared[source] = true
	return nil
}

func (p *past) GroupMembers(context.Context, string) ([]string, error) {
	return nil, bottest.Failing(bot.Unavailable)
}

// FullMember says no of those who have left, and cannot say it of one.
func (p *past) FullMember(_ context.Context, user string) (bool, error) {
	if user == "U09UNSURE" {
		return false, bottest.Failing(bot.Unavailable)
	}
	return user != "U08LEFT", nil
}

func (p *past) reconciler(tb testing.TB) *Reconciler {
	tb.Helper()
	c := bottest.Declare(tb, many)
	return New(c, Ports{
		Clock: clock{}, Inbox: p, Releases: p, Runs: p, Numbers: p, Comparisons: p, Doubts: p, Aside: p, People: knowing(c, p, p), Voice: p,
	}, slog.New(slog.DiscardHandler))
}

// queued is a release that seems not to have a run.
func (p *past) queued(id string) {
	service, _ := bot.ServiceOf(id)
	p.releases[id] = bot.Release{
		ID: id, RunKey: id + ".aaaaaaaa", Target: bot.Target{Service: service, Environment: "production"}, Phase: bot.Queued,
		Plan: &bot.Plan{Repo: "acme/" + service, Workflow: "deploy.yml"},
	}
	p.unfinished = append(p.unfinished, id)
}

func listed(key, repo string, status bot.RunStatus) bot.ListedRun {
	return bot.ListedRun{RunKey: key, Repo: repo, Run: bot.Run{ID: int64(len(key)), Status: status, URL: "https://github.com/" + key}}
}
