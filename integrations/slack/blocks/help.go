package blocks

import "github.com/slipwayhq/slipway/bot"

// help lists the commands, or shows one in full.
func help(h bot.Help) Message {
	for _, v := range h.Verbs {
		if h.Verb != "" && v.Verb == h.Verb {
			return message("Help on "+esc(v.Verb, nameMax), section(verbInFull(v)...))
		}
	}
	lines := make([]markup, 0, len(h.Verbs))
	for _, v := range h.Verbs {
		usage := v.Verb
		if len(v.Usage) > 0 {
			usage = v.Usage[0]
		}
		lines = append(lines, join(" ", code(usage, reasonMax), sentence(v.Summary)))
	}
	if len(lines) == 0 {
		return plainly("There is no help on that.")
	}
	parts := append(paragraphs(lines), section(shortNames(h.Short)), section(here(h.Here), ofChannel(h.Service, h.Names)))
	return message("What slipway can do", append(parts,
		context("In threads, mention me instead: "+code("@slipway history api", nameMax)+". "+code("help COMMAND", nameMax)+" explains one in full."))...)
}

// here says what needs no id in the thread of a release's card.
func here(release string) markup {
	if release == "" {
		return ""
	}
	return join(" ", "This thread is about", code(release, nameMax)+":", code("why", nameMax)+",", code("approve", nameMax)+",",
		code("reject", nameMax), "and", code("cancel", nameMax), "need no id here.")
}

// ofChannel says whose name may be left out in a channel.
func ofChannel(service string, names bot.SlashNames) markup {
	if service == "" {
		return ""
	}
	return join(" ", "This channel is about", code(service, nameMax)+":", "its name may be left out here, as in", code(names.Deploy+" main", nameMax)+".")
}

func verbInFull(v bot.VerbHelp) []markup {
	lines := []markup{sentence(v.Summary)}
	for _, u := range v.Usage {
		lines = append(lines, code(u, reasonMax))
	}
	if len(v.Examples) > 0 {
		lines = append(lines, "For example:")
	}
	for _, e := range v.Examples {
		lines = append(lines, code(e, reasonMax))
	}
	return lines
}

// shownShort is how many short names help lists.
const shownShort = 40

// shortNames says what may be typed for what.
func shortNames(all []bot.ShortName) markup {
	if len(all) == 0 {
		return ""
	}
	var names []markup
	for _, s := range all {
		of := markup("")
		if s.Of != "" {
			of = "of " + esc(s.Of, nameMax)
		}
		names = append(names, join(" ", code(s.Word, nameMax), "is", esc(s.Means, nameMax), of))
	}
	return "Short names: " + list(names, shownShort) + "."
}
