package reconciler

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// others are the deployments of a repository that slipway did not make.
type others struct {
	*page
	found   []bot.ForeignDeployment
	courses map[int64]bot.DeploymentCourse
	faults  map[int64]error // by the deployment; 0: of all of them
	read    int             // how many courses were read
}

func (o *others) ForeignDeployments(context.Context, string) ([]bot.ForeignDeployment, error) {
	return o.found, o.faults[0]
}

func (o *others) DeploymentCourse(_ context.Context, _ string, id int64) (bot.DeploymentCourse, error) {
	o.read++
	return o.courses[id], o.faults[id]
}

func (o *others) reconciler(tb testing.TB) *Reconciler {
	tb.Helper()
	rc := o.page.reconciler(tb)
	rc.ports.Others = o
	return rc
}

func foreign(id int64, change func(*bot.ForeignDeployment)) bot.ForeignDeployment {
	at := time.Now().Add(-10 * time.Minute).Truncate(time.Second)
	d := bot.ForeignDeployment{ID: id, Repo: "acme/api", Environment: "production", SHA: strings.Repeat("d", 40), By: "mona", At: at, UpdatedAt: at.Add(time.Minute)}
	if change != nil {
		change(&d)
	}
	return d
}

// TestDeploymentsOfOthersAreNoticed: each that slipway did not make and by which something
// is done, once; not those of a release's run, nor of a run that is told of by itself.
func TestDeploymentsOfOthersAreNoticed(t *testing.T) {
	t.Parallel()
	const ran = 77
	commit := strings.Repeat("c", 40)
	byRun := func(d *bot.ForeignDeployment) { d.By, d.ByRun = "github-actions[bot]", true }
	at := func(t time.Time) func(*bot.ForeignDeployment) { return func(d *bot.ForeignDeployment) { d.At = t } }
	production := []string{"production"}
	for name, tt := range map[string]struct {
		change func(*bot.ForeignDeployment)
		course bot.DeploymentCourse // success, if left out
		world  func(*others)
		want   []string
		read   int // how often its course is read by three looks
	}{
		"by a person":            {want: production, read: 1},
		"that goes on":           {course: bot.DeploymentCourse{State: bot.DeploymentRunning}, want: production, read: 1},
		"that failed":            {course: bot.DeploymentCourse{State: bot.DeploymentFailure}, want: production, read: 1},
		"that has not begun":     {course: bot.DeploymentCourse{URL: "none"}, read: 2},
		"elsewhere":              {change: func(d *bot.ForeignDeployment) { d.Environment = "Preview" }},
		"by another name":        {change: func(d *bot.ForeignDeployment) { d.Environment = "prod" }, want: production, read: 1},
		"in other letters":       {change: func(d *bot.ForeignDeployment) { d.Environment, d.Repo = "Production", "Acme/API" }, want: production, read: 1},
		"before slipway watched": {world: func(o *others) { o.since = time.Now() }},
		"long ago":               {change: at(time.Now().Add(-31 * 24 * time.Hour)), world: func(o *others) { o.since = time.Time{} }},
		"that was over before slipway watched, and replaced since": {
			change: func(d *bot.ForeignDeployment) { d.UpdatedAt = time.Now() }, world: func(o *others) { o.since = time.Now().Add(-3 * time.Minute) }, read: 2,
		},
		"that ended when slipway watched": {change: func(d *bot.ForeignDeployment) { d.UpdatedAt = time.Now() }, world: func(o *others) { o.since = time.Now().Add(-7 * time.Minute) }, want: production, read: 1},
		"long ago, and done something with now": {
			change: func(d *bot.ForeignDeployment) { d.At, d.UpdatedAt = time.Now().Add(-31*24*time.Hour), time.Now() }, world: func(o *others) { o.since = time.Now().Add(-7 * time.Minute) },
		},
		"that another told":                {world: func(o *others) { o.told["deployment acme/api 41"] = true }},
		"that was deleted":                 {world: func(o *others) { o.faults[41] = bottest.Failing(bot.NotFound) }, read: 2},
		"in an epoch that is not compared": {world: func(o *others) { o.epoch, o.age = "epoch 2", time.Minute }},
		"of a release's run":               {change: byRun, course: bot.DeploymentCourse{State: bot.DeploymentRunning, Run: ran}, world: func(o *others) { o.owners[ran] = "api-3" }, read: 2},
		"of a run that is told by itself":  {change: byRun, course: bot.DeploymentCourse{State: bot.DeploymentRunning, Run: ran}, world: func(o *others) { o.listed = []bot.ListedRun{byMona(ran, nil)} }, read: 2},
		"of another workflow's run":        {change: byRun, course: bot.DeploymentCourse{State: bot.DeploymentRunning, Run: ran}, want: production, read: 1},
		"while one is being started": {world: func(o *others) {
			o.open = []string{"api-4"}
			o.releases["api-4"] = bot.Release{ID: "api-4", Phase: bot.Dispatching, Plan: &bot.Plan{Repo: "acme/api", Workflow: "deploy.yml"}}
		}, read: 3},
		"during a release, of its commit":        {change: func(d *bot.ForeignDeployment) { d.SHA, d.By = commit, "vercel[bot]" }, world: during, read: 2},
		"during a release, of its branch":        {change: func(d *bot.ForeignDeployment) { d.SHA = strings.Repeat("e", 40) }, world: during, read: 2},
		"during a release, by a step of its run": {change: byRun, world: during, read: 2},
		"during a release, of another commit":    {world: during, want: production, read: 1},
		"during one, by another workflow":        {change: byRun, course: bot.DeploymentCourse{State: bot.DeploymentSuccess, Run: ran}, world: during, want: production, read: 1},
		"long after a release, of its commit": {change: func(d *bot.ForeignDeployment) { d.SHA, d.At = commit, time.Now() }, world: func(o *others) {
			during(o)
			r := o.releases["api-3"]
			r.Phase, r.Moments = bot.Succeeded, []bot.Moment{{Phase: bot.Running, At: time.Now().Add(-time.Hour)}, {Phase: bot.Succeeded, At: time.Now().Add(-30 * time.Minute)}}
			o.releases["api-3"] = r
		}, want: production, read: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := foreign(41, tt.change)
			o := &others{page: newPage(), found: []bot.ForeignDeployment{d}, courses: map[int64]bot.DeploymentCourse{}, faults: map[int64]error{}}
			if tt.course == (bot.DeploymentCourse{}) {
				tt.course = bot.DeploymentCourse{State: bot.DeploymentSuccess}
			}
			tt.course.At = time.Now().Add(-5 * time.Minute)
			o.courses[41] = tt.course
			if tt.world != nil {
				tt.world(o)
			}
			rc := o.reconciler(t)
			for _, by := range []*Reconciler{rc, rc, o.reconciler(t)} { // again, and another replica
				if err := by.noticeDeployments(t.Context(), "acme/api"); err != nil {
					t.Fatal(err)
				}
			}
			var concerned []string
			for _, entered := range o.created {
				concerned = append(concerned, entered.Target.Environment)
				if b := entered.Beside; b.What != bot.BesideDeployment || b.Who != d.By || b.Of != d.Environment || b.SHA != d.SHA || b.Unsure || b.Came != bot.MayHaveCome {
					t.Errorf("entered as %+v", b)
				}
			}
			if diff := cmp.Diff(tt.want, concerned); diff != "" {
				t.Errorf("it concerned (-want +got):\n%s", diff)
			}
			if doubts := mustDoubts(t, o.page); len(doubts) != len(tt.want) {
				t.Errorf("it holds %+v", doubts)
			}
			if o.read != tt.read {
				t.Errorf("its course was read %d times", o.read)
			}
		})
	}
}

