package state_test

import (
	"context"
	"strconv"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
)

func slotCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"first in first out, rollbacks first":            queueOrder,
		"a free slot wakes the queue":                    freeSlotWakes,
		"who leaves the queue makes room":                leavingQueue,
		"who gets the slot makes room":                   placesChange,
		"promise 6: who cannot be read leaves its place": placeOfTheUnreadable,
		"nothing is dispatched without a slot":           slotNeeded,
		"a run that was found takes the slot":            foundRunTakesSlot,
		"a queue is bounded":                             queueBounded,
		"a slot is not for the ended":                    slotForEnded,
		"Promise5: a slot has one owner, whatever comes": slotProperty,
	}
}

func (f fixture) queued(key string, kind bot.Kind) bot.Claim {
	f.Helper()
	d := draft("api", key)
	d.Kind = kind
	return f.release(d, bot.Queued)
}

func (f fixture) waiting() []string {
	f.Helper()
	states, err := f.Targets(context.Background(), []bot.Target{draft("api", "").Target})
	if err != nil {
		f.Fatal(err)
	}
	return states[0].Waiting
}

func queueOrder(f fixture) {
	first, second := f.queued("1", bot.Deploy), f.queued("2", bot.Deploy)
	third, back := f.queued("3", bot.Deploy), f.queued("4", bot.Rollback)
	for range 2 { // asking again changes nothing
		if taken, _ := f.takeSlot(first.Release); !taken {
			f.Error("a free slot was refused")
		}
		if taken, place := f.takeSlot(second.Release); taken || place != (bot.Place{Ahead: 0, Holder: "api-1"}) {
			f.Errorf("second: %v, %+v", taken, place)
		}
	}
	if _, place := f.takeSlot(third.Release); place != (bot.Place{Ahead: 1, Holder: "api-1"}) {
		f.Errorf("third: %+v", place)
	}
	if _, place := f.takeSlot(back.Release); place != (bot.Place{Ahead: 0, Holder: "api-1"}) {
		f.Errorf("a rollback: %+v", place)
	}
	if got, want := f.waiting(), []string{"api-4", "api-2", "api-3"}; !cmp.Equal(got, want) {
		f.Errorf("queue %v, want %v", got, want)
	}
	f.enter(&first, bot.Dispatching)
	f.enter(&first, bot.Failed)
	if taken, place := f.takeSlot(second.Release); taken || place != (bot.Place{Ahead: 1}) {
		f.Errorf("second, before the rollback: %v, %+v", taken, place)
	}
	if taken, _ := f.takeSlot(back.Release); !taken {
		f.Error("the rollback did not get the slot")
	}
}

func freeSlotWakes(f fixture) {
	holder := f.queued("1", bot.Deploy)
	f.takeSlot(holder.Release)
	f.enter(&holder, bot.Dispatching)
	resting, held := f.queued("2", bot.Deploy), f.queued("3", bot.Deploy)
	f.takeSlot(resting.Release)
	f.takeSlot(held.Release)
	f.handBack(resting, resting.Now.Add(time.Hour))
	if claims := f.claimAll(lease); len(claims) != 0 {
		f.Fatalf("due: %+v", claims)
	}
	f.enter(&holder, bot.Failed)
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != resting.Release.ID {
		f.Errorf("woken: %+v", claims)
	}
	// The other was in somebody's hands, and is due when it is handed back.
	f.handBack(held, held.Now.Add(time.Hour))
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != held.Release.ID {
		f.Errorf("woken later: %+v", claims)
	}
}

// placeOfTheUnreadable: the record of the holder is gone, and so is that of the first of
// the queue; once both have left, whoever waits is woken and has its turn.
func placeOfTheUnreadable(f fixture) {
	holder, first, second := f.queued("1", bot.Deploy), f.queued("2", bot.Deploy), f.queued("3", bot.Deploy)
	for _, c := range []bot.Claim{holder, first, second} {
		f.takeSlot(c.Release)
	}
	ctx, t := context.Background(), holder.Release.Target
	if err := f.Client().HDel(ctx, f.partOf("api")+"docs", holder.Release.ID, first.Release.ID).Err(); err != nil {
		f.Fatal(err)
	}
	f.handBack(second, second.Now.Add(time.Hour))
	for range 2 { // again changes nothing
		if err := f.LeavePlace(ctx, t, holder.Release.ID); err != nil {
			f.Fatal(err)
		}
	}
	if taken, place := f.takeSlot(second.Release); taken || place != (bot.Place{Ahead: 1}) {
		f.Errorf("behind the first: %v, %+v", taken, place)
	}
	if err := f.LeavePlace(ctx, t, first.Release.ID); err != nil {
		f.Fatal(err)
	}
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != second.Release.ID {
		f.Errorf("woken: %+v", claims)
	}
	if taken, _ := f.takeSlot(second.Release); !taken {
		f.Error("it did not get its turn")
	}
	if err := f.LeavePlace(ctx, t, holder.Release.ID); err != nil {
		f.Fatal(err)
	}
	if taken, _ := f.takeSlot(second.Release); !taken {
		f.Error("who held nothing took the slot away")
	}
}

