package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// quarantine keeps a commit that was taken back from coming back by itself: a
// person may bring it back by saying why.
func quarantine(f Facts) bot.Gate {
	commit, target := bot.ShortSHA(f.Plan.Commit.SHA), f.Plan.Target
	mend := "Say why it may come back: type it again with --reason and the reason."
	var reason string
	var since time.Time
	switch back := returning(f.Plan.Comebacks); {
	case f.Quarantine != nil:
		reason = fmt.Sprintf("%s was taken back from %s: %s brought it, %s took it back.",
			commit, target, f.Quarantine.Release, f.Quarantine.By)
		since = f.Quarantine.At
	case len(back) > 0:
		reason = comesBack(back, target)
		for _, c := range back {
			if c.At.After(since) {
				since = c.At
			}
		}
		mend = "Revert it first, or say why it may come back: type it again with --reason and the reason."
	case len(f.Plan.Comebacks) > 0:
		gone := f.Plan.Comebacks[0]
		return pass(GateQuarantine, fmt.Sprintf("%s, which %s took back from %s, is reverted by %s.",
			bot.ShortSHA(gone.SHA), gone.By, target, bot.ShortSHA(gone.Reverted)))
	default:
		return pass(GateQuarantine, fmt.Sprintf("%s is not in quarantine on %s.", commit, target))
	}
	// A reason that was given before it was taken back is none for that.
	if f.Release.Reason == "" || since.After(f.Release.RequestedAt) {
		return refuse(GateQuarantine, reason, mend)
	}
	return warn(GateQuarantine, reason)
}

// returning are the comebacks whose change comes back itself.
func returning(all []bot.Comeback) []bot.Comeback {
	var back []bot.Comeback
	for _, c := range all {
		if c.Returns() {
			back = append(back, c)
		}
	}
	return back
}

// comesBack names what comes back inside something newer, one sentence each.
func comesBack(back []bot.Comeback, t bot.Target) string {
	const named = 3
	var says []string
	for _, c := range back[:min(len(back), named)] {
		does := "It brings %s again, which was taken back from %s: %s brought it, %s took it back."
		if c.Untold {
			does = "It cannot be told whether it brings %s again, which was taken back from %s: %s brought it, %s took it back."
		}
		says = append(says, fmt.Sprintf(does, bot.ShortSHA(c.SHA), t, c.Release, c.By))
	}
	if more := len(back) - named; more > 0 {
		says = append(says, fmt.Sprintf("So it is with %s more.", commits(more)))
	}
	return strings.Join(says, " ")
}

// source lets a commit be promoted only as long as it was not taken back where it
// comes from.
func source(f Facts) bot.Gate {
	id, from := f.Release.Source, f.Source
	const mend = "Promote what is live and healthy there now, if it is still wanted."
	switch {
	case from == nil:
		return refuse(GateSource, fmt.Sprintf("Nothing is known any more of %s, whose commit is promoted.", id), mend)
	case from.TakenBackBy != "":
		return refuse(GateSource, fmt.Sprintf("%s, whose commit is promoted, was taken back from %s by %s.", id, from.Target, from.TakenBackBy), mend)
	default:
		return pass(GateSource, fmt.Sprintf("It promotes %s from %s.", id, from.Target))
	}
}

// IsGone says that what a rollback takes back is not what is live any more.
func IsGone(r bot.Release, past []bot.Past) bool {
	return r.Takes.Back != "" && stillLive(Facts{Release: r, Past: past}).Outcome == bot.Refuse
}

// stillLive lets a rollback take back only what is live when it goes, or may be.
// Whoever said yes saw what it takes away; something else may have come
// meanwhile. What was stopped before it changed anything has not come itself, and
// a rollback may still make sure of that. What is still under way has not come
// yet: the rollback waits for it, and is judged again when its turn comes.
func stillLive(f Facts) bot.Gate {
	back, target := f.Release.Takes.Back, f.Plan.Target
	history := slices.DeleteFunc(slices.Clone(f.Past), func(p bot.Past) bool {
		return p.Release != back && (p.Came() == bot.NeverCame || !p.Phase.Ended() && p.Came() != bot.Arrived)
	})
	if len(history) == 0 {
		return refuse(GateStillLive, fmt.Sprintf("Nothing is known to be live on %s, so there is nothing to take back.", target),
			"Deploy a commit that is known to be good instead.")
	}
	newest, takes := history[0], bot.ToTakeBack(history)
	switch {
	case newest.Release == back && newest.Came() == bot.Arrived:
		return pass(GateStillLive, fmt.Sprintf("%s is what is live on %s.", back, target))
	case newest.Release == back, takes != nil && takes.Release == back:
		return pass(GateStillLive, fmt.Sprintf("%s is what came last to %s, as far as it can be told.", back, target))
	default:
		return refuse(GateStillLive, fmt.Sprintf("%s is not what is live on %s any more: %s is.", back, target, newest.Release),
			"Look at what is live, and roll that back if it is still wanted.")
	}
}

