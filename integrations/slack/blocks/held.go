package blocks

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// maxHeld is how many targets are named that are held back.
const maxHeld = 20

// heldNote says what slipway does not understand and holds back, and who has
// looked at it meanwhile.
func heldNote(h bot.Held) Message {
	if len(h.Doubts) == 0 {
		return plainly("Nothing is held back.")
	}
	first := h.Doubts[0]
	var still []bot.Doubt
	var lines []markup
	for _, d := range h.Doubts {
		if d.Open() {
			still = append(still, d)
			continue
		}
		if len(lines) < maxHeld {
			lines = append(lines, looked(d))
		}
	}
	says := sentence(first.Says)
	if len(still) == 0 {
		return message(says, section(join(" ", "✅", says)), section(lines...))
	}
	if first.Beside.Happened() {
		return besideHeld(h, still, lines)
	}
	head := join(" ", "⛔", says, heldWhat(still))
	who := markup("Whoever may deploy there then presses the button, or types")
	if len(h.Who) > 0 {
		who = join(" ", "A member of", esc(strings.Join(h.Who, " or "), subjectMax), "then presses the button, or types")
	}
	return message(head, section(head), section(sentence(first.Mend), join(" ", who, code(h.Typed, subjectMax)+".")), section(lines...), actionRow(lookedButton(first)))
}

func lookedButton(d bot.Doubt) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(string(bot.ActLooked), Encode(bare(d.Target.Service, nameMax), d.Mark()), plainText("I Looked, Go On")).
		WithConfirm(ask("Go on?", "You say that you have looked at GitHub, and that nothing is under way there that must not be met.", "I Looked, Go On", "Not Yet"))
}

// heldWhat says what is held, which is a release that is put aside, or targets.
func heldWhat(doubts []bot.Doubt) markup {
	if doubts[0].Release != "" {
		return ""
	}
	var names []markup
	for _, d := range doubts {
		names = append(names, code(d.Target.String(), 2*nameMax))
	}
	return join(" ", "Nothing is started until somebody has looked:", list(names, maxHeld)+".")
}

func looked(d bot.Doubt) markup {
	what := code(d.Target.String(), 2*nameMax)
	if d.Release != "" {
		what = code(d.Release, nameMax)
	}
	switch {
	case d.Looked.By.ID == "" && d.Beside.What == bot.BesideVersion && d.Beside.Came == bot.NeverCame:
		return join(" ", "✅", what, "goes on: the recorded version is live again.")
	case d.Looked.By.ID == "" && d.Beside.Happened():
		return join(" ", "✅", what, "goes on: a release has gone there since.")
	case d.Looked.By.ID == "":
		return join(" ", "✅", what, "goes on: slipway understands it by now.")
	}
	return join(" ", "✅", what, "goes on:", named(d.Looked.By), "looked.")
}

// heldBack is what holds a target back, for the board.
func heldBack(doubts []bot.Doubt) markup {
	lines := make([]markup, 0, len(doubts))
	for _, d := range doubts {
		if d.Beside.Happened() {
			lines = append(lines, "the next deploy asks first")
			continue
		}
		lines = append(lines, join(" ", "⛔ held back:", sentence(d.Says)))
	}
	return join("  ·  ", lines...)
}