// during has a release under way in production, of another commit than the tip of its
// workflow's branch.
func during(o *others) {
	production := bot.Target{Service: "api", Environment: "production"}
	o.history[production] = []bot.Past{{Release: "api-3", Phase: bot.Running, SHA: strings.Repeat("c", 40)}}
	o.releases["api-3"] = bot.Release{
		ID: "api-3", Target: production, Phase: bot.Running, Plan: &bot.Plan{Commit: bot.Commit{SHA: strings.Repeat("c", 40)}},
		Moments: []bot.Moment{{Phase: bot.Running, At: time.Now().Add(-time.Hour)}}, Run: bot.Run{ID: 70, HeadSHA: strings.Repeat("e", 40)},
	}
}

// TestOneDeploymentThatCannotBeReadHidesNoOther: nor does one that several services may
// mean, which is entered for each.
func TestOneDeploymentThatCannotBeReadHidesNoOther(t *testing.T) {
	t.Parallel()
	o := &others{page: newPage(), courses: map[int64]bot.DeploymentCourse{}, faults: map[int64]error{42: bottest.Failing(bot.Unavailable)}}
	for id := range int64(3) {
		o.found = slices.Insert(o.found, 0, foreign(41+id, nil))
		o.courses[41+id] = bot.DeploymentCourse{State: bot.DeploymentSuccess, At: time.Now()}
	}
	rc := o.reconciler(t)
	rc.catalog = bottest.Declare(t, shipped+strings.ReplaceAll(shipped[strings.Index(shipped, "  api:"):], "  api:", "  web:"))
	if err := rc.noticeDeployments(t.Context(), "acme/api"); bot.KindOf(err) != bot.Unavailable || len(o.created) != 4 || !o.created[0].Beside.Unsure {
		t.Errorf("told of %+v, %v", o.created, err)
	}
	delete(o.faults, 42)
	if err := rc.noticeDeployments(t.Context(), "acme/api"); err != nil || len(o.created) != 6 {
		t.Errorf("by then told of %d, %v", len(o.created), err)
	}
}

