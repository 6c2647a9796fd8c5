package state_test

import (
	"context"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func doubtCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a doubt is raised, looked at and ended": doubtLife,
		"a source is compared once for all":      comparedOnce,
	}
}

func (f fixture) doubts() []bot.Doubt {
	f.Helper()
	doubts, err := f.Doubts(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	return doubts
}

func doubtLife(f fixture) {
	ctx := context.Background()
	at := time.UnixMilli(1763964000123).UTC()
	first := bot.Doubt{
		Target: bot.Target{Service: "api", Environment: "production"}, About: "runs of acme/api deploy.yml", Of: "life 1", Release: "api-7",
		Says: "it says", Mend: "it mends", Since: at,
	}
	raise := func(d bot.Doubt) {
		f.Helper()
		if err := f.Raise(ctx, d); err != nil {
			f.Fatal(err)
		}
	}
	raise(first)
	again := first
	again.Says, again.Since = "it says more", at.Add(time.Hour)
	raise(again) // which changes nothing
	other := first
	other.Target.Service = "web"
	raise(other)
	if diff := cmp.Diff([]bot.Doubt{first, other}, f.doubts()); diff != "" {
		f.Errorf("raised (-want +got):\n%s", diff)
	}
	states, err := f.Targets(ctx, []bot.Target{first.Target})
	if err != nil || len(states[0].Doubts) != 1 {
		f.Errorf("the target: %+v, %v", states, err)
	}

	look := bot.Look{By: bot.Person{ID: "U2", Name: "ben"}, At: at.Add(time.Minute)}
	for _, want := range []bool{true, false} { // once
		if got, err := f.Look(ctx, first, look); err != nil || got != want {
			f.Errorf("Look = %t, %v, want %t", got, err, want)
		}
	}
	raise(first) // which stays looked at
	first.Looked = look
	if diff := cmp.Diff([]bot.Doubt{first, other}, f.doubts()); diff != "" {
		f.Errorf("looked at (-want +got):\n%s", diff)
	}
	if states, err := f.Targets(ctx, []bot.Target{first.Target}); err != nil || len(states[0].Doubts) != 0 {
		f.Errorf("the target: %+v, %v", states, err)
	}

	second := again
	second.Of = "life 2"
	raise(second) // another time, at which nobody has looked
	if got, err := f.Look(ctx, first, look); err != nil || got {
		f.Errorf("somebody looked at the first, which counts for the second: %v", err)
	}
	if diff := cmp.Diff([]bot.Doubt{second, other}, f.doubts()); diff != "" {
		f.Errorf("another time (-want +got):\n%s", diff)
	}
	for range 2 {
		if err := f.Lift(ctx, second); err != nil {
			f.Error(err)
		}
	}
	if diff := cmp.Diff([]bot.Doubt{other}, f.doubts()); diff != "" {
		f.Errorf("ended (-want +got):\n%s", diff)
	}
}

func comparedOnce(f fixture) {
	ctx := context.Background()
	if err := f.NoteCompared(ctx, "acme/api deploy.yml", "life 1"); err != nil {
		f.Fatal(err)
	}
	for _, tt := range []struct {
		source, life string
		want         bool
	}{{"acme/api deploy.yml", "life 1", true}, {"acme/api deploy.yml", "life 2", false}, {"acme/web deploy.yml", "life 1", false}} {
		if got, err := f.Compared(ctx, tt.source, tt.life); err != nil || got != tt.want {
			f.Errorf("Compared(%s, %s) = %t, %v", tt.source, tt.life, got, err)
		}
	}
}
