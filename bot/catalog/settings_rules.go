package catalog

import (
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func groupNames(about string) shape {
	return listOf(textOf(personNameRule(), "A name from groups."), maxNames, about).filled()
}

func decodeChecks(n *node) bot.CheckRule {
	if n.kind == sequence {
		return bot.CheckRule{Names: n.strs()}
	}
	return bot.CheckRule{None: n.str() != "all"}
}

func decodeCommitLimit(n *node) bot.CommitLimit {
	if n.kind == mapping {
		return bot.CommitLimit{Warn: int(n.get("warn").num()), Refuse: int(n.get("refuse").num())}
	}
	return bot.CommitLimit{Refuse: int(n.num())}
}

func reviewsShape(about string) shape {
	return numberOf(0, 10, about).orFully(object(about,
		required("count", numberOf(1, 10, "How many people.")),
		optional("merged", boolOf("Whether it suffices when somebody else merged it.").or("false")),
	))
}

func decodeReviews(n *node) bot.ReviewRule {
	if n.kind == mapping {
		return bot.ReviewRule{Count: int(n.get("count").num()), Merged: n.get("merged").yes()}
	}
	return bot.ReviewRule{Count: int(n.num())}
}

func freezeShape() shape {
	return object("A time in which the environment is closed: weekly with days, or once with from_date and to_date.",
		optional("days", listOf(oneOf("A day of the week.", weekdays()...), 7, "The days of the week on which it begins.").filled()),
		optional("from_date", textOf(dateRule(), "The first day, such as 2026-12-20.")),
		optional("to_date", textOf(dateRule(), "The last day, which is closed as well.")),
		optional("from", textOf(timeOfDayRule(), "The beginning, hh:mm.").or("00:00")),
		optional("to", textOf(timeOfDayRule(), "The end, hh:mm, at most 24:00; where it is not later than from, on the day after.").or("24:00")),
		optional("zone", textOf(zoneRule(), "The time zone.").or("UTC")),
		required("reason", textOf(lineRule(), "Why, as people will read it.")),
	)
}

// weekdays are in the order of time.Weekday.
func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

func decodeFreezes(n *node) []bot.FreezeWindow {
	var windows []bot.FreezeWindow
	for _, window := range n.each() {
		windows = append(windows, decodeFreeze(window))
	}
	return windows
}

func decodeFreeze(n *node) bot.FreezeWindow {
	window := bot.FreezeWindow{
		First:  n.get("from_date").str(),
		Last:   n.get("to_date").str(),
		Zone:   n.get("zone").str(),
		From:   timeOfDay(n.get("from").str()),
		To:     timeOfDay(n.get("to").str()),
		Reason: n.get("reason").str(),
	}
	for _, name := range n.get("days").strs() {
		window.Days = append(window.Days, time.Weekday(slices.Index(weekdays(), name)))
	}
	return window
}

// timeOfDay reads hh:mm as a duration since midnight.
func timeOfDay(written string) time.Duration {
	hours, minutes, _ := strings.Cut(written, ":")
	since, err := parseDuration(hours + "h" + minutes + "m")
	if err != nil {
		return 0
	}
	return since
}
