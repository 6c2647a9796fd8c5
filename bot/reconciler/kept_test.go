package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestWhatSomebodyLookedAtIsNotAskedAgain: however long ago, as long as it is what may be
// live; of what came since only that is asked. What a release has replaced is forgotten
// after a week, and so is what is about no target of slipway.yaml any more.
func TestWhatSomebodyLookedAtIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	entry := bot.Past{Release: "api-9", Phase: bot.Succeeded, Arrival: bot.MayHaveCome, Beside: bot.Beside{What: bot.BesideRun, Who: "mona", Of: "deploy.yml", Entry: "api-9"}}
	live := bot.Past{Release: "api-3", Phase: bot.Succeeded, Arrival: bot.Arrived}
	newer := bot.Past{Release: "api-10", Phase: bot.Succeeded, Arrival: bot.Arrived}
	broken := bot.Past{Release: "api-11", Phase: bot.Failed, Arrival: bot.MayHaveCome}
	staging := at("api", "staging")
	for name, tt := range map[string]struct {
		target  bot.Target
		history []bot.Past
		age     time.Duration
		kept    bool
	}{
		"it may be live":                       {staging, []bot.Past{entry, live}, 20 * 24 * time.Hour, true},
		"what came after it broke off":         {staging, []bot.Past{broken, entry, live}, 20 * 24 * time.Hour, true},
		"it is not entered yet":                {staging, []bot.Past{live}, 20 * 24 * time.Hour, true},
		"a release came after it":              {staging, []bot.Past{newer, entry, live}, 8 * 24 * time.Hour, false},
		"a release came after it, a day ago":   {staging, []bot.Past{newer, entry, live}, 24 * time.Hour, true},
		"one came after it, and it is let go":  {staging, []bot.Past{newer}, 8 * 24 * time.Hour, false},
		"it is about a target that is no more": {at("api", "canary"), []bot.Past{entry}, 8 * 24 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPage()
				p.history[tt.target] = tt.history
				looked := bot.Look{By: bot.Person{ID: "U02BEN"}, At: time.Now().Add(-tt.age)}
				_, _ = p.doubts.Look(t.Context(), bot.Doubt{Target: tt.target, About: "beside", Of: "1", Beside: entry.Beside}, looked)
				p.reconciler(t).sayDoubts(t, time.Hour)
				if kept := len(mustDoubts(t, p)) == 1; kept != tt.kept {
					t.Errorf("kept %v", mustDoubts(t, p))
				}
			})
		})
	}
}

// TestWhereAnEntryStands: by its place in the history or, when it was let go among many,
// by what came later.
func TestWhereAnEntryStands(t *testing.T) {
	t.Parallel()
	beside := func(n int) bot.Past {
		return bot.Past{Release: fmt.Sprintf("api-%d", n), Arrival: bot.MayHaveCome, Beside: bot.Beside{What: bot.BesideRun}}
	}
	came := func(n int) bot.Past {
		return bot.Past{Release: fmt.Sprintf("api-%d", n), Phase: bot.Succeeded, Arrival: bot.Arrived}
	}
	var many []bot.Past
	for n := range besideDepth {
		many = append(many, beside(500-n))
	}
	for name, tt := range map[string]struct {
		history []bot.Past
		want    place
	}{
		"nothing has come yet":                   {nil, notYet},
		"only what came before it":               {[]bot.Past{beside(8), came(3)}, notYet},
		"it is the last":                         {[]bot.Past{beside(9), came(3)}, onTop},
		"another one came past slipway":          {[]bot.Past{beside(12), beside(9), came(3)}, onTop},
		"a release came":                         {[]bot.Past{came(12), beside(9)}, replaced},
		"so many came past slipway":              {many, onTop},
		"it is let go, and others are there":     {[]bot.Past{beside(12), came(3)}, onTop},
		"it is let go, and a release came":       {[]bot.Past{beside(13), came(12), beside(11)}, replaced},
		"it is let go, and many since a release": {append([]bot.Past{came(600)}, many...), replaced},
	} {
		if got := standsIn(tt.history, "api-9"); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// counting counts what is asked about people.
type counting struct{ accounts, groups int }

func (c *counting) HasLeft(context.Context, bot.Person) (bool, []string) {
	c.accounts++
	return false, nil
}

func (c *counting) GroupsWith(_ context.Context, groups []string, _ bot.Person) (in, unread []string) {
	c.groups++
	return groups, nil
}

// TestALookAtManyTargetsAsksOnce: whose word counts is found out by one question, whatever
// the number of targets.
func TestALookAtManyTargetsAsksOnce(t *testing.T) {
	t.Parallel()
	var declared strings.Builder
	targets := 0
	for n := range 40 {
		fmt.Fprintf(&declared, "\n  s%d: {repo: acme/api, workflow: deploy.yml, environments: {production: {deployers: [ops], approvals: {count: 1, from: [sre]}}}}", n)
		targets++
	}
	p, asked := newPast(), &counting{}
	c := bottest.Declare(t, shipped+declared.String()+"\n")
	rc := New(c, Ports{Clock: clock{}, Doubts: p, Aside: p, Releases: p, People: asked, Voice: &voice{}}, slog.New(slog.DiscardHandler))
	for n := range targets {
		_ = p.Raise(t.Context(), bot.Doubt{Target: at(fmt.Sprintf("s%d", n), "production"), About: "runs", Of: "1", Says: "it is odd"})
	}
	mark := bot.Doubt{About: "runs", Of: "1"}.Mark()
	done, err := rc.Looked(t.Context(), bot.LookWish{Mark: mark, By: bot.Person{ID: "U01ANNA"}})
	if err != nil || len(done.Released) != targets || asked.accounts != 1 || asked.groups != 1 {
		t.Errorf("released %d of %d, asked %+v, %v", len(done.Released), targets, asked, err)
	}
	if done, err = rc.Looked(t.Context(), bot.LookWish{Mark: mark, By: bot.Person{ID: "U01ANNA"}}); err != nil || len(done.Released) != 0 || asked.accounts != 1 {
		t.Errorf("where nothing is left to look at: %+v, asked %+v, %v", done, asked, err)
	}
}
