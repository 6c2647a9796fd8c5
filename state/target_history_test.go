package state_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// What a rollback, a deploy and the board need of a target's past survives any number of
// entries that came after it, whoever made them, and what is kept has a bound.
func keptCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"what is done past slipway pushes no release out":    besidesApart,
		"what is needed stays, whatever came after it":       neededStays,
		"so does what an earlier version stored":             neededOfBefore,
		"whatever comes, what is live and the ways back are": neededOfAnything,
	}
}

// came is a release that ended, with what it did to the target.
type came struct {
	kind    bot.Kind
	beside  bool
	healthy bool
	sha     string
	run     bot.Run
	phase   bot.Phase
}

func well(sha string) came {
	return came{kind: bot.Deploy, healthy: true, sha: sha, phase: bot.Succeeded, run: bot.Run{Conclusion: bot.ConclusionSuccess}}
}

var (
	brokeOff = came{kind: bot.Deploy, sha: "broken", phase: bot.Failed, run: bot.Run{Conclusion: bot.ConclusionFailure, Jobs: []bot.Job{{Name: "deploy", Status: bot.RunCompleted, Conclusion: bot.ConclusionFailure}}}}
	nothing  = came{kind: bot.Deploy, sha: "nothing", phase: bot.Failed, run: bot.Run{Conclusion: bot.ConclusionStartupFailure}}
	beside   = came{kind: bot.Adopt, beside: true, phase: bot.Succeeded}
	adopted  = came{kind: bot.Adopt, sha: "adopted", phase: bot.Succeeded}
)

// comes lets a release come and end.
func (f fixture) comes(n int, c came) string {
	f.Helper()
	d := draft("api", keyOf(n))
	d.Kind = c.kind
	if c.beside {
		d.Beside = bot.Beside{What: bot.BesideRun, Who: "mona", Of: "deploy.yml", Came: bot.MayHaveCome}
	}
	claimed := f.claim(f.create(d).ID)
	r := &claimed.Release
	r.Plan = &bot.Plan{Target: d.Target, Commit: bot.Commit{SHA: c.sha}}
	r.Healthy = c.healthy
	if c.kind != bot.Adopt {
		r.Run = c.run
		r.Run.ID, r.Run.Status = int64(1000+n), bot.RunCompleted
		r.Run.Listed = true
	}
	f.enter(&claimed, c.phase)
	f.handBack(claimed, time.Time{})
	return r.ID
}

func (f fixture) keeping(n int) fixture {
	f.Helper()
	f.options.KeepHistory = n
	f.Store = f.open(f)
	return f
}

func (f fixture) wholeHistory() []bot.Past {
	f.Helper()
	past, err := f.History(context.Background(), draft("api", "").Target, bot.WayBackDepth)
	if err != nil {
		f.Fatal(err)
	}
	return past
}

func besidesApart(f fixture) {
	f = f.keeping(5)
	n := 0
	next := func(c came) string { n++; return f.comes(n, c) }
	first := next(well("first"))
	second := next(well("second"))
	for range 130 {
		next(beside)
	}
	past := f.wholeHistory()
	own := slices.DeleteFunc(slices.Clone(past), func(p bot.Past) bool { return p.Beside.Happened() })
	if len(own) != 2 || own[0].Release != second || own[1].Release != first || len(past) != 102 {
		f.Errorf("%d entries are kept, and of slipway's own %+v", len(past), own)
	}
	if to, found := policy.RollbackTarget(past, "second"); !found || to.Release != first {
		f.Errorf("a rollback goes to %+v, %v", to, found)
	}
	for range 8 { // each sweeps some
		next(brokeOff)
	}
	if fields := f.Client().HLen(context.Background(), f.findKey("*past")).Val(); fields > 100+5+3 {
		f.Errorf("what the history tells is kept of %d releases", fields)
	}
}

