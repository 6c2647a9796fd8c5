package blocks

import (
	"errors"
	"fmt"
	"math"

	"github.com/slack-go/slack"
)

// How large a table may be.
// Source: docs.slack.dev/reference/block-kit/blocks/table-block.
const (
	maxRows    = 100
	maxColumns = 20
	// maxAlt is how long the title of a picture may be, and the words for it
	// (docs.slack.dev/reference/block-kit/blocks/image-block).
	maxAlt = 2000
)

func checkTable(b *slack.TableBlock) error {
	if len(b.Rows) == 0 || len(b.Rows) > maxRows {
		return fmt.Errorf("%d rows in a table", len(b.Rows))
	}
	for _, row := range b.Rows {
		if len(row) == 0 || len(row) > maxColumns || len(row) != len(b.Rows[0]) {
			return fmt.Errorf("%d columns in a row of a table", len(row))
		}
		for _, cell := range row {
			text, is := cell.(*slack.TableRawTextCell)
			if !is || length(text.Text) > maxText {
				return errors.New("a cell of a table is no text, or too long")
			}
		}
	}
	return nil
}

// checkPicture checks a picture, which is a file in Slack and has words for whoever does
// not see it.
func checkPicture(b *slack.ImageBlock) error {
	if b.SlackFile == nil || b.SlackFile.ID == "" || b.SlackFile.URL != "" || b.ImageURL != "" {
		return errors.New("a picture is no file in Slack")
	}
	if n := length(b.AltText); n == 0 || n > maxAlt {
		return fmt.Errorf("a picture has %d characters of words, at most %d", n, maxAlt)
	}
	return checkText(b.Title, maxAlt)
}

// checkChart checks a chart by what slack-go knows of it, and that it can be sent at
// all: what is no number cannot.
func checkChart(b *slack.DataVisualizationBlock) error {
	if err := b.Validate(); err != nil {
		return fmt.Errorf("a chart: %w", err)
	}
	c, is := b.Chart.(*slack.DataVisualizationLineChart)
	if !is {
		return errors.New("a chart of a kind that is none of ours")
	}
	for _, s := range c.Series {
		for _, p := range s.Data {
			if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
				return errors.New("a point of a chart is no number")
			}
		}
	}
	return nil
}
