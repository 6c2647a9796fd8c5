package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// Answers keeps what was answered to requests, by their own ids.
type Answers interface {
	// Answered is the first answer to a request; nil: it is new.
	Answered(ctx context.Context, key string) (bot.Answer, error)
	// KeepAnswer keeps the answer to a request, unless there is one already.
	KeepAnswer(ctx context.Context, key string, answer bot.Answer) error
}

// once carries a request out unless it was answered before. A repeat changes nothing
// and gets the first answer, whichever replica it reaches and whatever has happened
// since. That includes refusals, since what was refused might be allowed by now. If the
// answer could not be stored the request counts as not confirmed, and the store itself
// recognises what it changed.
func (c *Commands) once(ctx context.Context, by bot.Person, key string, do func() (bot.Answer, error)) (bot.Answer, error) {
	if key == "" {
		return do()
	}
	key = by.ID + " " + key
	first, err := c.answers.Answered(ctx, key)
	if err != nil || first != nil {
		return first, err
	}
	answer, err := do()
	if err != nil || !isKept(answer) {
		return answer, err
	}
	if err := c.answers.KeepAnswer(ctx, key, answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// isKept says whether the answer is stored for repeats: only that of a request that may
// change something.
func isKept(answer bot.Answer) bool {
	switch answer.(type) {
	case bot.Accepted, bot.Done, bot.Problem, bot.Locked:
		return true
	case bot.PlanView, bot.Board, bot.ServiceView, bot.LiveHealth, bot.HistoryView, bot.EmergencyView, bot.Help, bot.Form, bot.TargetForm, bot.RollbackForm, bot.QueueView, bot.Mine, bot.IncidentView, bot.ReportView, bot.Trouble, bot.Note, bot.Digest:
		return false
	}
	return false
}
