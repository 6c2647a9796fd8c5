package planner

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/policy"
)

const (
	// freshFor is how old facts may be that need not be read twice.
	freshFor = 5 * time.Second
	// historyDepth is how far back a rollback's target is looked for.
	historyDepth = bot.WayBackDepth
)

// Resolve makes the plan and has it judged, in three rounds of concurrent reads: what
// does not need the commit, what does, and the files that changed.
func (p *Planner) Resolve(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	service, env, err := p.declared(r.Target)
	if err != nil {
		return nil, err
	}
	b := &builder{p: p, r: r, service: service, plan: newPlan(r, service, env)}
	if err := b.readLive(ctx); err != nil {
		return nil, err
	}
	if err := b.readCommit(ctx); err != nil {
		return nil, err
	}
	b.aimBack()
	if err := b.readAround(ctx); err != nil {
		return nil, err
	}
	b.prove()
	b.plan.ResolvedAt = now
	decision := b.judge(now)
	resolved := bot.Resolved{Plan: b.plan, Decision: decision}
	if r.Kind == bot.Preview {
		resolved.Place, err = p.line(ctx, r.Target, now)
	}
	return resolved, err
}

// Recheck makes the plan again right before the dispatch, for the approved commit.
// Fresh facts are not read twice, unless somebody approved them.
func (p *Planner) Recheck(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	b, err := p.builtOn(ctx, r)
	if err != nil {
		return nil, err
	}
	old := *r.Plan
	agreedTo := r.Confirmed || len(r.Approvals) > 0
	if !agreedTo && !b.overtaken && old.Rerun == nil && now.Sub(old.ResolvedAt) < freshFor && b.sameSource() {
		return b.judgeAgain(ctx, now)
	}
	b.clearRead()
	void, err := b.readAgain(ctx, now)
	if err != nil {
		return nil, err
	}
	b.plan.ResolvedAt = now
	decision := b.judge(now) // it says whose yes an adoption needs, which is weighed next
	lost, err := b.lostYeses(ctx)
	if err != nil {
		return nil, err
	}
	if b.plan.Rerun != nil {
		return bot.RerunFound{Rerun: *b.plan.Rerun}, nil
	}
	return bot.Rechecked{Plan: b.plan, Decision: decision, Lost: lost, Void: void}, nil
}

// lostYeses checks the approvals once more, by the current plan. An emergency needs
// none.
func (b *builder) lostYeses(ctx context.Context) ([]bot.Withdrawal, error) {
	if b.r.Emergency.Asked {
		return nil, nil
	}
	r := b.r
	r.Plan = &b.plan
	return b.p.ports.People.LostYeses(ctx, r)
}

// sameSource says whether the release's plan was read from where it would be read now.
func (b *builder) sameSource() bool {
	old, branch := b.r.Plan, b.service.WorkflowRef
	return old.Repo == b.plan.Repo && old.Workflow == b.plan.Workflow && (branch == "" || old.WorkflowRef == branch)
}

// declared finds the target in slipway.yaml as it is now.
func (p *Planner) declared(t bot.Target) (catalog.Service, catalog.Environment, error) {
	service, found := p.catalog.Service(t.Service)
	if found {
		if env, found := service.Environment(t.Environment); found {
			return service, env, nil
		}
	}
	return catalog.Service{}, catalog.Environment{}, &bot.Error{
		Kind: bot.NotFound, Op: "find the target in slipway.yaml",
		Says: t.String() + " is not in slipway.yaml any more",
		Mend: "Whoever looks after slipway can put it back.",
	}
}

func sameSet(a, b bot.ApprovalSet) bool {
	return a.Count == b.Count && a.Self == b.Self && a.NotAuthors == b.NotAuthors && a.EscalateAfter == b.EscalateAfter &&
		slices.Equal(a.From, b.From) && slices.Equal(a.EscalateTo, b.EscalateTo)
}

// builder collects the parts of one plan.
type builder struct {
	p           *Planner
	r           bot.Release
	service     catalog.Service
	plan        bot.Plan
	file        bot.WorkflowFile
	envs        []string         // the environments at the code host, where the workflow takes one of them
	past        []bot.Past       // what ran on the target, newest first
	quarantines []bot.Quarantine // of the target, the last one first
	deployer    policy.Deployer
	emergency   policy.Deployer
	left        bool           // the requester is not a full member of the team any more
	locks       []bot.Lock     // those that cover the target
	before      []bot.Past     // what ran in the environment that comes before, newest first
	noWorkflow  error          // why GitHub lists no runs of a workflow that it does not know
	ahead       bot.Comparison // with what is live, as far as it was found out early
	under       string         // the release that holds the slot, for an adoption
	source      *bot.Release   // what is promoted
	overtaken   bool           // something else is live than when the plan was made
	world       []policy.Seen  // what was seen outside, in the order of the rules
}

