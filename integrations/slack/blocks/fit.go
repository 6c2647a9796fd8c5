package blocks

import (
	"strconv"
	"unicode/utf16"

	"github.com/slack-go/slack"
)

// How much a message may hold.
// Source: docs.slack.dev/reference/block-kit/blocks and the types of
// @slack/types 3.2.0; slack-go sends whatever it is given.
const (
	maxBlocks   = 50
	maxText     = 3000
	maxElements = 25 // of an actions block
	maxContext  = 10
	maxHeader   = 150
	maxButton   = 30 // Slack takes 75, and may cut what is longer than this on a narrow screen
	maxValue    = 2000
	maxActionID = 255
	maxBlockID  = 255
	// maxTotal bounds the texts of a message together. Slack refuses more with
	// msg_blocks_too_long and documents no number; about 13,000 was measured
	// (slackapi/bolt-js#2509) and 11,341 refused (slackapi/bolt-js#2867).
	maxTotal = 9000
	// maxFallback keeps the fallback text below the 4,000 bytes that
	// chat.update takes.
	maxFallback = 600
)

// length counts as the strictest reading of Slack's limits does: what lies
// beyond the basic plane counts twice.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += units(r)
	}
	return n
}

func units(r rune) int { return max(1, utf16.RuneLen(r)) }

// fold joins as many lines as fit into limit and says how many it left out.
func fold(lines []markup, limit int) markup {
	var kept markup
	for i, line := range lines {
		note := markup("… and " + count(len(lines)-i, "more line"))
		next := join("\n", kept, line)
		if length(string(next))+length(string(note))+1 > limit {
			return join("\n", kept, note)
		}
		kept = next
	}
	return kept
}

// room is how much there is for blocks as a whole.
type room struct {
	blocks, text int
	of           string // what it is
}

func inMessage() room { return room{maxBlocks, maxTotal, "message"} }

// fit makes the blocks as a whole pass: when their texts come to too much,
// what stands last goes first, except for the buttons.
func fit(in []slack.Block, most room) []slack.Block {
	const reserve = 100 // for the line that says so
	out := make([]slack.Block, 0, len(in))
	total, left := 0, 0
	for _, b := range in {
		n := textOf(b)
		_, buttons := b.(*slack.ActionBlock)
		if !buttons && (left > 0 || total+n > most.text-reserve || len(out) >= most.blocks-2) {
			left++
			continue
		}
		total += n
		out = append(out, b)
	}
	if left > 0 {
		out = append(out, context(markup("… and "+strconv.Itoa(left)+" more, too much for one "+most.of)))
	}
	return out
}

// textOf is how much text a block holds.
func textOf(b slack.Block) int {
	switch b := b.(type) {
	case *slack.SectionBlock:
		return lengthOf(b.Text)
	case *slack.HeaderBlock:
		return lengthOf(b.Text)
	case *slack.ContextBlock:
		n := 0
		for _, e := range b.ContextElements.Elements {
			if t, ok := e.(*slack.TextBlockObject); ok {
				n += lengthOf(t)
			}
		}
		return n
	case *slack.TableBlock:
		return textOfTable(b)
	case *slack.DataVisualizationBlock:
		return length(b.Title)
	}
	return 0
}

func textOfTable(b *slack.TableBlock) int {
	n := 0
	for _, row := range b.Rows {
		for _, cell := range row {
			if text, is := cell.(*slack.TableRawTextCell); is {
				n += length(text.Text)
			}
		}
	}
	return n
}

func lengthOf(t *slack.TextBlockObject) int {
	if t == nil {
		return 0
	}
	return length(t.Text)
}
