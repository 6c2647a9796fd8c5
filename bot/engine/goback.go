package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// heldUp is by how much a look must take longer than anything may, for it to have been
// held up, as in a process that was stopped in the middle of it: nobody looked meanwhile.
const heldUp = time.Second

// look asks the probes. If the release is unhealthy and would be rolled back
// automatically, it finds out whether that is allowed. An ended release that is watched
// for longer holds no slot, so it is judged only while it is live.
func (e *Engine) look(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	if r.Ended() {
		if by, err := e.displacedBy(ctx, r.Target, r.ID); by != "" || err != nil {
			return bot.Displaced{By: by}, err
		}
	}
	began := time.Now()
	seen := e.ports.Watcher.Look(ctx, r, now)
	if took := time.Since(began); took > e.options.Effect+heldUp {
		seen.Gap = bot.Gap{From: cmp.Or(seen.Gap.From, now), To: now.Add(took)}
	}
	if seen.Verdict == bot.NotHealthy && r.Plan.Settings.Health.GoesBack() {
		seen.Back = e.wayBack(ctx, r, seen, now)
	}
	return seen, nil
}

// displacedBy is the release that is live instead of this one; empty: this one is.
func (e *Engine) displacedBy(ctx context.Context, t bot.Target, id string) (string, error) {
	states, err := e.ports.Records.Targets(ctx, []bot.Target{t})
	switch {
	case err != nil:
		return "", err
	case len(states) == 0, states[0].Unread != "":
		return "", &bot.Error{Kind: bot.Unavailable, Op: "look what is live on " + t.String()}
	case states[0].Current == nil || states[0].Current.ID == id:
		return "", nil
	}
	return states[0].Current.ID, nil
}

// wayBack is where an unhealthy release would be rolled back to automatically. The same
// rules apply as to a person's rollback; what cannot be found out prevents it.
func (e *Engine) wayBack(ctx context.Context, r bot.Release, seen bot.Sampled, now time.Time) bot.Back {
	if says := hinderedByPlan(r); says != "" {
		return bot.Back{Hindrance: says}
	}
	history, err := e.ports.Records.History(ctx, r.Target, bot.WayBackDepth)
	if err != nil {
		return bot.Back{Hindrance: "it could not be read what ran there before"}
	}
	past, found := policy.RollbackTarget(history, bot.AwayFrom(history, r.ID)...)
	takes := bot.ToTakeBack(history)
	switch {
	case !found, takes == nil:
		return bot.Back{Hindrance: noWayBack}
	case takes.Release != r.ID:
		return bot.Back{Hindrance: takes.Release + " is what is live there by now"}
	case past.Release != r.Plan.RollbackTo.Release:
		return bot.Back{Hindrance: "the way back is another one than the plan showed"}
	}
	if says := e.hinderedByRules(r, past, history); says != "" {
		return bot.Back{To: past.Release, Hindrance: says}
	}
	return bot.Back{To: past.Release, Hindrance: e.hinderedNow(ctx, r, seen, now)}
}

// hinderedByRules says which rule of the current slipway.yaml prevents the automatic
// rollback; empty: none.
func (e *Engine) hinderedByRules(r bot.Release, to bot.Past, history []bot.Past) string {
	service, found := e.catalog.Service(r.Target.Service)
	environment, declared := service.Environment(r.Target.Environment)
	switch {
	case !found || !declared:
		return "it is not in slipway.yaml any more"
	case environment.RollbackApprovals.Asked():
		return "a rollback there needs approvals"
	case !environment.Approvals.Asked():
		return ""
	}
	back := bot.Plan{RollbackTo: &to, Changes: bot.Changes{Direction: wayOf(r.Plan, to)}}
	if why := policy.Unproven(back, history); len(why) > 0 {
		return "a rollback there needs the approvals of a deploy, since " + why[0]
	}
	return ""
}

// wayOf is how the rollback's target relates to the commit that it takes back. A
// direction that the plan did not compare is compared by the rollback itself.
func wayOf(plan *bot.Plan, to bot.Past) bot.Direction {
	if plan.Current == nil || plan.Current.SHA != to.SHA {
		return bot.Backward
	}
	switch way := plan.Changes.Direction; way {
	case bot.Forward:
		return bot.Backward
	case bot.Backward:
		return bot.Forward
	case bot.Same, bot.Sideways, bot.Unrelated:
		return way
	}
	return ""
}

