package lifecycle

import "github.com/slipwayhq/slipway/bot"

// replaced: a newer release replaces one that waits. A rollback is never replaced: what
// it is to undo is still there.
func (s *step) replaced(ev bot.Replaced) {
	if s.r.Kind == bot.Rollback {
		return
	}
	if !s.r.IsRequester(ev.By) {
		s.tellRequester(bot.TellReplaced)
	}
	s.supersedeBeforeStart(ev.By, ev.For)
}
