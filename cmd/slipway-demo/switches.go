package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// errSwitch says that there is no such switch.
var errSwitch = errors.New("no such switch")

// turn sets one of the switches by which a person breaks the world, or mends it.
func (d *world) turn(ctx context.Context, name string, on bool) error {
	switch name {
	case "errors":
		d.shop.setFailing(on)
	case "slow":
		d.shop.setSlow(on)
	case "fail_next":
		d.setFailNext(on)
	case "webhooks":
		d.setHooks(on)
	case "redis":
		return d.setRedis(on)
	case "slipway":
		return d.setSlipway(ctx, on)
	case "branch":
		d.moveBranch()
	case "bad_change":
		d.breakShop()
	default:
		return fmt.Errorf("%w: %q", errSwitch, name)
	}
	return nil
}

// setFailNext has the next run fail in its last step.
func (d *world) setFailNext(on bool) { //nolint:revive // it is the switch's own position
	conclusion, until := "success", 0
	if on {
		conclusion, until = "failure", len(d.github.Runs())+1
	}
	d.github.Repo(shopRepo).SetScript(workflow, runScript(conclusion))
	d.mu.Lock()
	d.failNext = until
	d.mu.Unlock()
}

// endFailing lets runs succeed again once the one has begun that was to fail.
func (d *world) endFailing() {
	d.mu.Lock()
	over := d.failNext > 0 && len(d.github.Runs()) >= d.failNext
	d.mu.Unlock()
	if over {
		d.setFailNext(false)
	}
}

// setHooks lets GitHub's webhooks arrive, or has all of them lost.
func (d *world) setHooks(arrive bool) { //nolint:revive // it is the switch's own position
	d.github.ClearHookFaults()
	if !arrive {
		d.github.AddHookFault(githubsim.HookFault{Kind: githubsim.HookLose, Count: -1})
	}
	d.mu.Lock()
	d.hooksOff = !arrive
	d.mu.Unlock()
}

// setRedis stops Redis, or starts it again with what was in it.
func (d *world) setRedis(on bool) error { //nolint:revive // it is the switch's own position
	d.mu.Lock()
	defer d.mu.Unlock()
	if on != d.redisOff {
		return nil // it is so already
	}
	if !on {
		d.redis.Close()
		d.redisOff = true
		return nil
	}
	if err := d.redis.Restart(); err != nil {
		return fmt.Errorf("start Redis again: %w", err)
	}
	d.redisOff = false
	return nil
}

// setSlipway kills slipway, or starts it again.
func (d *world) setSlipway(ctx context.Context, on bool) error {
	c := d.slipway()
	switch {
	case on == c.alive():
		return nil // it is so already
	case on:
		return d.startChild(ctx)
	}
	c.kill()
	return nil
}

// switches are how the switches stand.
type switches struct {
	Errors   bool `json:"errors"`
	Slow     bool `json:"slow"`
	FailNext bool `json:"fail_next"`
	Webhooks bool `json:"webhooks"`
	Redis    bool `json:"redis"`
	Slipway  bool `json:"slipway"`
}

func (d *world) switches() switches {
	look, alive := d.shop.look(), d.slipway().alive()
	d.mu.Lock()
	defer d.mu.Unlock()
	return switches{
		Errors: look.Failing, Slow: look.Slow, FailNext: d.failNext > 0,
		Webhooks: !d.hooksOff, Redis: !d.redisOff, Slipway: alive,
	}
}
