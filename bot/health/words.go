package health

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

const (
	nothingBefore = "there is too little from before the release to compare with, and no bound was given"
	nothingAfter  = "there is no reading after the release"
	noVerdict     = "no verdict has come"
)

func amount(v float64) string { return bot.Figure(v) }

func percent(share float64) string { return amount(100*share) + "%" }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return amount(float64(n)) + " " + noun + "s"
}

func beyond(sign float64) string {
	if sign < 0 {
		return "below"
	}
	return "above"
}

// rateWords describes the share of bad ones before and after.
func rateWords(sign float64) func(was, is rate) string {
	noun := " were bad"
	if sign < 0 {
		noun = " were not"
	}
	return func(was, is rate) string {
		switch {
		case is.total <= 0:
			return "there was no traffic after the release"
		case was.total <= 0:
			return ofTotal(is) + noun + " after the release, and nothing is known from before"
		case was.bad > 0 && is.share() < (1+leastRise)*was.share():
			return ofTotal(is) + noun + " after the release, no more than before: " + ofTotal(was)
		}
		return ofTotal(is) + noun + " after the release, before " + ofTotal(was)
	}
}

func ofTotal(t rate) string {
	return percent(t.share()) + " (" + amount(t.bad) + " of " + amount(t.total) + ")"
}

func passWords(was, is rate, noun string) string {
	says := amount(is.bad) + " of " + amount(is.total)
	if noun == "answer" {
		says += " answers were bad"
	} else {
		says += " " + strings.Replace(noun, "reading", "readings", 1)
	}
	says += " after the release, "
	switch {
	case was.total == 0:
		return says + "and nothing is known from before"
	case was.share() > 0.5:
		return says + "and it was so before: " + amount(was.bad) + " of " + amount(was.total)
	}
	return says + "before " + amount(was.bad) + " of " + amount(was.total)
}

// valueWords describes how the median changed.
func valueWords(before, after []float64) string {
	was, is := quantile(sortedCopy(before), 0.5), quantile(sortedCopy(after), 0.5)
	moved := " rose from "
	switch {
	case is == was:
		return "the median stayed at " + amount(was)
	case is < was:
		moved = " fell from "
	}
	return "the median" + moved + amount(was) + " to " + amount(is)
}
