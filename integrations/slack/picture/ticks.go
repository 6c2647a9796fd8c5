package picture

import (
	"math"
	"time"

	"gonum.org/v1/plot"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

const (
	// fewestTicks is how many places of an axis bear a number at least, and sideTicks
	// how many of the time at most before and after the release.
	fewestTicks = 4
	sideTicks   = 4
)

// timeTicks are places in the time, one where each step begins and ends. Some bear how
// far they are from the release.
func timeTicks(c blocks.Chart) []plot.Tick {
	from, to := sides(c)
	stride := max(1, int(math.Ceil(math.Max(-from, to)/sideTicks)))
	var ticks []plot.Tick
	said := map[string]bool{}
	for i := int(math.Ceil(from)); i <= int(to); i++ {
		label := ""
		if i%stride == 0 {
			label = fromRelease(time.Duration(i) * c.Step)
		}
		if said[label] { // too short to be told apart
			label = ""
		}
		said[label] = label != ""
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
	}
	return ticks
}

// fromRelease is how far a time is from the release, which itself bears the mark that the
// words below it begin with.
func fromRelease(d time.Duration) string {
	switch {
	case d < 0:
		return "−" + bot.Span(bot.Rough(-d))
	case d > 0:
		return "+" + bot.Span(bot.Rough(d))
	}
	return "▲"
}

// valueTicks are round values between two others.
func valueTicks(low, high float64) []plot.Tick {
	step := roundStep((high - low) / fewestTicks)
	first := math.Ceil(low / step)
	var ticks []plot.Tick
	said := map[string]bool{}
	for i := range 2*fewestTicks + 4 {
		v := (first+float64(i))*step + 0 // never the zero below zero
		if v > high {
			break
		}
		label := bot.Figure(v)
		if said[label] { // too near to be told apart
			label = ""
		}
		said[label] = label != ""
		ticks = append(ticks, plot.Tick{Value: v, Label: label})
	}
	return ticks
}

// roundStep is the largest of 1, 2, 2.5 and 5 times a power of ten that is not above a
// number.
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, round := range []float64{5, 2.5, 2} {
		if round*power <= v {
			return round * power
		}
	}
	return power
}
