package blocks

import "github.com/slipwayhq/slipway/bot"

// problem says what is wrong and what would work.
func problem(p bot.Problem) Message {
	says := "⛔ " + sentence(p.Says)
	lines := []markup{says}
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

// gateLine is one rule with its reason, and what would make it pass.
func gateLine(g bot.Gate) markup {
	return join(" ", gateMark(g.Outcome), stopped(g.Reason), sentence(g.Mend))
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
