package reconciler

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

// epochEvery is how often the store is asked whether it epochs another epoch.
const epochEvery = time.Second

// A store that was restarted or failed over may have lost acknowledged writes:
// a release that reads "queued" may have been started already, and one that
// was started may be unknown. So in a new epoch no dispatch leaves before the
// settle time is over, in which such a run is listed, and before the runs of its
// source were compared.

// NotYet says why a dispatch must wait, and until when; without words: it need
// not.
func (rc *Reconciler) NotYet(ctx context.Context, r bot.Release) bot.DispatchNotSent {
	const says = "Redis was restarted, so the runs at GitHub are compared with what slipway remembers before anything is started"
	id, age, err := rc.ports.Epochs.Epoch(ctx)
	if err != nil {
		return bot.DispatchNotSent{Says: "Redis did not say whether it was restarted"}
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return bot.DispatchNotSent{Says: "Redis did not say whether something is held back"}
	}
	if d, held := holding(doubts, r); held {
		return bot.DispatchNotSent{Says: d.Says + ". " + rc.howToRelease(d), Again: 2 * epochEvery}
	}
	of := source{repo: r.Plan.Repo, workflow: r.Plan.Workflow}
	switch {
	case id == "" || age == bot.NoneDue:
		return bot.DispatchNotSent{}
	case age < r.Pace.Settle:
		rc.epochs.doubt(id)
		return bot.DispatchNotSent{Says: says, Again: r.Pace.Settle - age + 2*epochEvery}
	case !rc.epochs.is(id, of) && !lookedAt(doubts, r.Target, of, id):
		return bot.DispatchNotSent{Says: says, Again: 2 * epochEvery}
	}
	return bot.DispatchNotSent{Says: rc.orphanUnder(ctx, r)}
}

// knowsRuns says that the runs of a source were compared in this epoch of the store, or
// that it has lived no other.
func (rc *Reconciler) knowsRuns(ctx context.Context, s source) (bool, error) {
	id, age, err := rc.ports.Epochs.Epoch(ctx)
	return err == nil && (id == "" || age == bot.NoneDue || rc.epochs.is(id, s)), err
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
// nobody need compare them in this epoch.
func lookedAt(doubts []bot.Doubt, t bot.Target, of source, epoch string) bool {
	for _, d := range doubts {
		if d.Target == t && d.About == of.about() && d.Of == epoch && !d.Open() {
			return true
		}
	}
	return false
}

// watchEpochs compares the runs whenever the store begins another epoch: once at
// once, so that people soon know, and once more when the settle time is over
// and every run is listed.
func (rc *Reconciler) watchEpochs(ctx context.Context) error {
	for ctx.Err() == nil {
		rc.lookAtEpoch(ctx)
		rc.tellForgotten(ctx)
		loop.Pause(ctx, nil, epochEvery)
	}
	return ctx.Err()
}

func (rc *Reconciler) lookAtEpoch(ctx context.Context) {
	id, err := rc.ports.Epochs.EpochID(ctx)
	if err != nil || id == "" || !rc.epochs.wants(id, time.Now()) {
		return // that the store is away is said by the motor's loop
	}
	id, age, err := rc.ports.Epochs.Epoch(ctx)
	if err != nil {
		return // as above
	}
	if age == bot.NoneDue {
		rc.epochs.first(id, rc.sources())
		return
	}
	rc.compareRuns(ctx, id, rc.catalog.GitHub.Settle-age)
}
