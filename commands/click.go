package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// Click answers a button. An error means that something could not be read, or
// that it is not certain to be stored; the same may be clicked again.
func (c *Commands) Click(ctx context.Context, click bot.Click) (bot.Answer, error) {
	if refusal := refuseGuest(click.By, click.Guest); refusal != nil {
		return answered(nil, refusal)
	}
	r, err := c.release(ctx, click.Release)
	if err != nil {
		return answered(nil, err)
	}
	return answered(c.clicked(ctx, click, r))
}

// clicked finds what the button stands for.
func (c *Commands) clicked(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	switch click.Action {
	case bot.ActApprove:
		return c.clickApprove(ctx, click, r)
	case bot.ActSettle:
		return c.clickSettle(ctx, click, r)
	case bot.ActReject:
		return c.clickReject(ctx, click, r)
	case bot.ActCancel:
		return c.clickCancel(ctx, click, r)
	case bot.ActConfirm:
		return c.clickConfirm(ctx, click, r)
	case bot.ActRollback, bot.ActCancelBack: // a rollback cancels what is under way first
		return c.clickRollback(ctx, click, r)
	case bot.ActChoose:
		return c.clickChoose(ctx, click, r)
	case bot.ActBatchBack:
		return c.clickBatchBack(ctx, click, r)
	case bot.ActItRan, bot.ActWhichRun:
		return c.clickItRan(ctx, click, r)
	case bot.ActSendAgain:
		return c.clickSendAgain(ctx, click, r)
	case bot.ActStartOver:
		return c.clickStartOver(ctx, click, r)
	case bot.ActSignOff:
		return c.clickSignOff(ctx, click, r)
	case bot.ActLooksGood:
		return c.clickLooksGood(ctx, click, r)
	}
	return nil, refuse("This button is not known to this version of slipway.", fmt.Sprintf("Type the command instead: %s", c.slash("help")))
}

func letter(key string, r bot.Release, event bot.Event) bot.Letter {
	return bot.Letter{Release: r.ID, Event: event, Key: key}
}

// post stores an event and says so. The release may have ended between reading
// and storing; then it is said how.
func (c *Commands) post(ctx context.Context, l bot.Letter, says string) (bot.Answer, error) {
	posted, err := c.intake.Post(ctx, l)
	if err != nil {
		return nil, err
	}
	switch posted {
	case bot.PostStored, bot.PostRepeated:
		return bot.Done{Says: says}, nil
	case bot.PostUnknown, bot.PostEnded:
	}
	r, err := c.release(ctx, l.Release)
	if err != nil {
		return nil, err
	}
	return nil, notNow(r, "this came too late")
}
