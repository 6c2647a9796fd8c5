package slack_test

import (
	"context"
	"errors"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestPromise7_WhatComesTooLateIsNotShown: a post or an edit that may not leave any
// more does not, and says so.
func TestPromise7_WhatComesTooLateIsNotShown(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	late := &bot.Error{Kind: bot.NeverSent, Says: "it is too late"}
	tooLate := func(context.Context) error { return late }
	inTime := func(context.Context) error { return nil }
	if _, err := r.sender.Post(within(t), cardMessage(release()), tooLate); !errors.Is(err, late) {
		t.Errorf("Post = %v", err)
	}
	ref, err := r.sender.Post(within(t), cardMessage(release()), inTime)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.sender.Edit(within(t), ref, cardMessage(release()), tooLate); !errors.Is(err, late) {
		t.Errorf("Edit = %v", err)
	}
	if err := r.sender.Edit(within(t), ref, cardMessage(release()), inTime); err != nil {
		t.Errorf("Edit = %v", err)
	}
	if posts, edits := r.sim.Count("chat.postMessage"), r.sim.Count("chat.update"); posts != 1 || edits != 1 {
		t.Errorf("%d posts and %d edits arrived", posts, edits)
	}
}
