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

// once carries a request out, unless it was answered before: then it changes
// nothing and gets its first answer, whichever replica it reaches and whatever
// has happened since. A refusal is such an answer too, since what was refused
// might be granted by now. Where the answer could not be kept the request counts
// as not confirmed; what it has changed is recognised by the store itself.
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

// isKept says whether an answer is one to a request that may change something.
// What only shows how things are is shown anew.
func isKept(answer bot.Answer) bool {
	switch answer.(type) {
	case bot.Accepted, bot.Done, bot.Problem, bot.Locked:
		return true
	case bot.PlanView, bot.Board, bot.ServiceView, bot.LiveHealth, bot.HistoryView, bot.EmergencyView, bot.Help, bot.Form, bot.TargetForm, bot.RollbackForm, bot.QueueView, bot.Mine, bot.IncidentView, bot.ReportView, bot.Trouble, bot.Note, bot.Digest:
		return false
	}
	return false
}
