package reconciler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// doing is something that was done past slipway, as it is entered.
type doing struct {
	once   string // tells it from every other
	about  string // what it is about, for which the last one counts
	beside bot.Beside
	over   time.Time // zero: it goes on
}

// enterAll enters what was done for each target that it concerns, and records that it has
// been reported. A fault with one target does not stop the others.
func (rc *Reconciler) enterAll(ctx context.Context, concerned []bot.Target, done doing) error {
	var failed error
	for _, t := range concerned {
		if err := rc.enterOnce(ctx, t, done); err != nil {
			failed = errors.Join(failed, fmt.Errorf("enter it for %s: %w", t, err))
		}
	}
	if failed != nil {
		return failed
	}
	rc.looked.Add(done.once)
	return rc.ports.Besides.NoteBesideTold(ctx, done.once)
}

// enterOnce enters it for one of its targets, unless that was done while another one of
// them could not be entered.
func (rc *Reconciler) enterOnce(ctx context.Context, t bot.Target, done doing) error {
	mark := done.once + " " + t.Path()
	if told, err := rc.ports.Besides.BesideTold(ctx, mark); err != nil || told {
		return err
	}
	if err := rc.enter(ctx, t, done); err != nil || !done.beside.Unsure {
		return err // a single one is noted by itself
	}
	return rc.ports.Besides.NoteBesideTold(ctx, mark)
}

// enter enters what was done into the history of a target, and holds what is deployed
// there next until its requester has seen it.
func (rc *Reconciler) enter(ctx context.Context, t bot.Target, done doing) error {
	history, err := rc.ports.Histories.History(ctx, t, besideDepth)
	if err != nil {
		return err
	}
	b := done.beside
	b.Came = bot.MayHaveCome
	over := overtaken(done.over, history)
	if over {
		b.Came = bot.NeverCame // something of slipway's came after it
	}
	created, err := rc.ports.Besides.Create(ctx, bot.Draft{
		Kind: bot.Adopt, Target: t, Requester: bot.Person{Name: b.Who}, Origin: bot.Origin{Source: bot.FromRule}, Beside: b,
		Key: "beside " + done.once + " " + t.Path(),
	})
	if err != nil {
		return err
	}
	rc.log.Info("something was done past slipway", slog.String("target", t.Path()), slog.String("entry", created.Release.ID), slog.String("says", b.Says(time.Time{})))
	if over {
		return nil
	}
	b.Entry = created.Release.ID
	return rc.raiseBeside(ctx, bot.Doubt{
		Target: t, About: "beside " + done.about, Of: done.once, Since: time.Now(), Says: b.Says(time.Time{}), Beside: b,
		Mend: "Look at what it did. The next deploy there asks before it goes.",
	})
}

// raiseBeside notes it, with up to when somebody has looked at what came before.
func (rc *Reconciler) raiseBeside(ctx context.Context, d bot.Doubt) error {
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return err
	}
	for _, before := range doubts {
		if before.Target == d.Target && before.About == d.About {
			d.SeenTo = before.SeenTo
			if !before.Open() {
				d.SeenTo = before.Looked.At
			}
		}
	}
	return rc.ports.Doubts.Raise(ctx, d)
}

// overtaken says that what was over at some time was so before the last release began that
// is live for certain.
func overtaken(over time.Time, history []bot.Past) bool {
	live := bot.LiveOf(history).Newest
	return !over.IsZero() && live != nil && live.Came() == bot.Arrived && live.Took > 0 && live.At.Add(-live.Took).After(over)
}