// hinderedByPlan says what about the release itself prevents an automatic rollback;
// empty: nothing.
func hinderedByPlan(r bot.Release) string {
	plan := r.Plan
	irreversible := func(f bot.Finding) bool { return f.Weight == bot.WeightIrreversible }
	switch {
	case r.Kind == bot.Rollback:
		return "it is a rollback, and those are not taken back by themselves"
	case plan.RollbackTo == nil:
		return noWayBack
	case plan.Undone == nil || plan.Undone.Unread:
		return "it could not be read whether migrations lie between"
	case plan.Undone.Migrations > 0:
		return fmt.Sprintf("migrations (%d) lie between, which a rollback does not undo", plan.Undone.Migrations)
	case plan.Undone.Marked > 0 || slices.ContainsFunc(plan.Readiness.Findings, irreversible):
		return "the plan shows something that cannot be undone"
	}
	return ""
}

// hinderedNow says what prevents it at this moment; empty: nothing.
func (e *Engine) hinderedNow(ctx context.Context, r bot.Release, seen bot.Sampled, now time.Time) string {
	service, _ := e.catalog.Service(r.Target.Service)
	if !r.ByItself() && !e.ports.People.Standing(ctx, r, bot.TheDeployer, r.Asker()).May {
		return "who asked for the release is not known to be one who may deploy there now"
	}
	var targets []bot.Target
	for _, name := range service.EnvironmentNames() {
		targets = append(targets, bot.Target{Service: service.Name, Environment: name})
	}
	states, err := e.ports.Records.Targets(ctx, targets)
	if err != nil {
		return unreadLocks
	}
	for _, s := range states {
		if says := hinderedThere(r, s, seen, now); says != "" {
			return says
		}
		if says := e.takenBackThere(ctx, r, s, seen, now); says != "" {
			return says
		}
	}
	return ""
}

// takenBackThere is hinderedThere for a release that a rollback has just taken the place
// of: as long as that one is not well, the cause may lie elsewhere all the same.
func (e *Engine) takenBackThere(ctx context.Context, r bot.Release, s bot.TargetState, seen bot.Sampled, now time.Time) string {
	back := s.Current
	if s.Target == r.Target || back == nil || back.Kind != bot.Rollback || back.Reversal.Back == "" ||
		back.Phase.EndedWell() && back.Verdict != bot.Inconclusive {
		return ""
	}
	taken, err := e.ports.Records.Release(ctx, back.Reversal.Back)
	switch {
	case bot.KindOf(err) == bot.NotFound:
		return ""
	case err != nil:
		return unreadElsewhere
	}
	return hinderedThere(r, bot.TargetState{Target: s.Target, Current: &taken}, seen, now)
}

// sameTrouble is how long another unhealthy release of the service, with the same
// failing probe, suggests a cause that no rollback would mend.
const sameTrouble = time.Hour

// What hinders an automatic rollback for more than one cause.
const (
	noWayBack       = "no earlier release was healthy there"
	unreadLocks     = "it could not be read whether the target is locked"
	unreadElsewhere = "it could not be read whether another release of the service is unhealthy for the same reason"
)

func hinderedThere(r bot.Release, s bot.TargetState, seen bot.Sampled, now time.Time) string {
	here := s.Target == r.Target
	switch {
	case here && s.Unread != "":
		return unreadLocks
	case here && len(s.Locks) > 0:
		return "a lock stands there"
	case here && len(s.Doubts) > 0:
		return "the target is held back"
	case here && s.Under != nil && s.Under.ID != r.ID:
		return s.Under.ID + " is under way there"
	case here:
		return ""
	case s.Unread != "":
		return unreadElsewhere
	case s.Current == nil || s.Current.Ended() && now.Sub(s.Current.Since()) > sameTrouble:
		return ""
	case spoke(s.Current.Watch.Evidence, seen.Evidence):
		return s.Current.ID + " is unhealthy for the same reason, so the cause may lie elsewhere"
	}
	return ""
}

// spoke says whether the same probe failed for both.
func spoke(a, b []bot.Evidence) bool {
	return slices.ContainsFunc(a, func(x bot.Evidence) bool {
		return x.Verdict == bot.NotHealthy && slices.ContainsFunc(b, func(y bot.Evidence) bool {
			return y.Verdict == bot.NotHealthy && y.Probe == x.Probe
		})
	})
}

// rollBack requests the automatic rollback: once, whoever carries the effect out, and
// as an ordinary release. Its target is the one that the countdown showed.
func (e *Engine) rollBack(ctx context.Context, r bot.Release) error {
	_, err := e.ports.Intake.Create(ctx, bot.Draft{
		Kind: bot.Rollback, Target: r.Target, Requester: bot.ByRule{Rule: "on_unhealthy: rollback"}, Pace: r.Pace, Confirmed: true,
		Reason:   r.Ending.Cause,
		Origin:   bot.Origin{Channel: r.Origin.Channel, Source: bot.FromRule},
		Reversal: bot.Reversal{Back: r.ID, To: r.Plan.RollbackTo.Release, ToSHA: r.Plan.RollbackTo.SHA},
		Key:      "unhealthy:" + r.RunKey,
	})
	return err
}