func neededStays(f fixture) {
	f = f.keeping(3)
	n := 0
	next := func(c came) string { n++; return f.comes(n, c) }
	kept := func(what string, want ...string) {
		f.Helper()
		var ids []string
		for _, p := range f.wholeHistory() {
			ids = append(ids, p.Release)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			f.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	a, b := next(well("a")), next(well("b"))
	var last []string
	for range 10 {
		last = append([]string{next(brokeOff)}, last...)
	}
	kept("after some that broke off", append(last[:3:3], b, a)...)
	again := next(well("a"))
	for range 10 {
		last = append([]string{next(nothing)}, last...)
	}
	kept("after some that did nothing", append(last[:3:3], again, b)...)
	for i := range 30 {
		last = append([]string{next(well(fmt.Sprintf("c%d", i)))}, last...)
	}
	kept("after many that are healthy", last[:20]...)
	if _, err := f.Release(context.Background(), a); bot.KindOf(err) != bot.NotFound {
		f.Errorf("a release that nobody needs: %v", err)
	}
}

// neededOfBefore: what was stored before it was noted what a release is to others.
func neededOfBefore(f fixture) {
	f = f.keeping(3)
	ctx := context.Background()
	a, b := f.comes(1, well("a")), f.comes(2, well("b"))
	control, needed := f.findKey("{*control"), f.findKey("*needed:*")
	for _, id := range []string{a, b} {
		if err := f.Client().HDel(ctx, control, id+":needed").Err(); err != nil {
			f.Fatal(err)
		}
	}
	if err := f.Client().Del(ctx, needed).Err(); err != nil {
		f.Fatal(err)
	}
	for n := range 10 {
		f.comes(3+n, brokeOff)
	}
	past := f.wholeHistory()
	if to, found := policy.RollbackTarget(past, "b"); !found || to.Release != a || len(past) != 5 {
		f.Errorf("a rollback goes to %+v, %v, of %d", to, found, len(past))
	}
}

// neededOfAnything compares what is kept with a history that forgets nothing.
func neededOfAnything(f fixture) {
	if f.kind == "cluster" {
		f.Skip("SKIPPED: the scripts are those of one server, and this asks much of it")
	}
	const keep = 4
	f = f.keeping(keep)
	rnd := rand.New(rand.NewPCG(1, 2))
	kinds := []func() came{
		func() came { return well(fmt.Sprintf("c%d", rnd.IntN(9))) }, func() came { return brokeOff }, func() came { return nothing },
		func() came { return beside }, func() came { return adopted },
		func() came { c := well("unproven"); c.healthy = false; return c },
	}
	var all []bot.Past
	for n := range 150 {
		kind := kinds[rnd.IntN(len(kinds))]
		if n%50 > 20 { // a long row of one kind
			kind = kinds[1+n/50]
		}
		id := f.comes(n, kind())
		past := f.wholeHistory()
		if past[0].Release != id {
			f.Fatalf("the last is %s, not %s", past[0].Release, id)
		}
		all = append([]bot.Past{past[0]}, all...)
		if diff := cmp.Diff(idsOf(bot.LiveOf(all)), idsOf(bot.LiveOf(past))); diff != "" {
			f.Fatalf("after %d, what is live (-want +got):\n%s", n, diff)
		}
		if diff := cmp.Diff(waysBack(all), waysBack(past)); diff != "" {
			f.Fatalf("after %d, the ways back (-want +got):\n%s", n, diff)
		}
		if len(past) > keep+100+9+3 {
			f.Fatalf("%d are kept", len(past))
		}
	}
}

func idsOf(l bot.Live) (ids [2]string) {
	for i, p := range []*bot.Past{l.Newest, l.Sure} {
		if p != nil {
			ids[i] = p.Release
		}
	}
	return ids
}

// waysBack are the commits that a rollback may go to, each by its newest release.
func waysBack(history []bot.Past) string {
	var ways []string
	seen := map[string]bool{}
	for _, p := range policy.WaysBack(history) {
		if !seen[p.SHA] {
			ways = append(ways, p.Release)
		}
		seen[p.SHA] = true
	}
	return strings.Join(ways[:min(len(ways), 20)], " ")
}
