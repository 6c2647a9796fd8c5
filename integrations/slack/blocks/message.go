package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// Message is a message as it is sent.
type Message struct {
	Blocks []slack.Block
	// Text is what notifications and screen readers get instead of the blocks.
	Text string
	// Charts are those among the blocks, for where they can be shown in another way only.
	Charts []Chart
}

// Body renders what the channel is shown. workspace is the address of the
// Slack workspace, "https://acme.slack.com", for links to cards; without it
// there are none.
func Body(b bot.Body, workspace string) Message {
	switch b := b.(type) {
	case bot.Card:
		return card(b)
	case bot.Note:
		return note(b, workspace)
	case bot.Digest:
		return digest(b, workspace)
	case bot.Notice:
		return plainly(join(" ", "⚠️", sentence(b.Says), sentence(b.Mend)))
	case bot.Forgotten:
		return forgotten(b)
	case bot.Held:
		return heldNote(b)
	case bot.Trouble:
		return plainly(trouble(b))
	}
	return Message{}
}

// Answer renders what a person is told. A Form is shown as what can be typed
// instead; [DeployForm] makes the modal.
func Answer(a bot.Answer) Message {
	switch a := a.(type) {
	case bot.Accepted:
		return accepted(a)
	case bot.Problem:
		return problem(a)
	case bot.Done:
		return done(a)
	case bot.Locked:
		return locked(a)
	case bot.PlanView:
		return planView(a)
	case bot.Board:
		return board(a)
	case bot.ServiceView:
		return serviceView(a)
	case bot.LiveHealth:
		return liveHealth(a)
	case bot.Mine:
		return mine(a)
	case bot.HistoryView:
		return historyView(a)
	case bot.EmergencyView:
		return emergencyView(a)
	case bot.QueueView:
		return queueView(a)
	case bot.IncidentView:
		return incidentView(a)
	case bot.ReportView:
		return reportView(a)
	case bot.Help:
		return help(a)
	case bot.Form, bot.TargetForm, bot.RollbackForm:
		return formSaid(a)
	case bot.Trouble:
		return plainly(trouble(a))
	case bot.Note:
		return note(a, "")
	case bot.Digest:
		return digest(a, "")
	}
	return Message{}
}

// formSaid is a form as what can be typed instead.
func formSaid(form bot.Answer) Message {
	switch f := form.(type) {
	case bot.Form:
		return formInWords("Say what to deploy:", code(f.Names.Deploy+" SERVICE [REF] to ENVIRONMENT", subjectMax), f.Choices)
	case bot.TargetForm:
		return formInWords("Say what to take back:", code(f.Names.Rollback+" SERVICE ENVIRONMENT", subjectMax), f.Choices)
	case bot.RollbackForm:
		return rollbackInWords(f)
	default: // Answer knows the others
		return Message{}
	}
}

// Sentence renders words of slipway's own, such as those for a refusal.
func Sentence(says string) Message { return plainly(sentence(says)) }

func plainly(text markup) Message { return message(text, section(text)) }

// message puts blocks together, leaves out those that are empty, and makes
// the whole fit.
func message(fallback markup, parts ...slack.Block) Message {
	kept := notEmpty(parts)
	if len(kept) == 0 {
		kept = append(kept, section(or(fallback, "There is nothing to show.")))
	}
	return Message{Blocks: fit(kept, inMessage()), Text: shorten(fallback)}
}

func notEmpty(parts []slack.Block) []slack.Block {
	kept := make([]slack.Block, 0, len(parts))
	for _, p := range parts {
		if !empty(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

func empty(b slack.Block) bool {
	switch b := b.(type) {
	case *slack.SectionBlock:
		return b == nil
	case *slack.ContextBlock:
		return b == nil
	case *slack.ActionBlock:
		return b == nil
	case *slack.TableBlock:
		return b == nil
	case *slack.DataVisualizationBlock:
		return b == nil
	}
	return b == nil
}

// shorten drops a fallback text that is too long down to its first line, and
// to nothing much if that is still too long: markup is never cut in the
// middle.
func shorten(text markup) string {
	if len(text) <= maxFallback {
		return string(text)
	}
	return "slipway has news"
}

// section is a paragraph; nil if there is nothing to say.
func section(lines ...markup) *slack.SectionBlock {
	text := fold(filled(lines), maxText)
	if text == "" {
		return nil
	}
	return slack.NewSectionBlock(mrkdwn(text), nil, nil)
}

// unfolded is a paragraph of what must be read before somebody decides: clients
// fold a long section unless it says not to.
func unfolded(lines ...markup) *slack.SectionBlock {
	s := section(lines...)
	if s != nil {
		s.Expand = true
	}
	return s
}

// context is a small grey line; nil if there is nothing to say.
func context(parts ...markup) *slack.ContextBlock {
	text := fold([]markup{join("  ·  ", parts...)}, maxText)
	if text == "" {
		return nil
	}
	return slack.NewContextBlock("", mrkdwn(text))
}

func filled(lines []markup) []markup {
	kept := make([]markup, 0, len(lines))
	for _, l := range lines {
		if l != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

// mrkdwn keeps Slack from finding links, channels and people in the text by
// itself: only what is written as a token is one.
func mrkdwn(text markup) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, string(text), false, true)
}

func plainText(text string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: text}
}

func done(d bot.Done) Message {
	mark := markup("✅ ")
	if d.Pending {
		mark = "⏳ "
	}
	return plainly(mark + sentence(d.Says))
}
