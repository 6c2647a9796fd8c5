package health_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/contract"
)

// A stretch is the readings of one probe before a release and after it, while nothing
// happened. worsened returns the same with the readings after multiplied by a factor.
type stretch struct {
	before, after []bot.Reading
	kind          bot.SampleKind
	worsened      func(times float64) []bot.Reading
}

// values makes a stretch of values.
func values(numbers []float64, before int) stretch {
	scaled := func(times float64) []bot.Reading {
		readings := make([]bot.Reading, len(numbers))
		for i, v := range numbers {
			if i >= before {
				v *= times
			}
			readings[i] = bot.Reading{At: tickAt(i - before), Value: v}
		}
		return readings
	}
	same := scaled(1)
	return stretch{
		kind: bot.Values, before: same[:before], after: same[before:],
		worsened: func(times float64) []bot.Reading { return scaled(times)[before:] },
	}
}

// tickAt is the time of a tick. Tick 0 is the first after the release.
func tickAt(i int) time.Time { return start.Add(time.Duration(i+1)*30*time.Second - time.Second) }

// A source draws stretches at random.
type source struct {
	name string
	draw func(r *rand.Rand) stretch
}

const ticksBefore, ticksAfter = 60, 20

func drawnFrom(next func(r *rand.Rand) func() float64) func(r *rand.Rand) stretch {
	return func(r *rand.Rand) stretch {
		series := next(r)
		numbers := make([]float64, ticksBefore+ticksAfter)
		for i := range numbers {
			numbers[i] = series()
		}
		return values(numbers, ticksBefore)
	}
}

func independently(one func(r *rand.Rand) float64) func(r *rand.Rand) func() float64 {
	return func(r *rand.Rand) func() float64 { return func() float64 { return one(r) } }
}

// autoregressive is a normal AR(1) series with coefficient rho and deviation 1.
func autoregressive(r *rand.Rand, rho float64) func() float64 {
	state := r.NormFloat64()
	return func() float64 {
		state = rho*state + math.Sqrt(1-rho*rho)*r.NormFloat64()
		return state
	}
}

func valueNoise() []source {
	return []source{
		{"independent, 10 %", drawnFrom(independently(func(r *rand.Rand) float64 { return 100 + 10*r.NormFloat64() }))},
		{"independent, 30 %", drawnFrom(independently(func(r *rand.Rand) float64 { return max(0, 100+30*r.NormFloat64()) }))},
		{"heavy-tailed (log-normal)", drawnFrom(independently(func(r *rand.Rand) float64 { return 100 * math.Exp(0.8*r.NormFloat64()) }))},
		{"heavy-tailed (Pareto 1.5)", drawnFrom(independently(func(r *rand.Rand) float64 { return 100 * math.Pow(1-r.Float64(), -1/1.5) }))},
		{"sparse (15 % not zero)", drawnFrom(independently(func(r *rand.Rand) float64 {
			if r.Float64() > 0.15 {
				return 0
			}
			return float64(1 + r.IntN(3))
		}))},
		{"AR(1) 0.7, 10 %", drawnFrom(func(r *rand.Rand) func() float64 {
			noise := autoregressive(r, 0.7)
			return func() float64 { return 100 + 10*noise() }
		})},
		{"AR(1) 0.7, 30 %", drawnFrom(func(r *rand.Rand) func() float64 {
			noise := autoregressive(r, 0.7)
			return func() float64 { return max(0, 100+30*noise()) }
		})},
		{"AR(1) 0.7, log-normal", drawnFrom(func(r *rand.Rand) func() float64 {
			noise := autoregressive(r, 0.7)
			return func() float64 { return 100 * math.Exp(0.8*noise()) }
		})},
	}
}

// poisson draws a count.
func poisson(r *rand.Rand, mean float64) float64 {
	if mean > 500 {
		return math.Round(max(0, mean+math.Sqrt(mean)*r.NormFloat64()))
	}
	limit, product, n := math.Exp(-mean), r.Float64(), 0.0
	for product > limit {
		product *= r.Float64()
		n++
	}
	return n
}