// readLive reads what is live on the target and where a rollback would go.
func (b *builder) readLive(ctx context.Context) error {
	past, err := b.p.ports.Records.History(ctx, b.r.Target, historyDepth)
	if err != nil {
		return err
	}
	if b.quarantines, err = b.p.ports.Quarantines.Quarantines(ctx, b.r.Target); err != nil {
		return err
	}
	b.past = past
	b.plan.Comebacks = b.stillInQuarantine(b.plan.Comebacks)
	b.plan.Usual = policy.Usual(past)
	live := bot.LiveOf(past)
	b.plan.Current, b.plan.Perhaps, b.plan.RollbackTo = live.Base(), nil, nil
	if b.r.Kind == bot.Rollback {
		b.plan.Current = takenBack(b.r.Reversal.Back, past)
		b.plan.RollbackTo = chosenTarget(b.r.Reversal, past)
	}
	if current := b.plan.Current; live.Uncertain() && current != nil && live.Newest.Release != current.Release {
		b.plan.Perhaps = perhapsLive(live, past)
	}
	return nil
}

// perhapsLive is the last release if it may be live. One that is still under way has
// not come yet.
func perhapsLive(live bot.Live, past []bot.Past) *bot.Past {
	over := bot.LiveOf(slices.DeleteFunc(slices.Clone(past), func(p bot.Past) bool { return !p.Phase.Ended() }))
	if over.Uncertain() {
		return over.Newest
	}
	return live.Newest
}

// takenBack is the release in the past that a rollback takes back: the one that
// was chosen, or what is live.
func takenBack(back string, past []bot.Past) *bot.Past {
	if i := slices.IndexFunc(past, func(p bot.Past) bool { return back != "" && p.Release == back }); i >= 0 {
		return &past[i]
	}
	return bot.ToTakeBack(past)
}

// aimBack finds where a rollback of this release would go: to the newest healthy
// release with another commit, which may be the live one.
func (b *builder) aimBack() {
	if b.r.Kind == bot.Rollback {
		return // it goes there itself
	}
	if to, found := policy.RollbackTarget(b.past, b.plan.Commit.SHA); found {
		b.plan.RollbackTo = &to
	}
}

// chosenTarget is the release in the past that a rollback goes to: the one that
// was chosen, or the newest whose commit is not the one that it takes back.
func chosenTarget(takes bot.Reversal, past []bot.Past) *bot.Past {
	for _, p := range policy.WaysBack(past) {
		chosen := takes.To != "" && p.Release == takes.To ||
			takes.To == "" && takes.ToSHA != "" && len(takes.ToSHA) <= len(p.SHA) && p.SHA[:len(takes.ToSHA)] == takes.ToSHA
		if chosen {
			return &p
		}
	}
	back := takenBack(takes.Back, past)
	if takes.To != "" || takes.ToSHA != "" || back == nil {
		return nil
	}
	if to, found := policy.RollbackTarget(past, bot.AwayFrom(past, back.Release)...); found {
		return &to
	}
	return nil
}

// prove adds the approvals of a deploy to a rollback that lacks something which slipway
// must have seen itself.
func (b *builder) prove() {
	if b.r.Kind != bot.Rollback {
		return
	}
	b.plan.Unproven = policy.Unproven(b.plan, b.past)
	env, found := b.service.Environment(b.r.Target.Environment)
	if len(b.plan.Unproven) == 0 || !found {
		return
	}
	asDeploy := env.Settings.Approvals
	asDeploy.Sets = slices.Clip(asDeploy.Sets) // the catalog's are for everybody
	if !asDeploy.Asked() {
		return
	}
	for _, set := range b.plan.Settings.Approvals.Sets {
		if !slices.ContainsFunc(asDeploy.Sets, func(s bot.ApprovalSet) bool { return sameSet(s, set) }) {
			asDeploy.Sets = append(asDeploy.Sets, set)
		}
	}
	b.plan.Settings.Approvals = asDeploy
}

