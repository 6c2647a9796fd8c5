package blocks

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// locked says that a scope was closed, or opened again.
func locked(a bot.Locked) Message {
	if a.Opened {
		return plainly(join(" ", "🔓", bold(esc(a.Lock.Scope.String(), subjectMax)), "is not", markup(a.Lock.Kind.Done()), "any more.", told(a.Tell)))
	}
	taken := markup("")
	if a.Before != nil {
		taken = "Taken over from " + named(a.Before.By) + "."
	}
	return plainly(join(" ", lockLine(a.Lock, a.Now), taken, told(a.Tell)))
}

// told says who has been told of it, and of whom that cannot be said.
func told(words []bot.DirectMessage) markup {
	var were, are, failed []markup
	for _, w := range words {
		switch {
		case w.Failed != nil:
			failed = append(failed, untold(w))
		case w.Told:
			were = append(were, named(w.To))
		default:
			are = append(are, named(w.To))
		}
	}
	return join(" ", tale(were, "was told.", "were told."), tale(are, "is being told.", "are being told."), join(" ", failed...))
}

func tale(who []markup, one, several markup) markup {
	switch len(who) {
	case 0:
		return ""
	case 1:
		return join(" ", who[0], one)
	}
	return join(" ", list(who, 5), several)
}

func untold(w bot.DirectMessage) markup {
	return join(" ", "⚠️", named(w.To), "was *not* told:", sentence(w.Failed.Says), sentence(w.Failed.Mend))
}

// Untold says to who asked that somebody could not be told.
func Untold(w bot.DirectMessage) Message {
	if w.Failed == nil {
		return Message{}
	}
	return plainly(untold(w))
}

// lockLine is a lock in one line: what it closes, whose it is, for how long and
// why.
func lockLine(l bot.Lock, now time.Time) markup {
	return join(" ", lockMark(l.Kind), bold(esc(l.Scope.String(), subjectMax)), "is", markup(l.Kind.Done()), lockWords(l, now))
}

func lockMark(k bot.LockKind) markup {
	if k == bot.Freeze {
		return "🧊"
	}
	return "🔒"
}

func lockWords(l bot.Lock, now time.Time) markup {
	says := "by " + named(l.By)
	if now.Sub(l.At) >= time.Minute {
		says += " for " + elapsed(l.At, now)
	}
	if end := at(l.Until); end != "" {
		says += ", until " + end
	}
	if why := quoted(l.Reason); why != "" {
		return says + ": " + why
	}
	return says + "."
}

// Direct renders a word to somebody other than who asked.
func Direct(n bot.DirectMessage) Message { return plainly(sentence(n.Says)) }

// closedBy is what closes a target, one line a lock, for the board.
func closedBy(locks []bot.Lock, now time.Time) markup {
	lines := make([]markup, 0, len(locks))
	for _, l := range locks {
		lines = append(lines, join(" ", lockMark(l.Kind), markup(l.Kind.Done()), lockWords(l, now)))
	}
	return join("  ·  ", lines...)
}
