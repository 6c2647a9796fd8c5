package main

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot/doctor"
)

// Whatever does not answer is waited for only so long, and what is said of it names it.
func TestDoctor_IsBounded(t *testing.T) {
	t.Parallel()
	hang := check{"slow", "acme/api", func(context.Context) []doctor.Finding { select {} }}
	panics := check{"broken", "", func(context.Context) []doctor.Finding { panic("a fault") }}
	fine := check{"fine", "", func(context.Context) []doctor.Finding { return []doctor.Finding{{Check: "fine"}} }}
	found := atOnce(t.Context(), []check{hang, panics, fine}, 10*time.Millisecond)
	if len(found) != 3 || found[0] != doctor.Overdue("slow", "acme/api") || found[1] != doctor.Broken("broken", "") || found[2].Check != "fine" {
		t.Errorf("%+v", found)
	}
}

// What comes after its time reaches nobody: neither is it taken for an answer, nor does
// it change what somebody reads meanwhile (which the race detector would tell).
func TestDoctor_WhatOverrunsIsLeftAlone(t *testing.T) {
	t.Parallel()
	late, over := make(chan struct{}), make(chan struct{})
	replies := answered(t.Context(), 3, 10*time.Millisecond, func(_ context.Context, i int) (string, error) {
		if i == 1 {
			defer close(over)
			<-late
		}
		return strconv.Itoa(i), nil
	})
	close(late)
	for i, r := range replies {
		if want := strconv.Itoa(i); i != 1 && (r.value != want || r.err != nil) || i == 1 && (r.value != "" || r.err == nil) {
			t.Errorf("%d: %+v", i, r)
		}
	}
	<-over
}

// Of many that do not answer each is named, those too for which no time was left, and
// what others answered is not lost: the time of all ends within an area.
func TestDoctor_EachOfManyIsNamed(t *testing.T) {
	t.Parallel()
	within, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	checks := []check{{"fine", "", func(context.Context) []doctor.Finding { return []doctor.Finding{{Check: "fine"}} }}}
	for i := range 50 {
		checks = append(checks, check{"slow", fmt.Sprint("acme/", i), func(context.Context) []doctor.Finding { select {} }})
	}
	area := check{"area", "", func(context.Context) []doctor.Finding { return each(within, checks) }}
	began := time.Now()
	found := atOnce(t.Context(), []check{area}, 20*time.Millisecond+3*grace)
	if took := time.Since(began); took > 3*grace {
		t.Errorf("it took %s", took)
	}
	if len(found) != 51 || found[0].Check != "fine" {
		t.Fatalf("%d are found: %+v", len(found), found)
	}
	for i, f := range found[1:] {
		if f != doctor.Overdue("slow", fmt.Sprint("acme/", i)) {
			t.Errorf("%d: %+v", i, f)
		}
	}
}
