package blocks

import (
	"strings"

	"github.com/slack-go/slack"
)

// maxPlain is how long a plain text may be, well below what an edit takes (4,000
// bytes).
const maxPlain = 3500

// Plain is a message in words alone, for where Slack refuses its blocks. Buttons
// are left out, and it says so.
func Plain(m Message) Message {
	if len(m.Blocks) == 0 {
		return m
	}
	var text plain
	pressed := false
	for _, b := range m.Blocks {
		switch b := b.(type) {
		case *slack.SectionBlock:
			text.add(b.Text)
		case *slack.HeaderBlock:
			text.add(b.Text)
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				said, _ := e.(*slack.TextBlockObject) // a picture beside a text says the same
				text.add(said)
			}
		case *slack.TableBlock, *slack.DataVisualizationBlock:
			for _, line := range inWords(b) {
				text.add(mrkdwn(line))
			}
		case *slack.ActionBlock:
			pressed = true
		}
	}
	if pressed {
		text.lines = append(text.lines, "This message has no buttons, since Slack refused them; what they do can be typed.")
	}
	if len(text.lines) == 0 {
		return Message{Text: m.Text}
	}
	return Message{Text: strings.Join(text.lines, "\n")}
}

// plain gathers lines, as many as fit.
type plain struct {
	lines []string
	size  int
}

func (p *plain) add(text *slack.TextBlockObject) {
	if text == nil {
		return
	}
	for line := range strings.Lines(text.Text) {
		line = strings.TrimRight(line, "\n")
		if p.size += len(line) + 1; line != "" && p.size <= maxPlain {
			p.lines = append(p.lines, line)
		}
	}
}
