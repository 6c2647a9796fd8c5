package picture

import (
	"image/color"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	plottext "gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// ink is a colour. What is to be read stands out from the paper by 4.5 to 1 at least.
type ink = color.RGBA

func paper() ink   { return ink{R: 0xff, G: 0xff, B: 0xff, A: 0xff} }
func text() ink    { return ink{R: 0x1d, G: 0x1c, B: 0x1d, A: 0xff} }
func muted() ink   { return ink{R: 0x5d, G: 0x63, B: 0x6e, A: 0xff} }
func strong() ink  { return ink{R: 0x0b, G: 0x5f, B: 0xae, A: 0xff} }
func warning() ink { return ink{R: 0xb3, G: 0x1b, B: 0x34, A: 0xff} }
func axes() ink    { return ink{R: 0x8a, G: 0x8f, B: 0x98, A: 0xff} }
func lines() ink   { return ink{R: 0xe1, G: 0xe3, B: 0xe6, A: 0xff} }

const (
	titleSize = 13
	labelSize = 11
	tickSize  = 10.5
)

// letters are in the one font that the library brings along and that reads well when it
// is small.
func letters(size float64, c color.Color) plottext.Style {
	return plottext.Style{
		Color: c, Handler: plot.DefaultTextHandler,
		Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, vg.Points(size)),
	}
}

// dress gives a plot its title, its axes and their units.
func dress(p *plot.Plot, c blocks.Chart) {
	p.BackgroundColor = paper()
	p.Title.Text, p.Title.Padding = title(c), vg.Points(8)
	p.Title.TextStyle = aligned(letters(titleSize, text()), draw.XCenter, draw.YTop)
	p.X.Label.Text, p.Y.Label.Text = c.Axis(), c.Unit
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle = aligned(letters(labelSize, text()), draw.XCenter, draw.YBottom)
		axis.Label.Padding = vg.Points(5)
		axis.Color, axis.Width, axis.Padding = axes(), vg.Points(0.8), 0
		axis.Tick.Color, axis.Tick.Width, axis.Tick.Length = axes(), vg.Points(0.8), vg.Points(4)
	}
	p.X.Tick.Label = aligned(letters(tickSize, text()), draw.XCenter, draw.YTop)
	p.Y.Tick.Label = aligned(letters(tickSize, text()), draw.XRight, draw.YCenter)
}

func aligned(s plottext.Style, x draw.XAlignment, y draw.YAlignment) plottext.Style {
	s.XAlign, s.YAlign = x, y
	return s
}

// title names the probe, unless the font lacks a letter of its name: a row of boxes says
// nothing, and the name stands beside the picture too.
func title(c blocks.Chart) string {
	style := letters(titleSize, text())
	face := font.DefaultCache.Lookup(style.Font, style.Font.Size)
	var buf sfnt.Buffer
	for _, r := range c.Title() {
		if i, err := face.Face.GlyphIndex(&buf, r); err != nil || i == 0 {
			return blocks.Chart{Name: "The course"}.Title()
		}
	}
	return c.Title()
}

func grid() *plotter.Grid {
	line := draw.LineStyle{Color: lines(), Width: vg.Points(0.7)}
	return &plotter.Grid{Horizontal: line, Vertical: line}
}

func dashed(c color.Color, points float64) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: vg.Points(points), Dashes: []vg.Length{vg.Points(4), vg.Points(3)}}
}

// word stands beside a place of the plot.
func word(says string, at plotter.XY, c color.Color, beside vg.Point) *plotter.Labels {
	return &plotter.Labels{
		XYs: plotter.XYs{at}, Labels: []string{says}, Offset: beside,
		TextStyle: []plottext.Style{letters(tickSize, c)},
	}
}