// readCommit resolves the commit, and asks at the same time for what does not need the
// answer: the workflow's branch, and how the commit compares to the live one.
func (b *builder) readCommit(ctx context.Context) error {
	ref := b.r.Ref
	if b.r.Kind == bot.Rollback {
		if b.plan.RollbackTo == nil {
			return nil // the gates say so
		}
		ref = b.plan.RollbackTo.SHA
	}
	g, ctx := guard.WithContext(ctx)
	g.Go(func() (err error) {
		b.plan.Commit, b.plan.Branch, err = b.p.ports.Resolver.Commit(ctx, b.plan.Repo, ref)
		return err
	})
	g.Go(func() error { return b.lookForReruns(ctx) })
	g.Go(func() error { return b.nameWorkflowRef(ctx) })
	if live := shaOf(b.plan.Current); live != "" && b.r.Kind != bot.Rollback {
		g.Go(func() (err error) {
			if b.ahead, err = b.p.ports.Branches.ChangesTo(ctx, b.plan.Repo, live, ref); err != nil {
				b.p.log.Debug("what changed is asked again once the commit is known", bot.ErrAttr(err))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	b.plan.Inputs[b.service.InputNames.SHA] = b.plan.Commit.SHA
	return nil
}

// readWorkflow reads the workflow file and then the files that it calls, at the tip of
// its branch if that is known, where they cannot change meanwhile.
func (b *builder) readWorkflow(ctx context.Context, tip string) error {
	if b.r.Kind == bot.Adopt {
		return nil // nothing is started
	}
	file, err := b.p.ports.Workflows.Workflow(ctx, b.plan.Repo, b.plan.Workflow, b.plan.WorkflowRef, tip)
	if err != nil {
		return err
	}
	b.file = file
	b.plan.WorkflowBlob = file.Blob
	g, ctx := guard.WithContext(ctx)
	if slices.ContainsFunc(file.Inputs, func(in bot.WorkflowInput) bool { return in.Type == bot.InputEnvironment }) {
		g.Go(func() (err error) {
			b.envs, err = b.p.ports.Environments.Environments(ctx, b.plan.Repo)
			return err
		})
	}
	g.Go(func() error { return b.readCalled(ctx, cmp.Or(tip, b.plan.WorkflowRef)) })
	return g.Wait()
}

// readAround reads what can be read once the commit is known.
func (b *builder) readAround(ctx context.Context) error {
	sha := b.plan.Commit.SHA
	if sha == "" {
		b.readDeployer(ctx)
		return nil
	}
	g, ctx := guard.WithContext(ctx)
	g.Go(func() error { return b.readWorkflow(ctx, b.workflowTip()) })
	if live := b.plan.Current; live != nil && live.SHA != "" {
		g.Go(func() error { return b.readChanges(ctx, live.SHA, sha) })
	}
	if to := b.backTo(); to != nil && (b.plan.Current == nil || b.plan.Current.SHA != to.SHA) {
		g.Go(func() error { b.readUndone(ctx, sha); return nil })
	}
	b.readLineage(ctx, g)
	b.readJudged(ctx, g)
	return cmp.Or(g.Wait(), b.noWorkflow)
}

// readAgain reads what may have changed since the plan was approved.
func (b *builder) readAgain(ctx context.Context, now time.Time) (void []string, err error) {
	old, same := b.r.Plan, b.sameSource()
	g, ctx := guard.WithContext(ctx)
	g.Go(func() error { return b.readWorkflowAgain(ctx) })
	if old.Rerun != nil || now.Sub(old.ResolvedAt) >= freshFor || !same {
		g.Go(func() error { return b.lookForReruns(ctx) })
	}
	if !slices.Equal(b.plan.Settings.Rules.Branches, b.r.Plan.Settings.Rules.Branches) {
		b.readLineage(ctx, g)
	}
	b.readOvertaken(ctx, g, &void)
	b.readJudged(ctx, g)
	err = g.Wait()
	return void, cmp.Or(err, b.noWorkflow)
}

// readJudged reads what the gates need to know of the commit.
func (b *builder) readJudged(ctx context.Context, g *guard.Group) {
	sha := b.plan.Commit.SHA
	if !b.plan.Settings.Checks.None && b.r.Kind != bot.Adopt {
		g.Go(func() (err error) {
			b.plan.Checks, err = b.p.ports.Resolver.Checks(ctx, bot.ChecksQuery{
				Repo: b.plan.Repo, SHA: sha, Names: b.plan.Settings.Checks.Names, Started: b.p.startedIn(b.service.Repo),
			})
			return err
		})
	}
	b.readReviews(ctx, g)
	b.readWorld(ctx, g)
	b.readHere(ctx, g)
}

// startedIn are the workflow files that slipway starts in a repository, for any
// service: to deploy, or to probe.
func (p *Planner) startedIn(repo catalog.Repository) []string {
	var files []string
	for _, s := range p.catalog.Services {
		if !strings.EqualFold(s.Repo.String(), repo.String()) {
			continue
		}
		files = append(files, s.Workflow)
		for _, e := range s.Environments {
			for _, probe := range e.Health.Probes {
				files = append(files, probe.Starts())
			}
		}
	}
	slices.Sort(files)
	return slices.DeleteFunc(slices.Compact(files), func(file string) bool { return file == "" })
}

func (b *builder) judge(now time.Time) bot.Decision {
	b.askAnother(now)
	return policy.Decide(b.facts(now))
}

func (b *builder) facts(now time.Time) policy.Facts {
	return policy.Facts{
		Release: b.r, Plan: b.plan, Workflow: b.file, ShowsKey: ShowsRunKey(b.file, b.plan.Inputs, b.plan.KeyInput), Quarantine: b.quarantine(), Past: b.past, Now: now,
		Environments: b.envs, Deployer: b.deployer, Emergency: b.emergency, RequesterLeft: b.left, Source: b.source, Locks: b.locks, Before: b.before, Under: b.under,
		Shared: b.sharedGroup(), World: b.world,
	}
}
