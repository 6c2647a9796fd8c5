package blocks

import (
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// problem says what is wrong and what would work.
func problem(p bot.Problem) Message {
	says := "⛔ " + sentence(p.Says)
	lines := []markup{says}
	if about := channel(p.Channel); about != "" {
		lines = append(lines, "Its channel: "+about+".")
	}
	if u := stopped(p.Understood); u != "" {
		lines = append(lines, "Understood: "+u)
	}
	for _, g := range p.Gates {
		lines = append(lines, gateLine(g))
	}
	for _, m := range p.Mends {
		lines = append(lines, sentence(m))
	}
	if near := code(p.Near, reasonMax); near != "" {
		lines = append(lines, "Try "+near)
	}
	return message(says, section(lines...))
}

// maxAtField is how long a word at a field of a form may be; Slack names no limit,
// and more than some lines are not read there.
const maxAtField = 400

// AtFields is what is wrong with a form, by its fields. What is about none of them is
// said at the usual one: Slack shows it nowhere else.
func AtFields(p bot.Problem, form, usual string) map[string]string {
	faults := map[string]string{}
	say := func(field bot.Field, says string) {
		name := string(field)
		if !slices.Contains(fieldsOf(form), name) {
			name = usual
		}
		faults[name] = clean(faults[name]+" "+says, maxAtField)
	}
	say(p.Field, atField(p))
	for _, f := range p.Beside {
		say(f.Field, strings.ReplaceAll(f.Says, "`", ""))
	}
	return faults
}

// atField is what is wrong and what would work in plain text, for the field of a form.
func atField(p bot.Problem) string {
	parts := []string{p.Says}
	for _, g := range p.Gates {
		if g.Outcome == bot.Refuse {
			parts = append(parts, g.Reason, g.Mend)
		}
	}
	text := strings.Join(append(parts, p.Mends...), " ")
	return clean(strings.ReplaceAll(text, "`", ""), maxAtField)
}

// gateLine is one rule with its reason, and what would make it pass.
func gateLine(g bot.Gate) markup {
	return join(" ", gateMark(g.Outcome), stopped(g.Reason), sentence(g.Mend), whoCould(g), whereElse(g))
}

// whoCould names those who could do something about a rule that refuses.
// Nobody is called by it.
func whoCould(g bot.Gate) markup {
	if g.Outcome != bot.Refuse {
		return ""
	}
	names := make([]markup, 0, len(g.Who))
	for _, name := range g.Who {
		if !strings.Contains(g.Mend, name) { // else the mend says so
			names = append(names, bold(esc(name, nameMax)))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Ask: " + list(names, 5) + "."
}

// whereElse names the channels in which a rule would not refuse.
func whereElse(g bot.Gate) markup {
	if g.Outcome != bot.Refuse {
		return ""
	}
	var names []markup
	for _, id := range g.Where {
		if name := channel(id); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Its channels: " + list(names, 5) + "."
}

func gateMark(o bot.Outcome) markup {
	switch o {
	case bot.Pass:
		return "✔️"
	case bot.Refuse:
		return "✖️"
	case bot.Warn:
		return "⚠️"
	}
	return "•"
}
