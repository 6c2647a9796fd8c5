package picture_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/picture"
)

var keep = flag.String("keep", "", "a folder to leave the pictures in, to be looked at")

// The colours by which a picture is read here.
var (
	before  = color.RGBA{0x5d, 0x63, 0x6e, 0xff}
	since   = color.RGBA{0x0b, 0x5f, 0xae, 0xff}
	limit   = color.RGBA{0xb3, 0x1b, 0x34, 0xff}
	release = color.RGBA{0x1d, 0x1c, 0x1d, 0xff}
)

func chartOf(unit string, early, late []float64, limits ...blocks.Limit) blocks.Chart {
	c := blocks.Chart{Name: "latency", Unit: unit, Step: time.Minute, Since: time.Date(2026, 11, 24, 10, 15, 0, 0, time.UTC), Limits: limits}
	for i, v := range early {
		c.Points = append(c.Points, blocks.Point{At: time.Duration(i-len(early)) * time.Minute, Value: v})
	}
	for i, v := range late {
		c.Points = append(c.Points, blocks.Point{At: time.Duration(i) * time.Minute, Value: v})
	}
	return c
}

func drawn(t *testing.T, name string, c blocks.Chart) *image.RGBA {
	t.Helper()
	raw, err := picture.Draw(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 200<<10 {
		t.Errorf("the picture has %d bytes", len(raw))
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, name+".png"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	plain := image.NewRGBA(img.Bounds())
	draw.Draw(plain, plain.Bounds(), img, image.Point{}, draw.Src)
	return plain
}

// box is where a colour stands, and on how many pixels.
func box(img *image.RGBA, of color.RGBA) (where image.Rectangle, count int) {
	want := binary.LittleEndian.Uint32([]byte{of.R, of.G, of.B, of.A})
	size := img.Rect.Size()
	for y := range size.Y {
		row := img.Pix[y*img.Stride:]
		for x := range size.X {
			if binary.LittleEndian.Uint32(row[4*x:]) == want {
				where = where.Union(image.Rect(x, y, x+1, y+1).Add(img.Rect.Min))
				count++
			}
		}
	}
	return where, count
}

// TestDraw_ShowsTheCourse: what was before stands left of the release in its colour, what
// came since right of it in another, higher values higher; the line of the release parts
// them, and a limit goes through both.
func TestDraw_ShowsTheCourse(t *testing.T) {
	t.Parallel()
	img := drawn(t, "risen", chartOf("ms",
		[]float64{80, 84, 79, 83, 90, 81, 78, 85, 80, 82}, []float64{95, 180, 260, 300, 340, 390, 400, 410, 405, 412},
		blocks.Limit{Says: "at most 300 ms", Value: 300}))
	if got := img.Bounds().Size(); got != image.Pt(1152, 576) {
		t.Errorf("it is %v large", got)
	}
	early, n := box(img, before)
	late, m := box(img, since)
	if n == 0 || m == 0 || early.Max.X > late.Min.X || late.Min.Y >= early.Min.Y || early.Max.Y < late.Max.Y-20 {
		t.Errorf("before is %v (%d), after %v (%d)", early, n, late, m)
	}
	bound, k := box(img, limit)
	if k == 0 || bound.Min.X > early.Min.X || bound.Max.X < late.Max.X || bound.Min.Y < late.Min.Y || bound.Max.Y > early.Min.Y {
		t.Errorf("the limit is %v (%d)", bound, k)
	}
	between, _ := img.SubImage(image.Rect(early.Max.X+1, 0, late.Min.X-1, 440)).(*image.RGBA)
	line, _ := box(between, release)
	if line.Dx() < 2 || line.Dy() < 300 {
		t.Errorf("between the two is no line, but %v", line)
	}
}

// TestDraw_GivesTheSameAlways: nothing in a picture comes from the clock or the machine.
func TestDraw_GivesTheSameAlways(t *testing.T) {
	t.Parallel()
	c := chartOf("value", []float64{1, 2}, []float64{3, 4})
	once, err := picture.Draw(c)
	again, err2 := picture.Draw(c)
	if err != nil || err2 != nil || !bytes.Equal(once, again) {
		t.Errorf("the same chart gives another picture: %v, %v", err, err2)
	}
}

// TestDraw_ReadsOnEveryBackground: no pixel lets what is behind it through.
func TestDraw_ReadsOnEveryBackground(t *testing.T) {
	t.Parallel()
	img := drawn(t, "flat", chartOf("bad, in %", []float64{0, 0, 0}, []float64{0, 0, 0}))
	for i := 3; i < len(img.Pix); i += 4 {
		if img.Pix[i] != 0xff {
			t.Fatalf("the byte %d lets through what is behind it", i)
		}
	}
	if got := img.RGBAAt(0, 0); got != (color.RGBA{0xff, 0xff, 0xff, 0xff}) {
		t.Errorf("its edge is %v", got)
	}
}

// TestDraw_AllThatACourseMayBe: whatever is missing, and however large or alike the
// values are, there is a picture with what is known.
func TestDraw_AllThatACourseMayBe(t *testing.T) {
	t.Parallel()
	foreign := chartOf("value", []float64{1, 2}, []float64{3, 4})
	foreign.Name = "遅延"
	for name, tt := range map[string]struct {
		chart         blocks.Chart
		early, bounds bool
	}{
		"nothing-before": {chartOf("value", nil, []float64{1, 2, 3}), false, false},
		"one-each":       {chartOf("value", []float64{5}, []float64{7}), true, false},
		"negative":       {chartOf("value", []float64{-5, -7, -6}, []float64{-9, -12}), true, false},
		"tiny":           {chartOf("value", []float64{1e-9, 2e-9}, []float64{3e-9, 1e-9}), true, false},
		"huge":           {chartOf("value", []float64{1e12, 2e12}, []float64{3e12, 1e12}), true, false},
		"far-limit":      {chartOf("value", []float64{1, 2}, []float64{3, 2}, blocks.Limit{Says: "at most 1,000", Value: 1000}), true, false},
		"low-limit":      {chartOf("value", []float64{12, 14}, []float64{13, 12}, blocks.Limit{Says: "at least 10", Value: 10}), true, true},
		"foreign-name":   {foreign, true, false},
		"counts": {chartOf("bad, in %", []float64{0.25, 0.25, 0.5, 0.25, 0, 0.25, 0.25, 0.5, 0.25, 0.25}, []float64{25, 24, 26, 25, 25, 24, 26, 25, 22, 25},
			blocks.Limit{Says: "at most 1%", Value: 1}), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img := drawn(t, name, tt.chart)
			_, early := box(img, before)
			_, late := box(img, since)
			_, bounds := box(img, limit)
			if (early > 0) != tt.early || late == 0 || (bounds > 0) != tt.bounds {
				t.Errorf("%d pixels of before, %d of after, %d of limits", early, late, bounds)
			}
		})
	}
}

// TestDraw_RefusesWhatIsNoCourse instead of a picture that shows nothing.
func TestDraw_RefusesWhatIsNoCourse(t *testing.T) {
	t.Parallel()
	long := chartOf("value", []float64{1}, []float64{2})
	long.Step = time.Nanosecond
	still := chartOf("value", []float64{1}, []float64{2})
	still.Step = 0
	for name, c := range map[string]blocks.Chart{
		"more steps than there is room for": long,
		"no points":                         chartOf("value", nil, nil), "no step": still, "not a number": chartOf("value", []float64{1}, []float64{math.NaN()}),
		"infinite": chartOf("value", []float64{1}, []float64{math.Inf(1)}), "too far apart": chartOf("value", []float64{-1e308}, []float64{1e308}),
	} {
		if _, err := picture.Draw(c); err == nil || !strings.Contains(err.Error(), "chart") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
