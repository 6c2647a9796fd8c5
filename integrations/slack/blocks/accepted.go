package blocks

import "github.com/slipwayhq/slipway/bot"

// accepted says that the request is stored, under which name, and where it
// can be followed.
func accepted(a bot.Accepted) Message {
	r := a.Release
	id := code(r.ID, nameMax)
	says := join(" ", "👍", "Got it:", id, wish(r)+".")
	if a.Existing {
		says = join(" ", "👍", "That is asked for already:", id, wish(r)+". Nothing was started twice.")
	}
	where := markup("")
	if token := channel(a.Channel); token != "" {
		where = "Its card appears in " + token + "."
	}
	lines := []markup{join(" ", says, where)}
	for _, n := range a.Notes {
		lines = append(lines, sentence(n))
	}
	return message(says, section(lines...))
}

// wish says what a release is for, as far as it is known at its creation.
func wish(r bot.Release) markup {
	t := servicesName(r)
	switch r.Kind {
	case bot.Deploy, bot.Batch:
		if r.Undoes() {
			return "takes back what went of " + code(r.Takes.Back, nameMax)
		}
		if r.Ref == "" {
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