// TestADeploymentThatAReleaseReplacedHoldsNothing: it is entered, and nobody is asked.
func TestADeploymentThatAReleaseReplacedHoldsNothing(t *testing.T) {
	t.Parallel()
	o := &others{page: newPage(), found: []bot.ForeignDeployment{foreign(41, nil)}, courses: map[int64]bot.DeploymentCourse{41: {State: bot.DeploymentSuccess, At: time.Now().Add(-9 * time.Minute)}}}
	o.history[bot.Target{Service: "api", Environment: "production"}] = []bot.Past{{Release: "api-3", Phase: bot.Succeeded, Arrival: bot.Arrived, At: time.Now(), Took: time.Minute}}
	if err := o.reconciler(t).noticeDeployments(t.Context(), "acme/api"); err != nil || len(o.created) != 1 || o.created[0].Beside.Came != bot.NeverCame || len(mustDoubts(t, o.page)) != 0 {
		t.Errorf("entered %+v, %v", o.created, err)
	}
}

// TestADeploymentThatGoesOnWhenSlipwayComes: it is told when it ends, once, as of then; what
// somebody looked at before is not taken for it.
func TestADeploymentThatGoesOnWhenSlipwayComes(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]bot.DeploymentState{"well": bot.DeploymentSuccess, "badly": bot.DeploymentFailure} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Now().Truncate(time.Second)
			d := foreign(41, func(d *bot.ForeignDeployment) { d.At, d.UpdatedAt = now.Add(-time.Hour), now.Add(-50*time.Minute) })
			o := &others{page: newPage(), found: []bot.ForeignDeployment{d}, courses: map[int64]bot.DeploymentCourse{41: {State: bot.DeploymentRunning, At: d.UpdatedAt}}, faults: map[int64]error{}}
			o.since = now.Add(-30*time.Minute + 400*time.Millisecond)
			rc := o.reconciler(t)
			look := func() {
				t.Helper()
				if err := rc.noticeDeployments(t.Context(), "acme/api"); err != nil {
					t.Fatal(err)
				}
			}
			look()
			if len(o.created) > 0 {
				t.Fatalf("told of %+v, which may go on for ever", o.created)
			}
			ended := o.since.Truncate(time.Second) // in the very second in which slipway came
			o.found[0].UpdatedAt, o.courses[41] = ended, bot.DeploymentCourse{State: end, At: ended}
			look()
			look()
			if len(o.created) != 1 || !o.created[0].Beside.At.Equal(ended) || len(mustDoubts(t, o.page)) != 1 {
				t.Errorf("told of %+v, want once as of %s", o.created, ended)
			}
		})
	}
}
