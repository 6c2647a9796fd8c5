package state

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// How the version before this one wrote what now has fields: one word, with the
// numbers in it. It is read, since it lies in outboxes, and written, since replicas
// of that version may work beside this one. All of this file, and the calls of it,
// go with the next version.

// numberedNews is that whose number followed the word.
func numberedNews() []newsKind {
	return []newsKind{newsReminder, newsEscalated, newsReview, newsItRan, newsSendAgain, newsNeverRan, newsRanAfterAll}
}

func formerNote(n storedNews) string {
	switch {
	case n.Of == newsEmergency:
		return string(n.Of) + "_" + strings.Join(n.Passed, "_")
	case n.Of == newsWithdrawn, n.Of == newsLost:
		return string(n.Of) + "_" + strconv.FormatInt(n.At.UnixMilli(), 10)
	case slices.Contains(numberedNews(), n.Of):
		return string(n.Of) + "_" + strconv.Itoa(n.Number)
	default:
		return string(n.Of)
	}
}

func formerlyNote(note string, to storedPerson) storedNews {
	if passed, is := strings.CutPrefix(note, string(newsEmergency)+"_"); is {
		return storedNews{Of: newsEmergency, Passed: strings.Split(passed, "_")}
	}
	for _, of := range []newsKind{newsWithdrawn, newsLost} {
		if at, is := strings.CutPrefix(note, string(of)+"_"); is {
			return storedNews{Of: of, By: to, At: fromMillis(formerlyRun(at))}
		}
	}
	for _, of := range numberedNews() {
		if number, is := strings.CutPrefix(note, string(of)+"_"); is {
			n, _ := strconv.Atoi(number) // 0 where somebody damaged it
			return storedNews{Of: of, By: to, Number: n}
		}
	}
	return storedNews{Of: newsKind(note)}
}

func formerRun(named int64) string {
	if named == 0 {
		return ""
	}
	return strconv.FormatInt(named, 10)
}

func formerlyRun(note string) int64 {
	n, _ := strconv.ParseInt(note, 10, 64) // 0 where it says nothing
	return n
}

func formerReport(r storedReport) string {
	note := string(r.Phase)
	if r.Awaits != bot.AwaitNone {
		note += "_" + string(r.Awaits)
	}
	if r.Healthy {
		note += "_healthy"
	}
	return note
}

func formerlyReport(note string) storedReport {
	var r storedReport
	note, r.Healthy = strings.CutSuffix(note, "_healthy")
	for _, awaits := range []bot.Await{bot.AwaitAsk, bot.AwaitGo} {
		if phase, is := strings.CutSuffix(note, "_"+string(awaits)); is {
			note, r.Awaits = phase, awaits
		}
	}
	r.Phase = bot.Phase(note)
	return r
}
