package announcer

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
	"github.com/slipwayhq/slipway/bot/policy"
)

// Tell answers one person privately: the requester where they asked, anybody
// else in the channel of the card.
func (a *Announcer) Tell(ctx context.Context, r bot.Release, effect bot.Tell) error {
	answer := a.answerFor(ctx, r, effect)
	if r.IsRequester(effect.To) {
		return a.tellRequester(ctx, r, answer)
	}
	return a.ports.Chat.Tell(ctx, bot.Reply{To: effect.To, Channel: a.cardChannel(r)}, answer)
}

// tellRequester answers where the release was asked for.
func (a *Announcer) tellRequester(ctx context.Context, r bot.Release, answer bot.Answer) error {
	if r.ByItself() {
		return nil // nobody waits for an answer
	}
	to, err := a.ports.Replies.TakeReply(ctx, r.ID)
	if err != nil {
		return err
	}
	to.To = r.Asker()
	return a.ports.Chat.Tell(ctx, to, answer)
}

// answerFor is the private answer that a Tell stands for.
func (a *Announcer) answerFor(ctx context.Context, r bot.Release, effect bot.Tell) bot.Answer {
	switch effect.Why {
	case bot.TellPreview:
		return bot.PlanView{Release: r}
	case bot.TellConfirm:
		return bot.PlanView{Release: r, Offer: bot.ActConfirm}
	case bot.TellRefused:
		return bot.Problem{Says: refusal(r), Gates: r.Decision.Refusals()}
	case bot.TellFailed:
		return bot.Problem{Says: r.Ending.Cause, Mends: mends(r.Ending.Mend)}
	case bot.TellAdopted:
		return bot.Done{Says: fmt.Sprintf("Recorded: %s is what is live on %s (%s). Nothing was started. A rollback may come back to it once somebody else has said on its card that it looks good.", bot.ShortSHA(r.SHA()), r.Target, r.ID)}
	case bot.TellOldCard:
		return bot.Problem{Says: "The plan of " + r.ID + " was changed after that card was shown, so your approval was not counted", Mends: mends("Look at the card as it is now and approve that.")}
	case bot.TellMayNot, bot.TellMayNotCancel, bot.TellMayNotAssert, bot.TellMayNotJudge, bot.TellMayNotSignOff, bot.TellMayNotEndQuarantine:
		return a.mayNot(ctx, r, whoMay(effect.Why), effect.To)
	case bot.TellStopped:
		return bot.Problem{
			Says:  fmt.Sprintf("%s (%s to %s), which was approved, is not started", r.ID, bot.ShortSHA(r.SHA()), r.Target),
			Gates: r.Decision.Refusals(),
		}
	case bot.TellNotGone:
		return bot.Problem{Says: r.ID + " has not gone yet, so nobody can have looked at what it did", Mends: mends(policy.SignOffLater)}
	case bot.TellOpenPoints:
		return bot.Problem{Says: "Your approval of " + r.ID + " was not counted, since something must be seen to and ticked off first", Mends: mends("Its card shows what; press its buttons, then Approve.")}
	case bot.TellNothingToTake:
		return bot.Problem{Says: "No approval of yours counts for " + r.ID + " now, so there is none to take back", Mends: mends(policy.SeeApprovals)}
	case bot.TellUnread:
		return bot.Problem{
			Says:  "Your word on " + r.ID + " was not counted: who is in the groups that have a say in it could not be read just now",
			Mends: mends("Press the button again in a minute. If that does not help, whoever looks after slipway finds the reason in its log; the rights that it needs are in the README."),
		}
	case bot.TellNotMissing:
		return bot.Problem{Says: "The approval that you could give to " + r.ID + " was given already", Mends: mends("Its card shows whose yes is still missing.")}
	case bot.TellAlready:
		return bot.Done{Says: "You have approved " + r.ID + " already; that counts once."}
	case bot.TellConfirmedOnce:
		return bot.Problem{
			Says:  "Only " + bot.ActorName(r.Requester) + ", who asked for " + r.ID + ", can confirm it",
			Mends: mends("Type it yourself if it is urgent: then you confirm it."),
		}
	case bot.TellNotCancelled:
		return bot.Problem{Says: "The run of " + r.ID + " was over before it could be cancelled", Mends: mends("To take it back, roll back.")}
	case bot.TellReplaced:
		return bot.Done{Says: fmt.Sprintf("%s (%s to %s) was not started: %s. Nothing is left for you to do.",
			r.ID, bot.ShortSHA(r.SHA()), r.Target, r.Ending.Cause)}
	case bot.TellWaiting:
		return bot.Problem{
			Says:  r.ID + " waits for GitHub: " + r.Dispatch.Problem,
			Mends: mends("You need not do anything: slipway goes on asking for up to " + bot.Span(lifecycle.ResolveWithin) + ", and says so if that does not help. Nothing was started yet."),
		}
	case bot.TellTooLate:
	}
	return tooLate(r)
}

// whoMay is who would have been allowed to.
func whoMay(why bot.Told) bot.Who {
	switch why { //nolint:exhaustive // the others are no question of that
	case bot.TellMayNotCancel:
		return bot.TheStopper
	case bot.TellMayNotAssert:
		return bot.TheAsserter
	case bot.TellMayNotJudge:
		return bot.TheJudge
	case bot.TellMayNotSignOff:
		return bot.TheReviewer
	case bot.TellMayNotEndQuarantine:
		return bot.TheDeployer
	default:
		return bot.TheApprover
	}
}

// mayNot says why somebody is not allowed to, and who is.
func (a *Announcer) mayNot(ctx context.Context, r bot.Release, who bot.Who, by bot.Person) bot.Answer {
	standing := a.ports.People.Standing(ctx, r, who, by)
	if standing.May { // they came into the group a moment ago
		return bot.Problem{Says: "Your word on " + r.ID + " was not counted, since it did not count then", Mends: mends("Now it does: say it again.")}
	}
	says, mend := policy.MayNot(who, r, a.catalog.Grants(r.Targets()), policy.Approver{Person: by, Standing: standing})
	return bot.Problem{Says: "Your word on " + r.ID + " was not counted. " + says, Mends: mends(mend)}
}

// tooLate says why something that a person wanted is no longer possible.
func tooLate(r bot.Release) bot.Answer {
	switch {
	case r.Ended():
		return bot.Problem{
			Says:  fmt.Sprintf("%s has ended already (%s)", r.ID, r.Phase),
			Mends: mends(policy.AskAnew),
		}
	case r.Phase.BeingWatched():
		return bot.Problem{Says: "The run of " + r.ID + " is over, so there is nothing left to stop", Mends: mends("To take it back, roll back.")}
	case r.Phase.NeedsAnswer():
		return bot.Problem{Says: "Nobody knows yet whether " + r.ID + " was started", Mends: mends(policy.SayWhatBecame)}
	}
	return bot.Problem{
		Says:  r.ID + " has moved on meanwhile; that is not possible any more",
		Mends: mends("Its card shows where it stands now, and what can be done."),
	}
}

func refusal(r bot.Release) string {
	what := "deployed"
	switch r.Kind {
	case bot.Rollback:
		what = "rolled back"
	case bot.Adopt:
		return fmt.Sprintf("What is live on %s cannot be recorded now", r.Target)
	case bot.Deploy, bot.Preview, bot.Batch:
	}
	return fmt.Sprintf("%s cannot be %s now", r.Target, what)
}

func mends(mend string) []string {
	if mend == "" {
		return nil
	}
	return []string{mend}
}
