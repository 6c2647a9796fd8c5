package engine

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// maxRounds bounds how long one step works on one release, so that no release can
// occupy a worker for ever.
const maxRounds = 12

// leisureRetry is about how soon an effect comes again for which there was no worker.
const leisureRetry = time.Second

// outcome is what came of an effect.
type outcome struct {
	pending bot.Pending
	event   bot.Event // nil: nothing to tell
	err     error
}

// advance works on one claimed release as far as it goes.
func (e *Engine) advance(ctx context.Context, c bot.Claim, asked time.Time) {
	leased, letGo := e.leases.keep(ctx, bot.Lease{Release: c.Release.ID, Fence: c.Fence})
	defer letGo()
	h := hold(e.weigh(leased, c), asked)
	log := e.log.With(slog.String("release", h.r.ID), slog.Int64("fence", h.fence))
	for round := 0; ; round++ {
		due := h.due()
		if len(due) == 0 || round == maxRounds || leased.Err() != nil {
			letGo()
			e.handBack(ctx, h, log)
			return
		}
		if !e.intend(ctx, h, due, log) {
			return
		}
		doing := leased
		if bot.IsA[bot.SendDispatch](due[0].Effect) {
			doing = ctx // it is never cut short because a lease is lost: its answer is to be heard
		}
		for _, o := range e.carryOutAll(doing, h, due, log) {
			if o.err != nil && doing.Err() != nil {
				continue // cut short: it counts as not tried
			}
			h.finish(o.pending, o.event, o.err)
		}
	}
}

// intend saves the release with the effects that are about to be carried out. It
// returns false if another process holds the release now.
func (e *Engine) intend(ctx context.Context, h *held, due []bot.Pending, log *slog.Logger) bool {
	dispatch := bot.IsA[bot.SendDispatch](due[0].Effect)
	err := e.save(ctx, h, bot.Move{Keep: true, Safe: dispatch})
	switch {
	case err == nil:
		return true
	case dispatch && bot.KindOf(err) == bot.Unavailable:
		// Whether the intent was stored is not known, but no request has left.
		// Recording that is better than leaving it to whoever finds the intent.
		says, _ := bot.ForPeople(err)
		h.finish(due[0], bot.DispatchNotSent{Says: says}, nil)
		e.handBack(ctx, h, log)
	default:
		logLost(log, "a step was not saved", err)
	}
	return false
}

// handBack saves the release with the time at which it is due next.
func (e *Engine) handBack(ctx context.Context, h *held, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := e.save(ctx, h, bot.Move{Due: h.wake()})
	if err == nil {
		return
	}
	logLost(log, "a release was not handed back", err)
	if h.r.Dispatch.State == bot.Sent {
		e.rememberDispatch(ctx, h, log)
	}
}

// rememberDispatch keeps a run that is known from being forgotten because another
// process took the release over meanwhile.
func (e *Engine) rememberDispatch(ctx context.Context, h *held, log *slog.Logger) {
	_, err := e.ports.Intake.Post(ctx, bot.InboxEvent{
		Release: h.r.ID,
		Event:   bot.RunFound{Run: h.r.Run},
		Key:     "dispatched:" + h.r.RunKey + ":" + strconv.Itoa(h.r.Dispatch.Attempt),
	})
	if err != nil {
		log.Error("the run of a dispatch could not be recorded; it will be found by its run key", bot.ErrAttr(err))
	}
}

func (e *Engine) save(ctx context.Context, h *held, m bot.Move) error {
	m.Release, m.From, m.Fence, m.Consumed = h.r, h.from, h.fence, h.consumed
	asked := time.Now()
	now, err := e.ports.Work.Move(ctx, m)
	if err != nil {
		return err
	}
	h.from, h.consumed = h.r.Phase, 0
	h.claimed, h.began = now, asked
	return nil
}

// carryOutAll carries out effects concurrently, each within its deadline.
func (e *Engine) carryOutAll(ctx context.Context, h *held, due []bot.Pending, log *slog.Logger) []outcome {
	outcomes := make([]outcome, len(due))
	now := h.now()
	var g guard.WaitGroup
	for i, p := range due {
		g.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, e.options.Effect)
			defer cancel()
			ev, err := e.attempt(ctx, h, p, now)
			if err != nil && bot.KindOf(err) != bot.Limited {
				log.Warn("an effect was not carried out", slog.String("effect", bot.EffectKey(p.Effect)), slog.Int("tries", p.Tries+1), bot.ErrAttr(err))
			}
			outcomes[i] = outcome{pending: p, event: ev, err: err}
		})
	}
	g.Wait()
	return outcomes
}

// attempt carries out one effect of a held release.
func (e *Engine) attempt(ctx context.Context, h *held, p bot.Pending, now time.Time) (bot.Event, error) {
	switch effect := p.Effect.(type) {
	case bot.SendDispatch:
		return e.sendDispatch(ctx, h.r, e.leave(h.lease(), h.leaveBy()))
	case bot.RecordDeployment:
		d := e.deploymentOf(h.r, effect.State)
		d.New = effect.State == bot.DeploymentRunning && h.never(p) && d.ID == 0
		return e.keepDeployment(ctx, d)
	default:
		if !unhurried(effect) {
			return e.carryOut(ctx, h.r, effect, now)
		}
		return e.atLeisure(func() (bot.Event, error) { return e.carryOut(ctx, h.r, effect, now) })
	}
}

// atLeisure carries out what nobody waits for. Such effects occupy half of the workers at
// most: however slowly others listen to what went well, a run that failed is read and said.
func (e *Engine) atLeisure(do func() (bot.Event, error)) (bot.Event, error) {
	select {
	case e.unhurried <- struct{}{}:
	default:
		return nil, &bot.Error{Kind: bot.Limited, Op: "tell of a release", Says: "many are being told", RetryAfter: leisureRetry + rand.N(leisureRetry)}
	}
	defer func() { <-e.unhurried }()
	return do()
}

// logLost logs a refused move, which is normal, differently from a fault.
func logLost(log *slog.Logger, what string, err error) {
	if bot.KindOf(err) == bot.Stale {
		log.Info("another replica goes on with the release", slog.String("what", what))
		return
	}
	log.Error("the store did not take a move; the release goes on after its lease", slog.String("what", what), bot.ErrAttr(err))
}