// wayBack lets a rollback go only to a release that ran on the target and was
// healthy there.
func wayBack(f Facts) bot.Gate {
	to, target := f.Plan.RollbackTo, f.Plan.Target
	switch {
	case to == nil:
		return refuse(GateWayBack, fmt.Sprintf("There is no earlier healthy release to go back to on %s.", target),
			"Deploy a commit that is known to be good instead.")
	case to.SHA != f.Plan.Commit.SHA:
		return refuse(GateWayBack, fmt.Sprintf("%s is not the commit of a release that ran on %s.", bot.ShortSHA(f.Plan.Commit.SHA), target),
			"Choose a release that ran there: the history lists them.")
	case !to.Healthy && to.Kind != bot.Adopt:
		return refuse(GateWayBack, fmt.Sprintf("%s was not healthy on %s.", to.Release, target),
			"Choose a release that was healthy: the history lists them.")
	case len(f.Plan.Unproven) > 0:
		return warn(GateWayBack, fmt.Sprintf("It goes back to %s, and the approvals of a deploy hold for it: %s.", to.Release, strings.Join(f.Plan.Unproven, "; ")))
	default:
		return pass(GateWayBack, fmt.Sprintf("It goes back to %s, which was healthy on %s.", to.Release, target))
	}
}

// direction says where the commit lies from what is live. It never refuses:
// going back by a deploy can be meant.
func direction(f Facts) bot.Gate {
	changes, target := f.Plan.Changes, f.Plan.Target
	switch changes.Direction {
	case bot.Forward:
		return pass(GateDirection, fmt.Sprintf("It brings %s to %s.", commits(changes.Total), target))
	case bot.Same:
		return warn(GateDirection, fmt.Sprintf("%s is already live on %s.", bot.ShortSHA(f.Plan.Commit.SHA), target))
	case bot.Backward:
		return warn(GateDirection, fmt.Sprintf("It goes back %s from what is live on %s.", commits(changes.Removed), target))
	case bot.Sideways:
		return warn(GateDirection, fmt.Sprintf("It takes away %s that %s live on %s, and brings %s.",
			commits(changes.Removed), isOrAre(changes.Removed), target, commits(changes.Total)))
	case bot.Unrelated:
		return warn(GateDirection, fmt.Sprintf("It cannot be told how it lies to what is live on %s: GitHub cannot compare them.", target))
	}
	return pass(GateDirection, fmt.Sprintf("Nothing is known to be live on %s.", target))
}

func commits(n int) string {
	if n == 1 {
		return "1 commit"
	}
	return fmt.Sprintf("%d commits", n)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// WaysBack are the releases that a rollback may go to, newest first: those that
// were healthy. As long as none of slipway's own ever was, the newest that was
// adopted is one too, since a target must have a way back from the first day on.
func WaysBack(history []bot.Past) []bot.Past {
	firstDay := !slices.ContainsFunc(history, func(p bot.Past) bool { return p.Healthy && p.Kind != bot.Adopt })
	var ways []bot.Past
	for _, past := range history {
		adopted := past.Kind == bot.Adopt && past.Came() == bot.Arrived
		if past.Healthy || adopted && firstDay {
			ways = append(ways, past)
		}
		firstDay = firstDay && !adopted
	}
	return ways
}

// RollbackTarget is where a rollback goes when nobody says: the newest release
// that it may go to and whose commit is neither in quarantine nor one of those
// that it is to get away from. The history is newest first; false means that
// there is nowhere to go.
func RollbackTarget(history []bot.Past, away ...string) (bot.Past, bool) {
	// A quarantine is the commit's: another release of it is no way back
	// either.
	quarantined := map[string]bool{}
	for _, past := range history {
		if past.Quarantined {
			quarantined[past.SHA] = true
		}
	}
	for _, past := range WaysBack(history) {
		if past.SHA != "" && !slices.Contains(away, past.SHA) && !quarantined[past.SHA] {
			return past, true
		}
	}
	return bot.Past{}, false
}

// Unproven says why a rollback to where the plan goes needs the approvals of a
// deploy. What binds it otherwise is that slipway itself saw the commit run on
// the target and be healthy there, at or before what is live now.
func Unproven(plan bot.Plan, history []bot.Past) []string {
	to := plan.RollbackTo
	if to == nil {
		return nil
	}
	var why []string
	if !slices.ContainsFunc(history, func(p bot.Past) bool { return p.SHA == to.SHA && unseen(p) == "" }) {
		why = append(why, to.Release+" "+unseen(*to))
	}
	if bot.LiveOf(history).Holds(to.SHA) {
		return why
	}
	commit := bot.ShortSHA(to.SHA)
	switch plan.Changes.Direction {
	case bot.Backward, bot.Same:
	case bot.Forward:
		why = append(why, commit+" is newer than what is live")
	case bot.Sideways:
		why = append(why, commit+" lies on another line than what is live")
	case bot.Unrelated:
		why = append(why, "GitHub cannot compare "+commit+" with what is live")
	default:
		why = append(why, "it is not known how "+commit+" lies to what is live")
	}
	return why
}

// unseen says what is missing for a release to prove that its commit ran on the
// target and was healthy there; empty: nothing.
func unseen(p bot.Past) string {
	switch {
	case p.Kind == bot.Adopt:
		return "was adopted, so slipway never saw it run there"
	case p.Recovered:
		return "was recovered from GitHub's deployments, which anybody with write access to the repository can make"
	case !p.Healthy:
		return "was not healthy there"
	case p.Emergency && p.SignedOff.ID == "":
		return "was an emergency that nobody has signed off"
	default:
		return ""
	}
}
