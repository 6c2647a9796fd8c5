package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// clickAcknowledge records that an approver has seen to a point of the readiness
// report.
func (c *Commands) clickAcknowledge(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	points := w.r.Points()
	i := slices.IndexFunc(points, func(p bot.Point) bool { return p.ID == w.value })
	switch {
	case i < 0:
		return nil, refuse(fmt.Sprintf("This is not among what %s asks for now.", w.r.ID), "Look at its card as it is now.")
	case points[i].Acknowledged():
		return nil, refuse(fmt.Sprintf("That was ticked off already, by %s.", points[i].By), "The card shows what is left.")
	}
	return c.post(ctx, inboxEvent(w, bot.PointAcknowledged{By: w.By, Point: w.value}), fmt.Sprintf("Ticked off, in your name: %s", points[i].Says))
}

// pointsAcknowledged refuses an approval while points are open.
func (c *Commands) pointsAcknowledged(r bot.Release) error {
	open := r.OpenPoints()
	if len(open) == 0 {
		return nil
	}
	const limit = 10
	mends := []string{"An approver ticks it off with the buttons on its card; then it can be approved."}
	for _, p := range open[:min(len(open), limit)] {
		mends = append(mends, "Open: "+p.Says)
	}
	if more := len(open) - limit; more > 0 {
		mends = append(mends, fmt.Sprintf("and %d more", more))
	}
	return refuse(fmt.Sprintf("%s cannot be approved yet: something must be seen to first.", r.ID), mends...)
}
