package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// carryOutOfBatch carries out the effects of batches and their members.
func (e *Engine) carryOutOfBatch(ctx context.Context, r bot.Release, effect bot.Effect) (bot.Event, error) {
	switch effect := effect.(type) {
	case bot.BeginMembers:
		return e.beginMembers(ctx, r)
	case bot.ReadMembers:
		return e.readMembers(ctx, r)
	case bot.LetMemberAsk:
		return nil, e.tellMember(ctx, r, effect.Member, bot.MayAsk{}, "ask")
	case bot.LetMemberGo:
		return nil, e.tellMember(ctx, r, effect.Member, bot.LetGo{}, "go")
	case bot.StopMember:
		return nil, e.stopMember(ctx, r, effect.Member)
	default: // carryOut knows the others
		return nil, e.report(ctx, r, effect)
	}
}

// beginMembers makes the releases of a batch, each once: the key of each follows
// from the batch's, so that a repeat finds those that exist.
func (e *Engine) beginMembers(ctx context.Context, r bot.Release) (bot.Event, error) {
	return e.eachMember(ctx, r, func(ctx context.Context, m bot.BatchMember) (bot.BatchMember, error) {
		created, err := e.ports.Intake.Create(ctx, memberDraft(r, m))
		return m.Saw(created.Release), err
	})
}

// readMembers reads the releases of a batch.
func (e *Engine) readMembers(ctx context.Context, r bot.Release) (bot.Event, error) {
	return e.eachMember(ctx, r, func(ctx context.Context, m bot.BatchMember) (bot.BatchMember, error) {
		release, err := e.ports.Records.Release(ctx, m.Release)
		switch kind := bot.KindOf(err); {
		case err != nil && kind == bot.NotFound:
			m.Phase, m.Cause = bot.Failed, "slipway has no record of it any more"
			return m, nil
		case err != nil && kind == bot.Internal:
			m.Phase, m.Cause = bot.Failed, unreadableRecord
			return m, nil
		}
		return m.Saw(release), err
	})
}

// eachMember does something with every member, concurrently.
func (e *Engine) eachMember(ctx context.Context, r bot.Release, do func(context.Context, bot.BatchMember) (bot.BatchMember, error)) (bot.Event, error) {
	members := slices.Clone(r.Members)
	g, ctx := guard.WithContext(ctx)
	for i, m := range members {
		g.Go(func() (err error) {
			members[i], err = do(ctx, m)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return bot.MembersSeen{Members: members}, nil
}

// memberDraft is the request for one member, as if somebody had asked for it alone.
func memberDraft(r bot.Release, m bot.BatchMember) bot.Draft {
	d := bot.Draft{
		Kind: bot.Deploy, Target: m.Target, Ref: r.Ref, Reason: r.Reason, Requester: r.Requester, Origin: r.Origin, Pace: r.Pace,
		Emergency: r.Emergency.Asked, Again: r.Again, Seen: r.Seen,
		Part: bot.Part{Batch: r.ID, After: m.After, Awaits: bot.AwaitAsk},
		Key:  "member:" + r.RunKey + ":" + m.Target.Service,
	}
	if m.Back != "" {
		// Whoever asked for it was shown what it takes back, and confirmed it.
		d.Kind, d.Reversal, d.Confirmed = bot.Rollback, bot.Reversal{Back: m.Back}, true
	}
	return d
}

// tellMember posts an event of the batch to a member, once.
func (e *Engine) tellMember(ctx context.Context, r bot.Release, member string, word bot.Event, key string) error {
	_, err := e.ports.Intake.Post(ctx, bot.InboxEvent{Release: member, Event: word, Key: key + ":" + r.RunKey})
	return err
}

// stopMember keeps a member from being started. If a person cancelled the batch, the
// member is cancelled in their name.
func (e *Engine) stopMember(ctx context.Context, r bot.Release, member string) error {
	if !r.Cancel.AskedAt.IsZero() {
		return e.tellMember(ctx, r, member, bot.CancelAsked{By: r.Cancel.By, Reason: r.Cancel.Reason, Batch: r.ID}, "cancel")
	}
	broke, _ := r.Broken()
	return e.tellMember(ctx, r, member, bot.Stopped{Cause: fmt.Sprintf("not started, since %s of %s did not go well", broke.Release, r.ID)}, "stop")
}

// report tells a release's batch that it moved.
func (e *Engine) report(ctx context.Context, r bot.Release, effect bot.Effect) error {
	_, err := e.ports.Intake.Post(ctx, bot.InboxEvent{
		Release: r.Part.Batch, Event: bot.MemberMoved{}, Key: "moved:" + r.RunKey + ":" + bot.EffectKey(effect),
	})
	return err
}
