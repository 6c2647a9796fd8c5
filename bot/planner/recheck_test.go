package planner

import (
	stdcmp "cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/people"
)

// world is what a plan is made of, in memory. It writes down what the code host
// is asked.
type world struct {
	Workflows

	past        map[string][]bot.Past // by environment, newest first
	locks       []bot.Lock
	quarantines []bot.Quarantine
	blob        string
	checks      bot.Checks
	lineage     bot.Lineage
	direction   bot.Direction // of all changes; empty: forward

	source  *bot.Release // what is read when a release is
	gone    []string     // the accounts of those who have left
	unknown bool         // nobody's account can be read

	mu    sync.Mutex
	asked []string
}

func (w *world) ask(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, what)
}

// told lists what was asked since it was last listed.
func (w *world) told() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked := w.asked
	w.asked = nil
	slices.Sort(asked)
	return asked
}

func (w *world) Commit(_ context.Context, _, ref string) (bot.Commit, string, error) {
	w.ask("commit " + ref)
	if len(ref) == 40 {
		return bot.Commit{SHA: ref}, "", nil
	}
	return bot.Commit{SHA: strings.Repeat("c", 40), TipOf: ref}, ref, nil
}

func (w *world) Changes(_ context.Context, _, base, head string) (bot.Changes, bot.ChangedFiles, error) {
	w.ask("changes " + base[:1] + head[:1])
	return bot.Changes{Direction: stdcmp.Or(w.direction, bot.Forward), Total: 2}, bot.ChangedFiles{}, nil
}

func (w *world) Lineage(_ context.Context, _ string, _ bot.Commit, patterns []string) (bot.Lineage, error) {
	w.ask("lineage " + strings.Join(patterns, ","))
	return w.lineage, nil
}

func (w *world) Checks(context.Context, bot.ChecksQuery) (bot.Checks, error) {
	w.ask("checks")
	return w.checks, nil
}

func (w *world) Workflow(_ context.Context, repo, file, ref, _ string) (bot.WorkflowFile, error) {
	w.ask("workflow " + repo + " " + file)
	return bot.WorkflowFile{Blob: w.blob, Ref: ref, Inputs: textInputs("release_id", "sha", "environment", "tier"), Dispatchable: true, RunName: "${{ inputs.release_id }}"}, nil
}

func (w *world) DefaultBranch(context.Context, string) (string, error) { return "main", nil }

func (w *world) ChangesTo(context.Context, string, string, string) (bot.Comparison, error) {
	return bot.Comparison{}, nil
}

// textInputs are inputs of a workflow that take any text.
func textInputs(names ...string) []bot.WorkflowInput {
	var inputs []bot.WorkflowInput
	for _, name := range names {
		inputs = append(inputs, bot.WorkflowInput{Name: name, Type: bot.InputText})
	}
	return inputs
}

func (w *world) History(_ context.Context, t bot.Target, limit int) ([]bot.Past, error) {
	past := w.past[t.Environment]
	return past[:min(len(past), limit)], nil
}

func (w *world) Targets(_ context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	return []bot.TargetState{{Target: targets[0], Under: &bot.Release{ID: "api-9"}, Waiting: []string{"api-10"}}}, nil
}

func (w *world) Release(context.Context, string) (bot.Release, error) {
	if w.source != nil {
		return *w.source, nil
	}
	return bot.Release{}, nil
}

func (w *world) FullMember(_ context.Context, id string) (bool, error) {
	if w.unknown {
		return false, &bot.Error{Kind: bot.Unavailable, Op: "read an account"}
	}
	return !slices.Contains(w.gone, id), nil
}

func (w *world) Locks(context.Context) ([]bot.Lock, error) { return w.locks, nil }

func (w *world) Quarantines(context.Context, bot.Target) ([]bot.Quarantine, error) {
	return w.quarantines, nil
}

// wellPast is a release of a commit that was healthy, some hours ago.
func wellPast(id, letter string, hours int) bot.Past {
	return bot.Past{
		Release: id, SHA: strings.Repeat(letter, 40), Phase: bot.Succeeded, Healthy: true,
		At: noon.Add(-time.Duration(hours) * time.Hour),
	}
}

// orderlyWorld is one in which a deploy of the newest commit to production may go.
func orderlyWorld() *world {
	return &world{
		past: map[string][]bot.Past{
			"staging":    {wellPast("api-3", "c", 1)},
			"production": {wellPast("api-2", "b", 2), wellPast("api-1", "a", 3)},
		},
		blob: "blob1", checks: bot.Checks{Complete: true, Passed: 1, Known: []string{"build"}}, lineage: bot.Lineage{On: "main", Asked: []string{"main"}},
	}
}

func plannerIn(tb testing.TB, w *world, declared string) *Planner {
	tb.Helper()
	c := bottest.Declare(tb, declared)
	return New(c, Ports{
		Quarantines: w, Locks: w, Records: w, Resolver: w, Branches: w, Workflows: w, People: people.New(c, people.Ports{Accounts: w}, slog.New(slog.DiscardHandler)), Reruns: noReruns{},
	}, slog.New(slog.DiscardHandler))
}

