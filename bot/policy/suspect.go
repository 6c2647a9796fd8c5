package policy

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// nearest is the weight of a change at the very moment in question; the weight falls to
// 0 for a change at the beginning of the period.
const nearest = 50

// weight is how much a suspicion counts beside the others and beside nearness. A
// verdict counts more than a rule that was passed, and that more than shared code.
func weight(s bot.Suspicion) int {
	switch s {
	case bot.SuspectUnhealthy:
		return 100
	case bot.SuspectBrokeOff:
		return 70
	case bot.SuspectOutOfBand:
		return 60
	case bot.SuspectUnclear:
		return 40
	case bot.SuspectGoesOn, bot.SuspectEmergency:
		return 30
	case bot.SuspectUnwatched:
		return 15
	case bot.SuspectShares:
		return 10
	case bot.TakenBack:
		return -100
	}
	return 0
}

// Suspects lists the changes that were not over before since, the most suspect first;
// of two that are equally suspect, the newer one.
func Suspects(changes []bot.Change, since, at, now time.Time) []bot.Suspect {
	type weighed struct {
		bot.Suspect
		weight int
	}
	var all []weighed
	for _, c := range changes {
		over := c.Over(now)
		if c.Past.Came() == bot.NeverCame || over.Before(since) {
			continue
		}
		w := weighed{Suspect: bot.Suspect{Change: c, Why: suspicions(c)}}
		for _, why := range w.Why {
			w.weight += weight(why)
		}
		w.weight += nearness(c, since, at, now)
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), b.Over(now).Compare(a.Over(now)), cmp.Compare(a.Past.Release, b.Past.Release))
	})
	suspects := make([]bot.Suspect, len(all))
	for i, w := range all {
		suspects[i] = w.Suspect
	}
	return suspects
}

// nearness is how much the time between a change and the moment counts. A change that
// began later cannot be the cause.
func nearness(c bot.Change, since, at, now time.Time) int {
	switch span := at.Sub(since); {
	case span <= 0 || at.Before(now) && c.Began().After(at):
		return 0
	case c.WasAt(at, now):
		return nearest
	default:
		return int(nearest * c.Over(now).Sub(since) / span)
	}
}

// suspicions lists what speaks against a change, the weightiest first.
func suspicions(c bot.Change) []bot.Suspicion {
	p := c.Past
	live := p.Phase.EndedWell()
	foundIll := live && c.Last != nil && c.Last.Verdict == bot.NotHealthy // it was watched for longer, and was not well
	var why []bot.Suspicion
	for _, s := range []struct {
		holds bool
		is    bot.Suspicion
	}{
		{p.Phase == bot.Unhealthy || foundIll, bot.SuspectUnhealthy},
		{p.Phase.Ended() && p.Came() == bot.MayHaveCome && !p.Beside.Happened() || p.Phase.NeedsAnswer(), bot.SuspectBrokeOff},
		{p.Again.Attempt > 0 || p.Kind == bot.Adopt, bot.SuspectOutOfBand},
		{live && !p.Healthy && p.Kind != bot.Adopt && !foundIll, bot.SuspectUnclear},
		{!p.Phase.Ended() && !p.Phase.NeedsAnswer(), bot.SuspectGoesOn},
		{p.Emergency, bot.SuspectEmergency},
		{live && p.Healthy && !p.Watched, bot.SuspectUnwatched},
		{len(c.Shares) > 0, bot.SuspectShares},
		{p.TakenBackBy != "", bot.TakenBack},
	} {
		if s.holds {
			why = append(why, s.is)
		}
	}
	return why
}
