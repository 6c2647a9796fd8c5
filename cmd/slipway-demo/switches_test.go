package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestSwitches breaks the world by each switch, and finds that slipway says so.
func TestSwitches(t *testing.T) {
	t.Parallel()
	s, _ := newPlayed(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	w := s.world
	if err := prologue(ctx, w); err != nil {
		t.Fatal(err)
	}
	turn := func(name string, on bool) {
		t.Helper()
		if err := w.turn(ctx, name, on); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	deploysTo := func(ends string) {
		t.Helper()
		if err := w.type_(ctx, cleo, "/deploy", "shop main to production --again"); err != nil {
			t.Fatal(err)
		}
		if err := w.benApproves(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.until(ctx, alerts, ends); err != nil {
			t.Fatal(err)
		}
	}
	turn("redis", false)
	d, err := w.slack.Command(ctx, anna, "C0DEPLOYS", "/deploy", "shop main to production")
	if err != nil || !strings.Contains(d.Shown, "Not confirmed") {
		t.Errorf("with Redis stopped anna reads %q, %v", d.Shown, err)
	}
	turn("redis", true)
	turn("fail_next", true)
	deploysTo("`shop-2`(?s:.*)deploy")
	if w.switches().FailNext {
		t.Error("the run after the failed one would fail, too")
	}
	turn("slow", true)
	if a := w.shop.answer(); a.takes != shopSlow {
		t.Errorf("slowed down the shop answers within %s", a.takes)
	}
	turn("slow", false)
	if got := w.switches(); got != (switches{Webhooks: true, Redis: true, Slipway: true}) {
		t.Errorf("in the end the switches stand at %+v", got)
	}
}
