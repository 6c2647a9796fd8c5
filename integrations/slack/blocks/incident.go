package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// shownSuspects is how many changes are shown, each with its button.
const shownSuspects = 20

// incidentView lists what changed, the most suspect first.
func incidentView(v bot.IncidentView) Message {
	span := spanOf(v)
	if len(v.Suspects) == 0 {
		further := markup("")
		if v.Further != "" {
			further = "To look further back: " + code(v.Further, subjectMax)
		}
		return message("Nothing changed "+span,
			section("🔎 Nothing that slipway knows of changed "+span+".", further), section(unreadHistory(v.Unread)))
	}
	parts := make([]slack.Block, 0, shownSuspects+4)
	parts = append(parts, section("🔎 *What changed "+span+"*, the most suspect first"))
	for i, s := range v.Suspects[:min(len(v.Suspects), shownSuspects)] {
		parts = append(parts, suspect(i+1, s, v))
	}
	if more := len(v.Suspects) - shownSuspects; more > 0 {
		parts = append(parts, section("… and "+markup(count(more, "change"))+" that are less suspect. A shorter time leaves out what is older."))
	}
	parts = append(parts, section(unreadHistory(v.Unread), deeper(v.Deeper)), context("As of "+at(v.Now)))
	return message(markup(count(len(v.Suspects), "change"))+" "+span, parts...)
}

// spanOf is the time that is looked at, in words.
func spanOf(v bot.IncidentView) markup {
	if v.At.IsZero() {
		return "in the last " + took(v.Now.Sub(v.Since))
	}
	says := "in the " + took(v.At.Sub(v.Since)) + " before " + at(v.At)
	if after := v.To.Sub(v.At); after > 0 {
		says += " and the " + took(after) + " after"
	}
	return says
}

// deeper names the targets of which more came than is looked at.
func deeper(targets []bot.Target) markup {
	if len(targets) == 0 {
		return ""
	}
	return join(" ", "⚠️ Of", targetNames(targets), "only the newest releases are looked at; more came in that time.")
}

// suspect is one change, with the button that takes it back beside it, if it is what
// is live.
func suspect(place int, s bot.Suspect, v bot.IncidentView) *slack.SectionBlock {
	p := s.Past
	line := section(
		join(" ", markup(strconv.Itoa(place))+".", suspectMark(s), bold(targetName(s.Target)), join(" ", code(p.Release, nameMax), pastSHA(p.SHA))+",", when(s, v)),
		join(", ", suspicion(s), join(" ", askedFor(p), quoted(p.Reason))),
	)
	if s.Last == nil || line == nil {
		return line
	}
	if b := backFrom(*s.Last); b != nil {
		line.Accessory = slack.NewAccessory(b)
	}
	return line
}

// backFrom leads back from a release. Of what was done past slipway nobody knows what to go
// back to, so that it is chosen.
func backFrom(r bot.Release) *slack.ButtonBlockElement {
	if r.Beside.Happened() && r.Beside.Came != bot.NeverCame {
		return press(bot.ActChoose, r, "", "Roll Back to…")
	}
	return rollbackButton(bot.ActRollback, r)
}

func suspectMark(s bot.Suspect) markup {
	switch {
	case s.Past.Beside.Happened():
		return "🔀"
	case s.Past.TakenBackBy != "":
		return "↩️"
	case s.Past.Again.Attempt > 0:
		return "🔁"
	}
	return phaseMark(s.Past.Phase)
}

// askedFor says who asked for a release that was. What was done past slipway names who did
// it.
func askedFor(p bot.Past) markup {
	if p.Beside.Happened() {
		return ""
	}
	return "asked " + askedAs(p.Requester, named)
}

// when says how long ago a change was over, or how far it lay from the moment that is
// asked about.
func when(s bot.Suspect, v bot.IncidentView) markup {
	over := s.Over(v.Now)
	switch {
	case !v.At.IsZero() && s.WasAt(v.At, v.Now):
		return "at that time"
	case !v.At.IsZero() && over.After(v.At):
		return or(howOld(v.At, s.Began()), "moments") + " after"
	case !v.At.IsZero():
		return or(howOld(over, v.At), "moments") + " before"
	case !over.Before(v.Now):
		return "now"
	}
	if ago := howOld(over, v.Now); ago != "" {
		return ago + " ago"
	}
	return "just now"
}

// suspicion is what speaks against a change.
func suspicion(s bot.Suspect) markup {
	var says []markup
	for _, why := range s.Why {
		says = append(says, suspicionWords(why, s))
	}
	if len(says) == 0 {
		says = append(says, pastOutcome(s.Past))
	}
	return join(", ", says...)
}

func suspicionWords(why bot.Suspicion, s bot.Suspect) markup {
	p := s.Past
	switch why {
	case bot.SuspectUnhealthy:
		return "*not healthy*"
	case bot.SuspectBrokeOff:
		return "*" + phaseWord(p.Phase) + "*, may have come in part"
	case bot.SuspectOutOfBand:
		if p.Beside.Happened() {
			return besideLine(p.Beside)
		}
		if p.Kind == bot.Adopt {
			return "*done past slipway*, recorded afterwards"
		}
		return "*" + startedAgain(p) + "*"
	case bot.SuspectUnclear:
		return "health not clear"
	case bot.SuspectGoesOn:
		return phaseWord(p.Phase)
	case bot.SuspectEmergency:
		return "passed rules as an *emergency*"
	case bot.SuspectUnwatched:
		return "health not watched"
	case bot.SuspectShares:
		return "shares code with " + list(codes(s.Shares), 3)
	case bot.TakenBack:
		return "taken back by " + code(p.TakenBackBy, nameMax)
	}
	return ""
}

func codes(ids []string) []markup {
	out := make([]markup, 0, len(ids))
	for _, id := range ids {
		out = append(out, code(id, nameMax))
	}
	return out
}
