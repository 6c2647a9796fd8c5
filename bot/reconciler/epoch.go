package reconciler

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

// epochEvery is how often the store is asked whether a new epoch has begun.
const epochEvery = time.Second

// A store that was restarted or failed over may have lost acknowledged writes: a
// release that reads "queued" may have been started, and one that was started may be
// missing. So in a new epoch nothing is dispatched before the settle time is over, by
// which such a run is listed, and before the runs of its workflow were compared.

// NotYet says why a dispatch must wait, and until when; without words it need not.
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

// knowsRuns says whether the runs of a source were compared in this epoch, or the epoch
// is the store's first.
func (rc *Reconciler) knowsRuns(ctx context.Context, s source) (bool, error) {
	id, age, err := rc.ports.Epochs.Epoch(ctx)
	return err == nil && (id == "" || age == bot.NoneDue || rc.epochs.is(id, s)), err
}

// holding is the first doubt that holds the release. Something done past slipway holds
// no rollback: it is known, and a rollback may be the answer to it.
func holding(doubts []bot.Doubt, r bot.Release) (bot.Doubt, bool) {
	for _, d := range doubts {
		if past := d.Beside.Happened() && r.Kind == bot.Rollback; d.Holds(r.Target) && !past {
			return d, true
		}
	}
	return bot.Doubt{}, false
}

// lookedAt says whether somebody looked at the runs of a source themselves, so that
// they need not be compared in this epoch.
func lookedAt(doubts []bot.Doubt, t bot.Target, of source, epoch string) bool {
	for _, d := range doubts {
		if d.Target == t && d.About == of.about() && d.Of == epoch && !d.Open() {
			return true
		}
	}
	return false
}

// watchEpochs compares the runs in each new epoch: at once, so that people soon know,
// and again after the settle time, when every run is listed.
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
