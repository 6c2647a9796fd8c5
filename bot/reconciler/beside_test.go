package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// besides keeps what was done past slipway, as the store does.
type besides struct {
	since   time.Time
	told    map[string]bool
	created []bot.Draft
	history map[bot.Target][]bot.Past
	fault   error
}

func newBesides() *besides {
	return &besides{since: time.Now().Add(-time.Hour), told: map[string]bool{}, history: map[bot.Target][]bot.Past{}}
}

func (b *besides) WatchedSince(context.Context, string) (since, now time.Time, err error) {
	return b.since, time.Now(), b.fault
}

func (b *besides) BesideTold(_ context.Context, what string) (bool, error) { return b.told[what], nil }

func (b *besides) NoteBesideTold(_ context.Context, what string) error {
	b.told[what] = true
	return nil
}

func (b *besides) History(_ context.Context, t bot.Target, _ int) ([]bot.Past, error) {
	return b.history[t], nil
}

func (b *besides) Create(_ context.Context, d bot.Draft) (bot.Created, error) {
	id := entryOf(d.Target)
	if !slices.ContainsFunc(b.created, func(before bot.Draft) bool { return before.Key == d.Key }) {
		b.created = append(b.created, d)
	}
	return bot.Created{Release: bot.Release{ID: id, Beside: d.Beside}}, nil
}

// entryOf is the id of what is entered for a target.
func entryOf(t bot.Target) string {
	return fmt.Sprintf("%s-%d", t.Service, 90+len(t.Environment))
}

// entered makes what was created stand in the history, as the motor does.
func (b *besides) entered() {
	for _, d := range b.created {
		p := bot.Past{Release: entryOf(d.Target), Kind: d.Kind, Phase: bot.Succeeded, Arrival: d.Beside.Came, Beside: d.Beside}
		b.history[d.Target] = slices.Insert(b.history[d.Target], 0, p)
	}
	b.created = nil
}

// page is the Actions page of a repository: its runs, and who knows them.
type page struct {
	*again
	*besides
	Numbers
	doubts *past
	jobs   map[int64][]bot.Job
	broken map[int64]error
	open   []string
	epoch  string
	age    time.Duration
}

// Epoch is the only epoch that the store has had, unless a test says otherwise.
func (p *page) Epoch(context.Context) (string, time.Duration, error) {
	if p.epoch == "" {
		return "epoch 1", bot.NoneDue, nil
	}
	return p.epoch, p.age, nil
}

func (p *page) EpochID(context.Context) (string, error) { return p.epoch, nil }
func (p *page) Doubt(context.Context, string) error     { return nil }

func (p *page) ReadRun(_ context.Context, _ string, id int64) (bot.Run, error) {
	if err := p.broken[id]; err != nil {
		return bot.Run{}, err
	}
	for _, l := range p.listed {
		if l.Run.ID == id {
			run := l.Run
			run.Jobs, run.Listed = p.jobs[id], true
			return run, nil
		}
	}
	return bot.Run{}, bottest.Failing(bot.NotFound)
}

func (p *page) Unfinished(context.Context) ([]string, error) { return p.open, nil }

func (p *page) LastNumber(context.Context, string) (int64, error) { return 20, nil }

const shipped = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001, alerts: C0ALERTS}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
people: {anna: {slack: U01ANNA}, ben: {slack: U02BEN}}
groups: {sre: {members: [anna]}, ops: {members: [ben]}}
aliases: {prod: production}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    channel: C0API
    environments:
      staging: {}
      production: {deploy_job: ship, deployers: [ops], approvals: {count: 1, from: [sre]}}
