package blocks

import (
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// What holds targets back, or has the next deploy there ask, where it comes in a burst.

// heldTogether makes one of those that are about the same thing.
func heldTogether(others []bot.Body) []bot.Body {
	var all []bot.Body
	at := map[string]int{}
	for _, o := range others {
		h, is := o.(bot.Held)
		if !is || len(h.Doubts) == 0 {
			all = append(all, o)
			continue
		}
		mark := h.Doubts[0].Mark()
		i, known := at[mark]
		if !known {
			at[mark] = len(all)
			all = append(all, h)
			continue
		}
		all[i] = heldBoth(all[i], h)
	}
	return all
}

func heldBoth(a bot.Body, b bot.Held) bot.Held {
	both, _ := a.(bot.Held)
	both.Doubts = append(slices.Clip(both.Doubts), b.Doubts...)
	both.Who = append(slices.Clip(both.Who), b.Who...)
	return both
}

// onlyHeld says whether a digest is about one thing, which then has its button.
func onlyHeld(d bot.Digest) (bot.Held, bool) {
	if len(d.Notes) > 0 || len(d.Others) != 1 {
		return bot.Held{}, false
	}
	h, is := d.Others[0].(bot.Held)
	return h, is
}

// heldItem is one of several: what it is about, and what it concerns.
func heldItem(h bot.Held) digestItem {
	if len(h.Doubts) == 0 {
		return digestItem{}
	}
	first := h.Doubts[0]
	var names []markup
	for _, d := range h.Doubts {
		names = append(names, code(d.Target.String(), 2*nameMax))
	}
	if first.Beside.Happened() {
		says := join(" ", "🔀", besideDone(first.Beside)+", past slipway:")
		return digestItem{section(join(" ", says, list(names, maxHeldInDigest)+".")), join(" ", "🔀", list(names, 1))}
	}
	full := join(" ", "⛔", sentence(first.Says), "It holds", list(names, maxHeldInDigest)+". To go on:", code(h.Typed, subjectMax))
	return digestItem{section(full), join(" ", "⛔", list(names, 1))}
}

// maxHeldInDigest is how many targets one of several names.
const maxHeldInDigest = 5

// heldEnd says once for all of them what follows and who can do what.
func heldEnd(others []bot.Body) markup {
	for _, o := range others {
		h, is := o.(bot.Held)
		if !is || len(h.Doubts) == 0 || !h.Doubts[0].Beside.Happened() {
			continue
		}
		verb, _, _ := strings.Cut(h.Typed, " "+h.Doubts[0].Target.Service+" ")
		says := join(" ", "What was done past slipway is no proof of health: the next deploy to each asks its requester first. Rollbacks are not held. Whoever may deploy there can say beforehand that it may go on:",
			code(verb+" SERVICE ENVIRONMENT", subjectMax)+".")
		if h.Board != "" {
			says = join(" ", says, code(h.Board, nameMax), "shows which ask.")
		}
		return says
	}
	return ""
}
