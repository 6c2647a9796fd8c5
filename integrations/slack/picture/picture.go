package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// How large a picture is: 1152 by 576 pixels, of which Slack shows about half as many.
const (
	width  = 6.4 * vg.Inch
	height = 3.2 * vg.Inch
	dpi    = 180
	margin = 10 // points
)

const (
	// headroom is how much room there is above the highest value, as a share of the
	// whole: the word about the deploy stands there.
	headroom = 0.16
	footroom = 0.06
	// farther is how far off a limit may be, in heights of the course, to be drawn: one
	// that is farther would make a flat line of the course.
	farther = 3
	// mostSteps is how many steps there is room for.
	mostSteps = 60
)

// errNoCourse: there is nothing that could be drawn.
var errNoCourse = errors.New("a chart without a course, or with numbers that are none")

// Draw gives a chart as a PNG.
func Draw(c blocks.Chart) ([]byte, error) {
	if !drawable(c) {
		return nil, errNoCourse
	}
	limits := near(c)
	p := plot.New()
	dress(p, c)
	p.X.Min, p.X.Max = sides(c)
	p.Y.Min, p.Y.Max = spread(c.Points, limits)
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(timeTicks(c)), plot.ConstantTicks(valueTicks(p.Y.Min, p.Y.Max))

	p.Add(grid())
	for _, l := range limits {
		p.Add(limitLine(l, p.X.Min, p.X.Max)...)
	}
	p.Add(deployLine(p.Y.Min, p.Y.Max)...)
	p.Add(course(c, c.Before(), muted())...)
	p.Add(course(c, c.After(), strong())...)

	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(paper()))
	p.Draw(draw.Crop(draw.New(canvas), margin, -margin, margin, -margin))
	var out bytes.Buffer
	quick := png.Encoder{CompressionLevel: png.BestSpeed} // half the work, for 3 % more bytes
	if err := quick.Encode(&out, canvas.Image()); err != nil {
		return nil, fmt.Errorf("write a picture: %w", err)
	}
	return out.Bytes(), nil
}

// drawable says whether every number of a chart can be given a place.
func drawable(c blocks.Chart) bool {
	if len(c.Points) == 0 || c.Step <= 0 {
		return false
	}
	if from, to := sides(c); to-from > mostSteps {
		return false
	}
	low, high := spread(c.Points, near(c))
	return high > low && !math.IsInf(high-low, 0) && !math.IsNaN(high-low)
}

// near are the limits that are drawn.
func near(c blocks.Chart) []blocks.Limit {
	low, high := extent(c.Points)
	room := max(high-low, math.Abs(high), math.Abs(low)) * farther
	return slices.DeleteFunc(slices.Clone(c.Limits), func(l blocks.Limit) bool {
		return math.IsNaN(l.Value) || l.Value > high+room || l.Value < low-room
	})
}

func extent(points []blocks.Point) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = math.Min(low, p.Value), math.Max(high, p.Value)
	}
	return low, high
}

// spread is the range of the values that is shown: all points and limits with some room,
// and the zero where none is below it and it is not far.
func spread(points []blocks.Point, limits []blocks.Limit) (low, high float64) {
	low, high = extent(points)
	for _, l := range limits {
		low, high = math.Min(low, l.Value), math.Max(high, l.Value)
	}
	if low > 0 && low < high*2/3 || low == high && low > 0 {
		low = 0
	}
	size := high - low
	if size <= 1e-9*math.Max(math.Abs(high), math.Abs(low)) { // a flat line, or as good as one
		size = math.Max(math.Abs(high), 1)
	}
	if low != 0 {
		low -= footroom * size
	}
	return low, high + headroom*size
}

// sides are the ends of the time that is shown, in steps from the release.
func sides(c blocks.Chart) (from, to float64) {
	from, to = 0, 1
	for _, p := range c.Points {
		from, to = math.Min(from, steps(c, p)), math.Max(to, steps(c, p)+1)
	}
	return from, to
}

// steps is where a point's step begins, in steps from the release.
func steps(c blocks.Chart, p blocks.Point) float64 { return float64(p.At) / float64(c.Step) }

// course is a line through the points, each in the middle of its step.
func course(c blocks.Chart, points []blocks.Point, ink ink) []plot.Plotter {
	if len(points) == 0 {
		return nil
	}
	places := make(plotter.XYs, len(points))
	for i, p := range points {
		places[i] = plotter.XY{X: steps(c, p) + 0.5, Y: p.Value}
	}
	return []plot.Plotter{
		&plotter.Line{XYs: places, LineStyle: draw.LineStyle{Color: ink, Width: vg.Points(1.6)}},
		&plotter.Scatter{XYs: places, GlyphStyle: draw.GlyphStyle{Color: ink, Radius: vg.Points(2.2), Shape: draw.CircleGlyph{}}},
	}
}

// deployLine is where the release was live: what is left of it was before.
func deployLine(low, high float64) []plot.Plotter {
	top := plotter.XY{X: 0, Y: high}
	return []plot.Plotter{
		&plotter.Line{XYs: plotter.XYs{{X: 0, Y: low}, top}, LineStyle: dashed(text(), 1.2)},
		word("deployed", top, text(), vg.Point{X: 4, Y: -11}),
	}
}

// limitLine is a bound, with its words at its left end.
func limitLine(l blocks.Limit, from, to float64) []plot.Plotter {
	return []plot.Plotter{
		&plotter.Line{XYs: plotter.XYs{{X: from, Y: l.Value}, {X: to, Y: l.Value}}, LineStyle: dashed(warning(), 1)},
		word(l.Says, plotter.XY{X: from, Y: l.Value}, warning(), vg.Point{X: 3, Y: 3}),
	}
}
