package main

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// play plays the story: a deploy that goes well, one that does not, and
// the way back.
func play(ctx context.Context, d *world, s *screen) error {
	say := s.say
	say("slipway's demo. Slack and GitHub are simulated, Redis is in memory; nothing leaves this machine.")
	for _, scene := range []struct {
		words string
		play  func(context.Context, *world) error
	}{
		{"First Anna says what is live already. As for a deploy, that needs somebody else's yes.", sceneAdopt},
		{"Anna deploys. Production asks for somebody else's yes.", sceneDeploy},
		{"Cleo deploys the next change. Its run succeeds, but the shop is not well afterwards.", sceneBroken},
		{"slipway counts down, in case somebody knows better, and takes it back by itself.", sceneRollback},
		{"What runs where, and how it came to be.", sceneStatus},
	} {
		say("%s", scene.words)
		if err := scene.play(ctx, d); err != nil {
			return err
		}
		s.waitForCards(ctx)
	}
	say("That was it: every message above is what the channel would show.")
	return nil
}

func sceneAdopt(ctx context.Context, d *world) error {
	if err := d.type_(ctx, anna, "/deploy", "adopt shop production "+d.good); err != nil {
		return err
	}
	if err := d.benApproves(ctx); err != nil {
		return err
	}
	return d.until(ctx, deploys, "Recorded as what is live")
}

// prologue is what was before somebody begins to play on the page.
func prologue(ctx context.Context, d *world) error {
	for _, said := range []struct{ who, words string }{
		{cleo, "Baskets survive a reload now, it's on main :tada:"},
		{anna, "Nice! First let's tell slipway what is live, so that there is a way back."},
	} {
		if _, err := d.slack.Say(said.who, deploys, "", said.words); err != nil {
			return err
		}
	}
	return sceneAdopt(ctx, d)
}

func sceneDeploy(ctx context.Context, d *world) error {
	if err := d.type_(ctx, anna, "/deploy", "shop main to production --reason baskets survive a reload"); err != nil {
		return err
	}
	if err := d.benApproves(ctx); err != nil {
		return err
	}
	return d.until(ctx, deploys, endedGood("shop-2"))
}

func sceneBroken(ctx context.Context, d *world) error {
	d.breakShop()
	if err := d.type_(ctx, cleo, "/deploy", "shop to production"); err != nil {
		return err
	}
	if err := d.benApproves(ctx); err != nil {
		return err
	}
	return d.until(ctx, alerts, "shop-3")
}

func sceneRollback(ctx context.Context, d *world) error {
	return d.until(ctx, deploys, endedGood("shop-4"))
}

func sceneStatus(ctx context.Context, d *world) error {
	if err := d.type_(ctx, anna, "/deploy-status", ""); err != nil {
		return err
	}
	return d.type_(ctx, anna, "/deploy", "history shop production")
}

// type_ has a person type a command.
func (d *world) type_(ctx context.Context, user, command, text string) error {
	delivery, err := d.slack.Command(ctx, user, deploys, command, text)
	if err != nil {
		return err
	}
	if !delivery.Good() {
		return fmt.Errorf("%s %s was answered with %d %s", command, text, delivery.Status, delivery.Failure)
	}
	return nil
}

// benApproves waits for a card in #deploys that asks, and has Ben say yes.
func (d *world) benApproves(ctx context.Context) error {
	const button = "Approve for Production"
	press := slacksim.Press{User: ben, Channel: deploys, Button: button, Answer: slacksim.Yes}
	err := d.slack.Until(ctx, func() bool {
		_, err := d.slack.PressRequest(press)
		return err == nil
	})
	if err != nil {
		return fmt.Errorf("wait for the button %q: %w", button, err)
	}
	_, err = d.slack.Press(ctx, press)
	return err
}

func (d *world) until(ctx context.Context, channel, pattern string) error {
	_, err := d.slack.WaitFor(ctx, channel, pattern)
	return err
}

// endedGood is how the card of a release reads that went well.
func endedGood(id string) string { return "`" + id + "`.*\\s+Live and healthy" }