`

func newPage(runs ...bot.ListedRun) *page {
	return &page{
		again: &again{listed: runs, releases: map[string]bot.Release{}, broken: map[string]error{}, owners: map[int64]string{}}, besides: newBesides(),
		doubts: newPast(), jobs: map[int64][]bot.Job{}, broken: map[int64]error{},
	}
}

func (p *page) reconciler(tb testing.TB) *Reconciler {
	tb.Helper()
	c := bottest.Declare(tb, shipped)
	return New(c, Ports{
		Clock: clock{}, Releases: p, Runs: p, Owners: p, Inbox: p, Besides: p, Histories: p, Numbers: p, Epochs: p, Doubts: p.doubts, Aside: p.doubts,
		Voice: p.doubts, People: knowing(c, p.doubts, p.doubts),
	}, slog.New(slog.DiscardHandler))
}

// look reads the page once, and says which targets that concerned.
func (p *page) look(t *testing.T, rc *Reconciler) []string {
	t.Helper()
	before := len(p.created)
	if _, err := rc.StartedAgain(t.Context(), "acme/api", "deploy.yml"); err != nil {
		t.Fatal(err)
	}
	var concerned []string
	for _, d := range p.created[before:] {
		concerned = append(concerned, d.Target.Environment)
	}
	return concerned
}

func byMona(id int64, change func(*bot.ListedRun)) bot.ListedRun {
	at := time.Now().Add(-10 * time.Minute).Truncate(time.Second)
	l := bot.ListedRun{Repo: "acme/api", By: "mona", Event: "workflow_dispatch", Run: bot.Run{
		ID: id, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, StartedAt: at, UpdatedAt: at.Add(time.Minute),
		URL: "https://github.com/acme/api/actions/runs/31", HeadSHA: strings.Repeat("a", 40),
	}}
	if change != nil {
		change(&l)
	}
	return l
}

// TestRunsPastSlipwayAreNoticed: each that slipway did not start and in which a job
// began, for every target that it may have concerned, and once.
func TestRunsPastSlipwayAreNoticed(t *testing.T) {
	t.Parallel()
	went := bot.Job{Name: "ship", Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	key := func(key string) func(*bot.ListedRun) { return func(l *bot.ListedRun) { l.RunKey = key } }
	own := ranOnce("api-2", "production", 31, bot.Succeeded)
	both := []string{"staging", "production"}
	for name, tt := range map[string]struct {
		run   func(*bot.ListedRun)
		jobs  []bot.Job
		world func(*page)
		want  []string
	}{
		"on the Actions page":            {want: both},
		"by a push":                      {run: func(l *bot.ListedRun) { l.Event = "push" }, want: both},
		"by a bot":                       {run: func(l *bot.ListedRun) { l.By = "dependabot[bot]" }, want: both},
		"that failed":                    {run: func(l *bot.ListedRun) { l.Run.Conclusion = bot.ConclusionFailure }, want: both},
		"that goes on":                   {run: func(l *bot.ListedRun) { l.Run.Status = bot.RunInProgress }, jobs: []bot.Job{{Name: "ship", Status: bot.RunInProgress}}, want: both},
		"once more":                      {run: func(l *bot.ListedRun) { l.Run.Attempt = 2 }, want: both},
		"of which no jobs are told":      {jobs: []bot.Job{}, want: both},
		"in which no job has begun":      {run: func(l *bot.ListedRun) { l.Run.Status = bot.RunWaiting }, jobs: []bot.Job{{Name: "ship", Status: bot.RunWaiting, NeverBegan: true}}},
		"in which no job ever began":     {run: func(l *bot.ListedRun) { l.Run.Conclusion = bot.ConclusionFailure }, jobs: []bot.Job{{Name: "ship", Status: bot.RunCompleted, Conclusion: bot.ConclusionCancelled, NeverBegan: true}}},
		"that could not begin":           {run: func(l *bot.ListedRun) { l.Run.Conclusion = bot.ConclusionStartupFailure }, jobs: []bot.Job{}},
		"in which another job began":     {jobs: []bot.Job{{Name: "test", Status: bot.RunCompleted}, {Name: "ship", Status: bot.RunCompleted, NeverBegan: true}}, want: both[:1]},
		"of a job that nobody named":     {jobs: []bot.Job{{Name: "roll out", Status: bot.RunCompleted}}, want: both},
		"of slipway's own":               {run: key(own.RunKey)},
		"of a release being started":     {run: key("api-3.abcd1234"), world: func(p *page) { p.releases["api-3"] = bot.Release{ID: "api-3", RunKey: "api-3.abcd1234"} }},
		"of slipway's own, once more":    {run: func(l *bot.ListedRun) { l.RunKey, l.Run.Attempt = own.RunKey, 2 }},
		"by the key of another release":  {run: func(l *bot.ListedRun) { l.RunKey, l.Run.ID = own.RunKey, 32 }, want: both},
		"by a key that was made up":      {run: key("api-2.zzzz9999"), want: both},
		"of a release that is forgotten": {run: key("api-7.abcd1234")},
		"of one, once more":              {run: func(l *bot.ListedRun) { l.RunKey, l.Run.Attempt = "api-7.abcd1234", 2 }, want: both},
		"with an id that is to come":     {run: key("api-21.abcd1234"), want: both},
		"of another slipway":             {run: key("other-3.abcd1234"), want: both},
		"of a release without a record":  {run: key("api-5.abcd1234"), world: func(p *page) { p.again.broken["api-5"] = bottest.Failing(bot.Internal) }},
		"without a key, and known":       {world: func(p *page) { p.owners[31] = "api-2" }},
		"without a key, and perhaps own": {world: func(p *page) {
			p.open = []string{"api-4"}
			p.releases["api-4"] = bot.Release{ID: "api-4", Phase: bot.Dispatching, Plan: &bot.Plan{Repo: "acme/api", Workflow: "deploy.yml"}}
		}},
		"by a push, while one is started": {run: func(l *bot.ListedRun) { l.Event = "push" }, world: func(p *page) {
			p.open = []string{"api-4"}
			p.releases["api-4"] = bot.Release{ID: "api-4", Phase: bot.Dispatching, Plan: &bot.Plan{Repo: "acme/api", Workflow: "deploy.yml"}}
		}, want: both},
		"before slipway watched": {world: func(p *page) { p.since = time.Now() }},
		"before slipway watched, and that goes on": {
			run:   func(l *bot.ListedRun) { l.Run.Status = bot.RunInProgress },
			jobs:  []bot.Job{{Name: "ship", Status: bot.RunInProgress}},
			world: func(p *page) { p.since = time.Now() }, want: both,
		},
		"of a release that is forgotten, before slipway watched, and that goes on": {
			run:   func(l *bot.ListedRun) { l.RunKey, l.Run.Status = "api-99.abcd1234", bot.RunInProgress },
			jobs:  []bot.Job{{Name: "ship", Status: bot.RunInProgress}},
			world: func(p *page) { p.since = time.Now() },
		},
		"long ago":         {run: func(l *bot.ListedRun) { l.Run.StartedAt = time.Now().Add(-31 * 24 * time.Hour) }, world: func(p *page) { p.since = time.Time{} }},
		"that was deleted": {world: func(p *page) { p.broken[31] = bottest.Failing(bot.NotFound) }},
		"in an epoch of the store that is not compared": {world: func(p *page) { p.epoch, p.age = "epoch 2", time.Minute }},
		"that another has told":                         {world: func(p *page) { p.told["run acme/api 31:1"] = true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := byMona(31, tt.run)
			p := newPage(run)
			p.releases["api-2"] = own
			p.jobs[run.Run.ID] = []bot.Job{went}
			if tt.jobs != nil {
				p.jobs[run.Run.ID] = tt.jobs
			}
			if tt.world != nil {
				tt.world(p)
			}
			rc := p.reconciler(t)
			if diff := cmp.Diff(tt.want, p.look(t, rc)); diff != "" {
				t.Errorf("it concerned (-want +got):\n%s", diff)
			}
			if again := p.look(t, rc); again != nil {
				t.Errorf("another look tells it again, of %v", again)
			}
			if other := p.look(t, p.reconciler(t)); other != nil {
				t.Errorf("another replica tells it again, of %v", other)
			}
			for _, d := range p.created {
				if b := d.Beside; b.Unsure != (len(tt.want) > 1) || b.Came != bot.MayHaveCome || b.Who != run.By || d.Kind != bot.Adopt || d.Requester != bot.Actor(bot.Person{Name: run.By}) {
					t.Errorf("entered as %+v", d)
				}
			}
			if doubts, _ := p.doubts.Doubts(t.Context()); len(doubts) != len(tt.want) {
				t.Errorf("it holds %+v", doubts)
			}
		})
	}
}

// TestOneRunThatCannotBeReadHidesNoOther: the others are told, and a deploy waits
// until it can be told what that one did; a rollback does not.
func TestOneRunThatCannotBeReadHidesNoOther(t *testing.T) {
	t.Parallel()
	p := newPage(byMona(33, nil), byMona(32, nil), byMona(31, nil))
	for id := range int64(3) {
		p.jobs[31+id] = []bot.Job{{Name: "ship", Status: bot.RunCompleted}}
	}
	p.broken[32] = bottest.Failing(bot.Unavailable)
	rc := p.reconciler(t)
	if concerned := p.look(t, rc); len(concerned) != 4 {
		t.Errorf("told of %v", concerned)
	}
	if _, _, err := rc.Beside(t.Context(), bot.Target{Service: "api", Environment: "staging"}); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("a deploy does not wait: %v", err)
	}
	delete(p.broken, 32)
	if concerned := p.look(t, rc); len(concerned) != 2 {
		t.Errorf("by then told of %v", concerned)
	}
}

// TestADeployAsksOfWhatNobodyHasSeen: once it is entered, until somebody has looked
// or a release came after it; and of what came later again.
func TestADeployAsksOfWhatNobodyHasSeen(t *testing.T) {
	t.Parallel()
	staging := bot.Target{Service: "api", Environment: "staging"}
	p := newPage(byMona(31, nil))
	p.jobs[31] = []bot.Job{{Name: "ship", Status: bot.RunCompleted}}
	p.history[staging] = []bot.Past{{Release: "api-3", Phase: bot.Succeeded, Arrival: bot.Arrived}}
	rc := p.reconciler(t)
	p.look(t, rc)
	if _, _, err := rc.Beside(t.Context(), staging); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("before it is entered: %v", err)
	}
	p.entered()
	since, done, err := rc.Beside(t.Context(), staging)
	if err != nil || since != "api-3" || len(done) != 1 || done[0].Who != "mona" {
		t.Fatalf("since %s %+v, %v", since, done, err)
	}
	r := bot.Release{Target: staging, Requester: bot.Person{ID: "U02BEN", Name: "ben"}, Plan: &bot.Plan{Repo: "acme/api", Workflow: "deploy.yml", Beside: done}}
	if doubts, _ := p.doubts.Doubts(t.Context()); len(doubts) != 2 {
		t.Errorf("held by %+v", doubts)
	}
	if _, held := holding(mustDoubts(t, p), r); !held {
		t.Error("a deploy that nobody asked about goes")
	}
	rollback := r
	rollback.Kind = bot.Rollback
	if _, held := holding(mustDoubts(t, p), rollback); held {
		t.Error("it holds a rollback")
	}
	if err := rc.LookedBeside(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, done, err = rc.Beside(t.Context(), staging); err != nil || len(done) != 0 {
		t.Errorf("somebody looked, and it asks of %+v, %v", done, err)
	}
	if _, held := holding(mustDoubts(t, p), r); held {
		t.Error("somebody looked, and it is held")
	}
	// Another one: of that alone it asks, until a release comes after it.
	later := byMona(32, func(l *bot.ListedRun) { l.Run.StartedAt = time.Now().Add(time.Minute) })
	p.listed, p.jobs[32] = append([]bot.ListedRun{later}, p.listed...), p.jobs[31]
	p.look(t, rc)
	p.entered()
	if _, done, err = rc.Beside(t.Context(), staging); err != nil || len(done) != 1 || !done[0].At.Equal(later.Run.StartedAt) {
		t.Errorf("of another one it asks %+v, %v", done, err)
	}
	p.history[staging] = slices.Insert(p.history[staging], 0, bot.Past{Release: "api-5", Phase: bot.Succeeded, Arrival: bot.Arrived})
	if _, done, err = rc.Beside(t.Context(), staging); err != nil || len(done) != 0 {
		t.Errorf("a release came after it, and it asks of %+v, %v", done, err)
	}
}

func mustDoubts(t *testing.T, p *page) []bot.Doubt {
	t.Helper()
	doubts, err := p.doubts.Doubts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return doubts
}

// TestWhatALaterReleaseReplacedHoldsNothing: a run that was over before the last
// release began is entered, and nobody is asked.
func TestWhatALaterReleaseReplacedHoldsNothing(t *testing.T) {
	t.Parallel()
	p := newPage(byMona(31, nil))
	p.jobs[31] = []bot.Job{{Name: "ship", Status: bot.RunCompleted}}
	for _, environment := range []string{"staging", "production"} {
		p.history[bot.Target{Service: "api", Environment: environment}] = []bot.Past{{Release: "api-3", Phase: bot.Succeeded, Arrival: bot.Arrived, At: time.Now(), Took: time.Minute}}
	}
	p.look(t, p.reconciler(t))
	if len(p.created) != 2 || p.created[0].Beside.Came != bot.NeverCame || len(mustDoubts(t, p)) != 0 {
		t.Errorf("entered %+v, held %+v", p.created, mustDoubts(t, p))
	}
}

// TestPromise4_WhoLooksAtWhatWasDonePastSlipway: whoever may deploy there, where an
// approver's word is asked of what is not understood.
func TestPromise4_WhoLooksAtWhatWasDonePastSlipway(t *testing.T) {
	t.Parallel()
	production := bot.Target{Service: "api", Environment: "production"}
	for name, tt := range map[string]struct {
		by    string
		about bot.Beside
		may   bool
	}{
		"a deployer, of a run":              {"U02BEN", bot.Beside{What: bot.BesideRun}, true},
		"an approver, of a run":             {"U01ANNA", bot.Beside{What: bot.BesideRun}, false},
		"a deployer, of what is unclear":    {"U02BEN", bot.Beside{}, false},
		"an approver, of what is unclear":   {"U01ANNA", bot.Beside{}, true},
		"a stranger, of a run":              {"U07NOBODY", bot.Beside{What: bot.BesideRun}, false},
		"a deployer who has left, of a run": {"U08LEFT", bot.Beside{What: bot.BesideRun}, false},
	} {
		p := newPage()
		if err := p.doubts.Raise(t.Context(), bot.Doubt{Target: production, About: "it", Of: "1", Beside: tt.about}); err != nil {
			t.Fatal(err)
		}
		done, err := p.reconciler(t).Looked(t.Context(), bot.LookWish{Target: production, By: bot.Person{ID: tt.by}})
		if may := len(done.Released) == 1; err != nil || may != tt.may {
			t.Errorf("%s: %+v, %v", name, done, err)
		}
	}
}