// counted makes counts with a given expectation of errors before, in as many ticks before as
// after. wander is the standard deviation of the logarithm of their rate.
func counted(errors, wander float64) func(r *rand.Rand) stretch {
	const total = 5000
	return func(r *rand.Rand) stretch {
		noise := autoregressive(r, 0.7)
		rates := make([]float64, 2*ticksAfter)
		for i := range rates {
			rates[i] = errors / ticksAfter * math.Exp(wander*noise()-wander*wander/2)
		}
		draw := func(from, to int, times float64) []bot.Reading {
			var readings []bot.Reading
			for i := from; i < to; i++ {
				readings = append(readings, bot.Reading{At: tickAt(i - ticksAfter), Bad: poisson(r, times*rates[i]), Total: total})
			}
			return readings
		}
		s := stretch{kind: bot.Counts, before: draw(0, ticksAfter, 1), after: draw(ticksAfter, 2*ticksAfter, 1)}
		s.worsened = func(times float64) []bot.Reading { return draw(ticksAfter, 2*ticksAfter, times) }
		return s
	}
}

// answering makes pass and fail answers, of which a share fails.
func answering(share float64) func(r *rand.Rand) stretch {
	return func(r *rand.Rand) stretch {
		draw := func(from, to int, p float64) []bot.Reading {
			var readings []bot.Reading
			for i := from; i < to; i++ {
				readings = append(readings, bot.Reading{At: tickAt(i), OK: r.Float64() >= p})
			}
			return readings
		}
		s := stretch{kind: bot.Answers, before: draw(-ticksBefore, 0, share), after: draw(0, ticksAfter, share)}
		s.worsened = func(times float64) []bot.Reading { return draw(0, ticksAfter, min(1, times*share)) }
		return s
	}
}

func countNoise() []source {
	return []source{
		{"counts, 10 errors before", counted(10, 0)},
		{"counts, 40 errors before", counted(40, 0)},
		{"counts, 100 errors before", counted(100, 0)},
		{"counts, 1,000 errors before", counted(1000, 0)},
		{"counts, 100, AR(1) 0.7 of 30 %", counted(100, 0.3)},
		{"counts, 1,000, AR(1) 0.7 of 30 %", counted(1000, 0.3)},
		{"answers, 1 % fail", answering(0.01)},
		{"answers, 10 % fail", answering(0.10)},
	}
}

// quietSeries are the real series by their names, each as a list of contiguous pieces
// without what people labelled as anomalous.
func quietSeries(tb testing.TB) map[string][][]float64 {
	tb.Helper()
	folder := contract.Path(tb, contract.QuietSeries)
	text, err := os.ReadFile(filepath.Join(folder, "windows.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var labelled map[string][][2]string
	if err := json.Unmarshal(text, &labelled); err != nil {
		tb.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no series in %s: %v", folder, err)
	}
	series := map[string][][]float64{}
	for _, file := range files {
		name := filepath.Base(file)
		series[name] = quietPieces(tb, file, labelled[name])
	}
	return series
}

func quietPieces(tb testing.TB, file string, labelled [][2]string) [][]float64 {
	tb.Helper()
	opened, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	rows, err := csv.NewReader(opened).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	pieces := [][]float64{nil}
	for _, row := range rows[1:] {
		quiet := true
		for _, window := range labelled {
			// Times of one format compare as texts.
			quiet = quiet && (row[0] < window[0] || row[0] > window[1])
		}
		value, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			tb.Fatal(err)
		}
		last := len(pieces) - 1
		switch {
		case quiet:
			pieces[last] = append(pieces[last], value)
		case pieces[last] != nil:
			pieces = append(pieces, nil)
		}
	}
	return pieces
}

// A window is a part of a series that nothing happened in.
type window struct {
	numbers []float64
	before  int // so many of them lie before the release
}

func (w window) stretch() stretch { return values(w.numbers, w.before) }

// windowsOf cuts pieces into windows.
func windowsOf(pieces [][]float64, before, after, step int) []window {
	var windows []window
	for _, piece := range pieces {
		for i := 0; i+before+after <= len(piece); i += step {
			windows = append(windows, window{piece[i : i+before+after], before})
		}
	}
	return windows
}
