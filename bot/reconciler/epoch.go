package reconciler

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

// lifeEvery is how often the store is asked whether it lives another life.
const lifeEvery = time.Second

// A store that was restarted or failed over may have lost acknowledged writes:
// a release that reads "queued" may have been started already, and one that
// was started may be unknown. So in a new life no dispatch leaves before the
// settle time is over, in which such a run is listed, and before the runs of its
// source were compared.

// NotYet says why a dispatch must wait, and until when; without words: it need
// not.
func (rc *Reconciler) NotYet(ctx context.Context, r bot.Release) bot.DispatchNotSent {
	const says = "Redis was restarted, so the runs at GitHub are compared with what slipway remembers before anything is started"
	id, age, err := rc.ports.Lives.Epoch(ctx)
	if err != nil {
		return bot.DispatchNotSent{Says: "Redis did not say whether it was restarted"}
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return bot.DispatchNotSent{Says: "Redis did not say whether something is held back"}
	}
	if d, held := holding(doubts, r); held {
		return bot.DispatchNotSent{Says: d.Says + ". " + rc.howToRelease(d), Again: 2 * lifeEvery}
	}
	of := source{repo: r.Plan.Repo, workflow: r.Plan.Workflow}
	switch {
	case id == "" || age == bot.NoneDue:
		return bot.DispatchNotSent{}
	case age < r.Pace.Settle:
		rc.lives.doubt(id)
		return bot.DispatchNotSent{Says: says, Again: r.Pace.Settle - age + 2*lifeEvery}
	case !rc.lives.is(id, of) && !lookedAt(doubts, r.Target, of, id):
		return bot.DispatchNotSent{Says: says, Again: 2 * lifeEvery}
	}
	return bot.DispatchNotSent{Says: rc.strayUnder(ctx, r)}
}

// knowsRuns says that the runs of a source were compared in this life of the store, or
// that it has lived no other.
func (rc *Reconciler) knowsRuns(ctx context.Context, s source) (bool, error) {
	id, age, err := rc.ports.Lives.Epoch(ctx)
	return err == nil && (id == "" || age == bot.NoneDue || rc.lives.is(id, s)), err
}

// holding is the first doubt that holds the release. What was done past slipway is
// known, if not understood, and over or under way for all to see: it holds no
// rollback, which may be the very answer to it.
func holding(doubts []bot.Doubt, r bot.Release) (bot.Doubt, bool) {
	for _, d := range doubts {
		if past := d.Beside.Happened() && r.Kind == bot.Rollback; d.Holds(r.Target) && !past {
			return d, true
		}
	}
	return bot.Doubt{}, false
}

// lookedAt says that somebody looked at the runs of a source themselves, so that
// nobody need compare them in this life.
func lookedAt(doubts []bot.Doubt, t bot.Target, of source, life string) bool {
	for _, d := range doubts {
		if d.Target == t && d.About == of.about() && d.Of == life && !d.Open() {
			return true
		}
	}
	return false
}

// watchLives compares the runs whenever the store begins another life: once at
// once, so that people soon know, and once more when the settle time is over
// and every run is listed.
func (rc *Reconciler) watchLives(ctx context.Context) error {
	for ctx.Err() == nil {
		rc.lookAtLife(ctx)
		rc.tellForgotten(ctx)
		loop.Pause(ctx, nil, lifeEvery)
	}
	return ctx.Err()
}

func (rc *Reconciler) lookAtLife(ctx context.Context) {
	id, err := rc.ports.Lives.Life(ctx)
	if err != nil || id == "" || !rc.lives.wants(id, time.Now()) {
		return // that the store is away is said by the motor's loop
	}
	id, age, err := rc.ports.Lives.Epoch(ctx)
	if err != nil {
		return // as above
	}
	if age == bot.NoneDue {
		rc.lives.first(id, rc.sources())
		return
	}
	rc.compareRuns(ctx, id, rc.catalog.GitHub.Settle-age)
}
