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

func told(notices []bot.Word) markup {
	if len(notices) == 0 {
		return ""
	}
	who := make([]markup, 0, len(notices))
	for _, n := range notices {
		who = append(who, named(n.To))
	}
	return list(who, 5) + " is told."
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
		says += " until " + end
	}
	if why := quoted(l.Reason); why != "" {
		return says + ": " + why
	}
	return says + "."
}

// Word renders a word to somebody other than who asked.
func Word(n bot.Word) Message { return plainly(sentence(n.Says)) }

// closedBy is what closes a target, one line a lock, for the board.
func closedBy(locks []bot.Lock, now time.Time) markup {
	lines := make([]markup, 0, len(locks))
	for _, l := range locks {
		lines = append(lines, join(" ", lockMark(l.Kind), markup(l.Kind.Done()), lockWords(l, now)))
	}
	return join("  ·  ", lines...)
}