func planned(tb testing.TB, p *Planner, r bot.Release) bot.Release {
	tb.Helper()
	ev, err := p.Resolve(tb.Context(), r, noon)
	resolved, ok := ev.(bot.Resolved)
	if err != nil || !ok {
		tb.Fatalf("resolved to %#v, %v", ev, err)
	}
	r.Plan, r.Decision = &resolved.Plan, resolved.Decision
	return r
}

func refusing(d bot.Decision) []string {
	var names []string
	for _, gate := range d.Refusals() {
		names = append(names, gate.Name)
	}
	return names
}

// TestPromise3_Recheck: what may have changed since the plan was shown is looked
// at again right before the start. Only facts that are seconds old, and that
// nobody has said yes to, are not read twice.
func TestPromise3_Recheck(t *testing.T) {
	t.Parallel()
	again := []string{"checks", "commit main", "workflow acme/api deploy.yml"}
	back := []string{"checks", "workflow acme/api deploy.yml"} // of a commit that was named by its SHA
	approved := func(r *bot.Release) { r.Approvals = []bot.Approval{{By: bot.Person{ID: "U02BEN"}}} }
	red := func(w *world) { w.blob, w.checks.Failed = "blob2", []string{"build"} }
	tests := []struct {
		name    string
		kind    bot.Kind // empty: a deploy
		release func(*bot.Release)
		world   func(*world)
		old     string // in slipway.yaml, what has changed
		now     string
		after   time.Duration
		asked   []string
		changed []string // what of the plan's digest has
		refused []string
	}{
		{name: "seconds later", after: time.Second},
		{name: "seconds later the code host has other news", world: red, after: 4 * time.Second},
		{name: "which are seen a moment later", world: red, after: 5 * time.Second, asked: again, changed: []string{"workflow"}, refused: []string{"checks"}},
		{name: "or at once, where somebody said yes", release: approved, world: red, after: time.Second, asked: again, changed: []string{"workflow"}, refused: []string{"checks"}},
		{
			name: "or confirmed it", kind: bot.Rollback, release: func(r *bot.Release) { r.Confirmed = true }, world: red, after: time.Second,
			asked: back, changed: []string{"workflow"},
		},
		{name: "a lock came", world: func(w *world) { w.locks = []bot.Lock{{Kind: bot.Freeze}} }, after: time.Second, refused: []string{"lock"}},
		{name: "a lock came, minutes later", world: func(w *world) { w.locks = []bot.Lock{{Kind: bot.Freeze}} }, after: time.Minute, asked: again, refused: []string{"lock"}},
		{name: "it was taken back meanwhile", world: func(w *world) { w.quarantines = []bot.Quarantine{{SHA: strings.Repeat("c", 40)}} }, after: time.Second, refused: []string{"quarantine"}},
		{name: "staging is ill", world: func(w *world) { w.past["staging"][0].TakenBackBy = "api-8" }, after: time.Second, refused: []string{"after"}},
		{name: "who asked has left the group", old: "sre: {members: [anna, ben]}", now: "sre: {members: [ben]}", after: time.Second, refused: []string{"deployers"}},
		{name: "another workflow is named", old: "workflow: deploy.yml", now: "workflow: ship.yml", after: time.Second, asked: []string{"checks", "commit main", "workflow acme/api ship.yml"}, changed: []string{"workflow"}},
		{name: "another branch's workflow is named", old: "workflow: deploy.yml", now: "workflow: deploy.yml\n    workflow_ref: next", after: time.Second, asked: []string{"checks", "commit next", "workflow acme/api deploy.yml"}, changed: []string{"workflow"}},
		{name: "another repository is named", old: "repo: acme/api", now: "repo: acme/api2", after: time.Second, asked: []string{"checks", "commit main", "workflow acme/api2 deploy.yml"}, changed: []string{"repository"}},
		{name: "another input", old: "tier: web", now: "tier: worker", after: time.Second, changed: []string{"tier"}},
		{
			name: "other branches are allowed", old: "after: staging", now: "after: staging\n        branches: [release/*]", after: time.Minute,
			world: func(w *world) { w.lineage.On = "" },
			asked: []string{"checks", "commit main", "lineage release/*", "workflow acme/api deploy.yml"}, changed: []string{"settings"}, refused: []string{"branch"},
		},
		{
			name: "another commit is live by now", world: func(w *world) {
				w.past["production"] = slices.Insert(w.past["production"], 0, wellPast("api-6", "d", 0))
			},
			after: time.Second, asked: []string{"changes bd", "changes dc", "checks", "commit main", "workflow acme/api deploy.yml"},
		},
		{
			name: "the same commit was brought once more", world: func(w *world) {
				w.past["production"] = slices.Insert(w.past["production"], 0, wellPast("api-6", "b", 0))
			},
			after: time.Second,
		},
		{
			name: "something came before the rollback", kind: bot.Rollback, world: func(w *world) {
				w.past["production"] = slices.Insert(w.past["production"], 0, wellPast("api-6", "d", 0))
			},
			after: time.Minute, asked: back, refused: []string{"still live"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := orderlyWorld()
			kind := tt.kind
			if kind == "" {
				kind = bot.Deploy
			}
			r := planned(t, plannerIn(t, w, bottest.Ruled), bottest.Asked(kind, "production"))
			if refused := refusing(r.Decision); len(refused) > 0 {
				t.Fatalf("it may not even go at first: %v", refused)
			}
			if tt.release != nil {
				tt.release(&r)
			}
			if tt.world != nil {
				tt.world(w)
			}
			w.told()
			ev, err := plannerIn(t, w, strings.Replace(bottest.Ruled, tt.old, tt.now, 1)).Recheck(t.Context(), r, noon.Add(tt.after))
			rechecked, ok := ev.(bot.Rechecked)
			if err != nil || !ok {
				t.Fatalf("rechecked to %#v, %v", ev, err)
			}
			if diff := cmp.Diff(tt.asked, w.told()); diff != "" {
				t.Errorf("asked of the code host (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.refused, refusing(rechecked.Decision)); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
			delta := rechecked.Plan.Differences(*r.Plan)
			if same := rechecked.Plan.Digest() == r.Plan.Digest(); same != (len(tt.changed) == 0) || len(delta) != len(tt.changed) {
				t.Errorf("the same digest: %t, differences %q, want %q", same, delta, tt.changed)
			}
			for i, what := range tt.changed {
				if i < len(delta) && !strings.Contains(delta[i], what) {
					t.Errorf("difference %q, want one of the %s", delta[i], what)
				}
			}
			if got := rechecked.Plan.Commit; !cmp.Equal(got, r.Plan.Commit) {
				t.Errorf("another commit: %+v", got)
			}
		})
	}
}

// TestRecheckOfATargetThatIsGone: what nobody declares any more does not go.
func TestRecheckOfATargetThatIsGone(t *testing.T) {
	t.Parallel()
	w := orderlyWorld()
	r := planned(t, plannerIn(t, w, bottest.Ruled), bottest.Asked(bot.Deploy, "staging"))
	gone := strings.Replace(strings.Replace(bottest.Ruled, "      staging: {}\n", "", 1), "        after: staging\n", "", 1)
	if ev, err := plannerIn(t, w, gone).Recheck(t.Context(), r, noon); bot.KindOf(err) != bot.NotFound {
		t.Errorf("rechecked to %#v, %v", ev, err)
	}
}

// TestResolve: each kind of release reads what it needs, and knows where a
// rollback would go after it.
func TestResolve(t *testing.T) {
	t.Parallel()
	c := strings.Repeat("c", 40)
	tests := []struct {
		kind  bot.Kind
		asked []string
		sha   string
		back  string
		place bot.Place
	}{
		{bot.Deploy, []string{"changes bc", "checks", "commit main", "lineage ", "workflow acme/api deploy.yml"}, c, "api-2", bot.Place{}},
		{bot.Preview, []string{"changes bc", "checks", "commit main", "lineage ", "workflow acme/api deploy.yml"}, c, "api-2", bot.Place{Ahead: 1, Holder: "api-9"}},
		{bot.Rollback, []string{"changes ba", "checks", "commit " + strings.Repeat("a", 40), "workflow acme/api deploy.yml"}, strings.Repeat("a", 40), "api-1", bot.Place{}},
		{bot.Adopt, []string{"changes bc", "commit " + c, "lineage "}, c, "api-2", bot.Place{}},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			t.Parallel()
			w := orderlyWorld()
			ev, err := plannerIn(t, w, bottest.Ruled).Resolve(t.Context(), bottest.Asked(tt.kind, "production"), noon)
			resolved, ok := ev.(bot.Resolved)
			if err != nil || !ok {
				t.Fatalf("resolved to %#v, %v", ev, err)
			}
			if diff := cmp.Diff(tt.asked, w.told()); diff != "" {
				t.Errorf("asked of the code host (-want +got):\n%s", diff)
			}
			p := resolved.Plan
			if p.Commit.SHA != tt.sha || p.Inputs["sha"] != tt.sha || p.Inputs["environment"] != "production" || p.Inputs["tier"] != "web" {
				t.Errorf("commit %s, inputs %v", p.Commit.SHA, p.Inputs)
			}
			if p.RollbackTo == nil || p.RollbackTo.Release != tt.back || p.Current == nil || p.Current.Release != "api-2" || !p.ResolvedAt.Equal(noon) {
				t.Errorf("back to %+v from %+v, resolved at %s", p.RollbackTo, p.Current, p.ResolvedAt)
			}
			resolved.Place.Wait = 0
			if resolved.Place != tt.place {
				t.Errorf("place %+v, want %+v", resolved.Place, tt.place)
			}
		})
	}
}

// noReruns is a code host at which nobody starts a run again.
type noReruns struct{}

func (noReruns) Beside(context.Context, bot.Target) (string, []bot.Beside, error) {
	return "", nil, nil
}

func (noReruns) StartedAgain(context.Context, string, string) ([]bot.SeenRerun, error) {
	return nil, nil
}
