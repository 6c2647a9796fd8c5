package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// stepCase is one event in the life of a release.
type stepCase struct {
	name   string
	begin  func() bot.Release   // the release as it stands
	change func(r *bot.Release) // what is different with it; nil: nothing
	after  time.Duration        // how long it has stood so
	event  bot.Event
}

// TestSteps holds what follows from every event against files that are there to
// be read: what changes on the release, and what is to be done. Whatever a step
// does not do is in them too, since all that changes is written down.
func TestSteps(t *testing.T) {
	t.Parallel()
	for phase, cases := range map[bot.Phase][]stepCase{
		bot.Requested: requestedSteps(), bot.AwaitingApproval: slices.Concat(approvalSteps(), waitingSteps()), bot.Queued: queuedSteps(),
		bot.Dispatching: slices.Concat(recheckSteps(), dispatchingSteps()), bot.Running: slices.Concat(runningSteps(), runOverSteps()),
		bot.Verifying: verifyingSteps(), bot.Unknown: unknownSteps(), "ended": endedSteps(),
		"batch": batchSteps(),
	} {
		t.Run(string(phase), func(t *testing.T) {
			t.Parallel()
			var book strings.Builder
			for _, c := range cases {
				writeStep(t, &book, c)
			}
			golden.Check(t, filepath.Join("testdata", "steps", string(phase)+".golden"), book.String())
		})
	}
}

func writeStep(tb testing.TB, book *strings.Builder, c stepCase) {
	tb.Helper()
	r := c.begin()
	if c.change != nil {
		c.change(&r)
	}
	now := r.Since().Add(c.after)
	before := leaves(tb, r)
	next, effects := lifecycle.Next(r, c.event, now)
	after := leaves(tb, next)
	if diff := cmp.Diff(before, leaves(tb, r)); diff != "" {
		tb.Errorf("%s: the release that was given is changed (-want +got):\n%s", c.name, diff)
	}
	fmt.Fprintf(book, "# %s: %T after %s\n", c.name, c.event, c.after)
	for _, path := range slices.Sorted(maps.Keys(union(before, after))) {
		was, is := shown(before[path], now), shown(after[path], now)
		switch {
		case before[path] == after[path]:
		case is == "":
			fmt.Fprintf(book, "  %s: gone, was %s\n", path, was)
		case was == "":
			fmt.Fprintf(book, "  %s: %s\n", path, is)
		default:
			fmt.Fprintf(book, "  %s: %s -> %s\n", path, was, is)
		}
	}
	for _, e := range effects {
		does := bot.EffectKey(e)
		if next.Plan != nil {
			does = strings.Replace(does, next.Plan.Digest()[:12], "PLAN", 1)
		}
		fmt.Fprintf(book, "  do: %s\n", does)
	}
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// leaves are the single values in a release that are not empty, by their paths.
// Of a plan only the workflow file is one, of a decision what refuses.
func leaves(tb testing.TB, r bot.Release) map[string]string {
	tb.Helper()
	text, err := json.Marshal(r) //nolint:musttag // it is read by people only, under the names that the fields have
	if err != nil {
		tb.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		tb.Fatal(err)
	}
	if r.Plan != nil {
		tree["Plan"] = map[string]any{"WorkflowBlob": r.Plan.WorkflowBlob}
	}
	var refusals, phases []any
	for _, gate := range r.Decision.Refusals() {
		refusals = append(refusals, gate.Name)
	}
	for _, moment := range r.Moments {
		phases = append(phases, string(moment.Phase))
	}
	tree["Refusals"], tree["Decision"], tree["Moments"] = refusals, len(r.Decision.Gates), phases
	found := map[string]string{}
	collect(found, "", tree)
	for path, value := range found {
		if r.Plan != nil && value == r.Plan.Digest() {
			found[path] = "that of the plan"
		}
	}
	return found
}

func collect(into map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			collect(into, strings.TrimPrefix(path+"."+name, "."), inner)
		}
	case []any:
		for i, inner := range v {
			collect(into, path+"."+strconv.Itoa(i), inner)
		}
	case nil:
	default:
		if text := fmt.Sprint(v); text != "" && text != "0" && text != "false" && text != "0001-01-01T00:00:00Z" {
			into[path] = text
		}
	}
}

// shown writes a time as how far it is from now.
func shown(value string, now time.Time) string {
	if t, err := time.Parse(time.RFC3339Nano, value); err == nil {
		return fmt.Sprintf("%+v", t.Sub(now))
	}
	return value
}

// begins gives a release that some events have brought where it stands, each a
// second after the other.
func begins(kind bot.Kind, change func(*bot.Release), events ...bot.Event) func() bot.Release {
	return func() bot.Release {
		now, r := start, newRelease(kind)
		if change != nil {
			change(&r)
		}
		r, _ = walk(r, &now, events...)
		return r
	}
}

func resolvedAs(plan bot.Plan) bot.Event { return bot.Resolved{Plan: plan} }

func gateThat(name string, outcome bot.Outcome, passed ...string) bot.Gate {
	return bot.Gate{Name: name, Outcome: outcome, Reason: name + " says so.", Mend: "Mend " + name + ".", Emergency: len(passed) > 0}
}

func emergencyAsked(r *bot.Release) { r.Emergency.Asked = true }

// reviewed is a plan whose emergencies are signed off within a day.
func reviewed(p bot.Plan) bot.Plan {
	p.Settings.Rules.Emergency, p.Settings.Rules.Review = []string{"sre"}, 24*time.Hour
	return p
}

// branched is a plan for the tip of a branch.
func branched(p bot.Plan) bot.Plan {
	p.Commit.TipOf = "main"
	return p
}

var (
	cleo      = bot.Person{ID: "U03CLEO", Name: "cleo"}
	runBegins = bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress, HeadSHA: "head"}
)
