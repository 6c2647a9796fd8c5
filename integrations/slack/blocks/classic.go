package blocks

import (
	"slices"

	"github.com/slack-go/slack"
)

// Classic gives a message in further shapes, for a workspace that refuses it as it is:
// with its charts in words, and then with its tables in words too. Not every workspace
// takes either yet. There are none of a message without.
func Classic(m Message) []Message {
	var shapes []Message
	for _, isNew := range []func(slack.Block) bool{isChart, isTable} {
		if !slices.ContainsFunc(m.Blocks, isNew) {
			continue
		}
		said := make([]slack.Block, 0, len(m.Blocks))
		for _, b := range m.Blocks {
			if isNew(b) {
				b = section(inWords(b)...)
			}
			if !empty(b) {
				said = append(said, b)
			}
		}
		m = Message{Blocks: fit(said, inMessage()), Text: m.Text}
		shapes = append(shapes, m)
	}
	return shapes
}

// Novel lists the types of block in a message that not every workspace takes yet.
func Novel(m Message) []slack.MessageBlockType {
	var types []slack.MessageBlockType
	for _, b := range m.Blocks {
		if t := b.BlockType(); (isChart(b) || isTable(b)) && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

func isChart(b slack.Block) bool { return b.BlockType() == slack.MBTDataVisualization }

func isTable(b slack.Block) bool { return b.BlockType() == slack.MBTTable }

// inWords says in lines what a table or a chart shows.
func inWords(b slack.Block) []markup {
	switch b := b.(type) {
	case *slack.DataVisualizationBlock:
		return []markup{sparkline(b)}
	case *slack.TableBlock:
		return tableInWords(b)
	}
	return nil
}

// tableInWords is a line for each row, which begins with its first cell and has the
// titles before the others.
func tableInWords(b *slack.TableBlock) []markup {
	text := func(c slack.TableCell) markup {
		if cell, is := c.(*slack.TableRawTextCell); is {
			return esc(cell.Text, cellMax)
		}
		return ""
	}
	var lines []markup
	for i, row := range b.Rows {
		if i == 0 || len(row) == 0 {
			continue
		}
		var said []markup
		for n, cell := range row[1:] {
			if of := text(cell); of != noCell {
				said = append(said, text(b.Rows[0][n+1])+" "+of)
			}
		}
		lines = append(lines, "• "+join(": ", text(row[0]), join("; ", said...)))
	}
	return lines
}
