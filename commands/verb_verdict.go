package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func verdictVerb(c *Commands) verb {
	verdict := c.slash("verdict")
	return verb{run: c.verdict, ofRelease: true, means: bot.ActWasRight, help: bot.VerbHelp{
		Verb:  "verdict",
		Usage: []string{verdict + " ID right|false|missed"},
		Summary: "Says afterwards what the verdict on a release's health was worth: it was right, it was a false alarm, or it missed that the service was not well. " +
			"The last word of each person counts; the report of the service shows what it comes to.",
		Examples: []string{verdict + " api-142 false", verdict + " api-142 missed"},
	}}
}

func (c *Commands) verdict(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(); err != nil {
		return nil, err
	}
	if len(line.Words) == 0 {
		return nil, &grammar.UsageError{Says: "It does not say which release.", Mend: "The card shows the id, such as api-142, and so does the history."}
	}
	id := strings.ToLower(line.Words[0])
	action, known := hindsight(strings.Join(line.Words[1:], " "))
	if !known {
		says := "It does not say what the verdict was worth."
		if len(line.Words) > 1 {
			says = fmt.Sprintf("`%s` is nothing that can be said of a verdict.", clip(strings.Join(line.Words[1:], " ")))
		}
		return nil, &grammar.UsageError{Says: says, Mend: "Say right, false or missed."}
	}
	release, err := c.release(ctx, id)
	if err != nil {
		return nil, c.notKept(ctx, id, err)
	}
	return c.say(ctx, action, releaseRequest{Invocation: r.Invocation, r: release})
}

// hindsight is the button that means what somebody typed.
func hindsight(typed string) (bot.Action, bool) {
	switch strings.ToLower(typed) {
	case string(bot.WasRight), "yes":
		return bot.ActWasRight, true
	case string(bot.FalseAlarm), "false alarm", "false-alarm":
		return bot.ActFalseAlarm, true
	case string(bot.Missed):
		return bot.ActMissed, true
	}
	return "", false
}

// notKept says that it is too late to rate a release that is forgotten together with
// its verdict.
func (c *Commands) notKept(ctx context.Context, id string, err error) error {
	service, named := bot.ServiceOf(id)
	if _, refused := errors.AsType[*problemError](err); !refused || !named {
		return err
	}
	ledger, failed := c.records.Ledger(ctx, service)
	if failed != nil {
		return failed
	}
	for _, e := range ledger {
		if e.Release == id {
			return refuse(fmt.Sprintf("%s is so long ago that slipway has forgotten it, and nothing more can be said of its verdict.", id),
				"What was said of it before still counts in the report of "+service+".")
		}
	}
	return err
}

// ofVerdict fits a release whose verdict can be rated like this.
func ofVerdict(says bot.Hindsight) func(releaseRequest) error {
	return func(w releaseRequest) error {
		r := w.r
		switch {
		case r.Kind == bot.Batch:
			return refuse(fmt.Sprintf("%s is several releases, and each has a verdict of its own.", r.ID), "Say it of one of them; its card shows their ids.")
		case !r.Ended():
			return notNow(r, "there is no verdict on its health yet", "Say it once its watch is over.")
		case r.Verdict == bot.Watching && r.Phase.EndedWell():
			return refuse(fmt.Sprintf("%s is being watched longer, and there is no verdict yet.", r.ID), "Say it once its watch is over.")
		case !r.HasVerdict():
			return refuse(fmt.Sprintf("%s has no verdict on its health, of which anything could be said.", r.ID), "A release has one when its health was watched to the end.")
		case r.Verdict.Allows(says):
			return nil
		case says == bot.Missed:
			return refuse(fmt.Sprintf("%s was called unhealthy, so nothing was missed.", r.ID), "Say right if it was, or false if it was a false alarm.")
		}
		return refuse(fmt.Sprintf("%s was called healthy, so there was no alarm.", r.ID), "Say missed if the service was not well, or right if it was.")
	}
}

// clickHindsight stores a rating.
func (c *Commands) clickHindsight(says bot.Hindsight) func(context.Context, releaseRequest) (bot.Answer, error) {
	return func(ctx context.Context, w releaseRequest) (bot.Answer, error) {
		return c.post(ctx, inboxEvent(w, bot.HindsightSaid{By: w.By, Says: says}),
			fmt.Sprintf("Noted, in your name: %s %s. `%s` shows what it comes to.", w.r.ID, hindsightWords(says), c.typed(w.Invocation, "report", w.r.Target.Service)))
	}
}

// hindsightWords is the rating in words, to follow the release's id.
func hindsightWords(says bot.Hindsight) string {
	switch says {
	case bot.WasRight:
		return "was judged rightly"
	case bot.FalseAlarm:
		return "was a false alarm"
	case bot.Missed:
		return "was not well, and the verdict missed it"
	}
	return "was judged"
}
