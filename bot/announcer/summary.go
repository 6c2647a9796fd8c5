package announcer

import (
	"cmp"
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// summarise adds to the summary of a watch what the release does not know: what
// happened to other services at the same time, those of the same code first, and who
// else is told of the outcome.
func (a *Announcer) summarise(ctx context.Context, n *bot.Note) error {
	r := n.Release
	from, to := r.Course()
	happened, err := a.ports.Changes.Between(ctx, from, bot.EarlierOf(to, n.Now), n.Now)
	if err != nil {
		return err
	}
	happened.Changes = slices.DeleteFunc(happened.Changes, func(c bot.Change) bool { return c.Target.Service == r.Target.Service })
	slices.SortStableFunc(happened.Changes, func(a, b bot.Change) int {
		return cmp.Compare(shares(b, r.ID), shares(a, r.ID))
	})
	n.Beside = happened
	n.Told, err = a.alsoTold(ctx, r)
	return err
}

// shares is 1 for a change of the same code as a release, else 0.
func shares(c bot.Change, release string) int {
	if slices.Contains(c.Shares, release) {
		return 1
	}
	return 0
}

// alsoTold are those who are told of what a release has come to beside its channel.
func (a *Announcer) alsoTold(ctx context.Context, r bot.Release) ([]bot.Recipient, error) {
	var told []bot.Recipient
	if alerts := a.catalog.Slack.Alerts; alerts != "" && r.Verdict == bot.NotHealthy {
		told = append(told, bot.Recipient{Kind: bot.ToChannel, ID: alerts})
	}
	if r.Outcome() == "" {
		return told, nil
	}
	routed, err := a.Route(ctx, r, bot.Notify{Outcome: r.Outcome()})
	if err != nil {
		return nil, err
	}
	if rest, is := routed.(bot.Routed); is {
		for _, to := range rest.To {
			if !slices.Contains(told, to) {
				told = append(told, to)
			}
		}
	}
	return told, nil
}
