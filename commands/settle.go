package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// clickSettle is an approver's word that a point of the readiness report was
// seen to.
func (c *Commands) clickSettle(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	known, err := c.decidable(r, click.By, "tick off")
	if err != nil {
		return nil, err
	}
	points := r.Points()
	i := slices.IndexFunc(points, func(p bot.Point) bool { return p.ID == click.Value })
	switch {
	case i < 0:
		return nil, refuse(fmt.Sprintf("This is not among what %s asks for now.", r.ID), "Look at its card as it is now.")
	case points[i].Settled():
		return nil, refuse(fmt.Sprintf("%s has ticked that off already.", points[i].By), "The card shows what is left.")
	}
	return known.answer(c.post(ctx, letter(click.Key, r, bot.PointSettled{By: click.By, Point: click.Value}),
		fmt.Sprintf("Ticked off, in your name: %s", points[i].Says)))
}

// pointsSettled refuses a yes while something is to be seen to.
func (c *Commands) pointsSettled(r bot.Release) error {
	open := r.OpenPoints()
	if len(open) == 0 {
		return nil
	}
	const most = 10
	mends := []string{"An approver ticks it off with the buttons on its card; then it can be approved."}
	for _, p := range open[:min(len(open), most)] {
		mends = append(mends, "Open: "+p.Says)
	}
	if more := len(open) - most; more > 0 {
		mends = append(mends, fmt.Sprintf("and %d more", more))
	}
	return refuse(fmt.Sprintf("%s cannot be approved yet: something must be seen to first.", r.ID), mends...)
}
