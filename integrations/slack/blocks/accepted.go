package blocks

import "github.com/slipwayhq/slipway/bot"

// accepted says that the request is stored, under which name, and where it
// can be followed.
func accepted(a bot.Accepted) Message {
	if a.Existing {
		return askedAlready(a)
	}
	says := join(" ", "👍", "Got it:", code(a.Release.ID, nameMax), wish(a.Release)+".")
	return message(says, section(append([]markup{join(" ", says, whereItIs("Its card appears in", a.Channel))}, sentences(a.Notes)...)...))
}

// askedAlready names the commit of the release that somebody asked for already, and
// offers what its branch has by now. One that waits can be started over; beside one
// that runs, a note says what to type.
func askedAlready(a bot.Accepted) Message {
	r := a.Release
	id := join(" ", "👍", "Asked for already:", code(r.ID, nameMax))
	says := join(" ", id, wish(r)+", and is", phaseIs(r)+". Nothing was started twice.")
	newer := markup("")
	if a.Newer > 0 && r.Plan != nil {
		newer = join(" ", code(r.Plan.Commit.TipOf, subjectMax), "has", bold(markup(count(a.Newer, "newer commit"))), "by now.")
		r.Branch.Newer = a.Newer
	}
	var offer []bot.Action
	if newer != "" && r.Kind == bot.Deploy && r.Phase.Waits() {
		offer = []bot.Action{bot.ActStartOver}
	}
	lines := append([]markup{join(" ", says, whereItIs("Its card is in", a.Channel)), newer}, sentences(a.Notes)...)
	return message(says, section(lines...), row(r, offer, nil))
}

// phaseIs is a phase behind "is".
func phaseIs(r bot.Release) markup {
	switch r.Phase { //nolint:exhaustive // the others are words that fit
	case bot.Requested:
		return "being worked out"
	case bot.AwaitingApproval:
		return "waiting for approval"
	case bot.Verifying:
		return "being watched"
	case bot.Unknown:
		return "uncertain"
	}
	return phaseWord(r.Phase)
}

func whereItIs(says markup, id string) markup {
	if token := channel(id); token != "" {
		return says + " " + token + "."
	}
	return ""
}

func sentences(all []string) []markup {
	var lines []markup
	for _, s := range all {
		lines = append(lines, sentence(s))
	}
	return lines
}

// wish says what a release is for, as far as it is known at its creation.
func wish(r bot.Release) markup {
	t := servicesName(r)
	switch r.Kind {
	case bot.Deploy, bot.Batch:
		if r.Undoes() {
			return "rolls back what went of " + code(r.Reversal.Back, nameMax)
		}
		switch {
		case r.Plan != nil:
			return join(" ", "deploys", pastSHA(r.SHA()), quoted(r.Plan.Commit.Subject), "to", t)
		case r.Ref == "":
			return "deploys " + t
		}
		return join(" ", "deploys", code(r.Ref, subjectMax), "to", t)
	case bot.Rollback:
		if r.Confirmed {
			return "rolls " + t + " back"
		}
		return "rolls " + t + " back; you are asked to confirm when it is clear what goes"
	case bot.Adopt:
		return "records what is live on " + t
	case bot.Preview:
		return "shows what would go to " + t + "; nothing is started"
	}
	return t
}

// channel names a channel by its id, so that Slack shows its name.
func channel(id string) markup {
	if len(id) < 2 || len(id) > 30 || (id[0] != 'C' && id[0] != 'G') {
		return ""
	}
	for _, c := range []byte(id) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return ""
		}
	}
	return markup("<#" + id + ">")
}