func leavingQueue(f fixture) {
	holder, first, second := f.queued("1", bot.Deploy), f.queued("2", bot.Deploy), f.queued("3", bot.Deploy)
	for _, c := range []bot.Claim{holder, first, second} {
		f.takeSlot(c.Release)
	}
	f.enter(&holder, bot.Dispatching)
	f.handBack(second, second.Now.Add(time.Hour))
	f.enter(&first, bot.Cancelled)
	if taken, place := f.takeSlot(second.Release); taken || place.Holder != holder.Release.ID {
		f.Errorf("who left the queue gave away the slot of %s: %v, %+v", holder.Release.ID, taken, place)
	}
	if got := f.waiting(); !cmp.Equal(got, []string{second.Release.ID}) {
		f.Errorf("queue %v", got)
	}
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != second.Release.ID {
		f.Errorf("nobody told the next that its place changed: %+v", claims)
	}
}

// placesChange: who gets the slot leaves the queue, and those behind are told.
func placesChange(f fixture) {
	holder, first, second := f.queued("1", bot.Deploy), f.queued("2", bot.Deploy), f.queued("3", bot.Deploy)
	for _, c := range []bot.Claim{holder, first, second} {
		f.takeSlot(c.Release)
	}
	f.enter(&holder, bot.Dispatching)
	f.enter(&holder, bot.Failed) // which wakes both
	f.handBack(second, second.Now.Add(time.Hour))
	second = f.claim(second.Release.ID)
	f.handBack(second, second.Now.Add(time.Hour))
	if taken, _ := f.takeSlot(first.Release); !taken {
		f.Fatal("the next did not get the slot")
	}
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != second.Release.ID {
		f.Errorf("nobody told the last that its place changed: %+v", claims)
	}
}

func slotNeeded(f fixture) {
	one, other := f.queued("1", bot.Deploy), f.queued("2", bot.Deploy)
	f.takeSlot(one.Release)
	f.enter(&one, bot.Queued) // not yet dispatching: it keeps what it was given
	other.Release.Phase = bot.Dispatching
	_, err := f.Move(context.Background(), bot.Move{Release: other.Release, From: bot.Queued, Fence: other.Fence, Keep: true})
	wantKind(f, "Move to dispatching without the slot", err, bot.Stale)
	f.enter(&one, bot.Dispatching)
}

func foundRunTakesSlot(f fixture) {
	one := f.queued("1", bot.Deploy)
	one.Release.Run = bot.Run{ID: 7, Status: bot.RunInProgress}
	f.enter(&one, bot.Running)
	other := f.queued("2", bot.Deploy)
	if taken, place := f.takeSlot(other.Release); taken || place.Holder != one.Release.ID {
		f.Errorf("taken %v, place %+v", taken, place)
	}
}

func queueBounded(f fixture) {
	holder := f.queued("holder", bot.Deploy)
	f.takeSlot(holder.Release)
	for i := range 50 {
		f.takeSlot(f.queued(keyOf(i), bot.Deploy).Release)
	}
	_, _, err := f.TakeSlot(context.Background(), f.queued("over", bot.Deploy).Release)
	wantKind(f, "TakeSlot in a full queue", err, bot.Limited)
	if _, place := f.takeSlot(f.queued("back", bot.Rollback).Release); place.Ahead != 0 {
		f.Errorf("a rollback in a full queue: %+v", place)
	}
}

func slotForEnded(f fixture) {
	c := f.queued("1", bot.Deploy)
	was := c.Release
	f.enter(&c, bot.Cancelled)
	_, _, err := f.TakeSlot(context.Background(), was) // by a holder that was overtaken
	wantKind(f, "TakeSlot of one that has moved on", err, bot.Stale)
	_, _, err = f.TakeSlot(context.Background(), c.Release)
	wantKind(f, "TakeSlot of an ended one", err, bot.Invalid)
}

// slotProperty drives releases of one target at random, by holders of whom
// some are stale, and checks after each step that at most one is dispatched.
func slotProperty(f fixture) {
	if f.kind != "redis" {
		f.Skip("the property is tried on the kind of server that answers soonest")
	}
	n := 0
	rapid.Check(f, func(rt *rapid.T) {
		n++
		service := "s" + strconv.Itoa(n)
		claims := map[string]bot.Claim{}
		phases := []bot.Phase{bot.Queued, bot.Dispatching, bot.Running, bot.Failed, bot.AwaitingApproval, bot.Unknown}
		for i := range 3 {
			c := f.release(draft(service, service+keyOf(i)), bot.Queued)
			claims[c.Release.ID] = c
		}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			id := service + "-" + strconv.Itoa(rapid.IntRange(1, 3).Draw(rt, "release"))
			c := claims[id]
			if c.Release.Ended() {
				continue
			}
			if rapid.Bool().Draw(rt, "take") {
				if _, _, err := f.TakeSlot(context.Background(), c.Release); err != nil {
					rt.Fatal(err)
				}
				continue
			}
			next := c.Release
			next.Phase = rapid.SampledFrom(phases).Draw(rt, "phase")
			if next.Phase.HoldsSlot() && !c.Release.Phase.HoldsSlot() {
				next.Phase = bot.Dispatching // the way in
			}
			_, err := f.Move(context.Background(), bot.Move{Release: next, From: c.Release.Phase, Fence: c.Fence, Keep: true})
			if err == nil {
				c.Release = next
				claims[id] = c
			} else if bot.KindOf(err) != bot.Stale {
				rt.Fatal(err)
			}
			under := 0
			for _, c := range claims {
				if c.Release.Phase.HoldsSlot() {
					under++
				}
			}
			if under > 1 {
				rt.Fatalf("%d releases are under way on one target", under)
			}
		}
	})
}
