package slack_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestManyTargetsAreSearched: of more targets than a menu holds those are offered that fit
// what is typed; what is chosen leads to the refs and the plan of that target, and the
// form that asks where to roll back does the same.
func TestManyTargetsAreSearched(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			var choices []bot.FormChoice
			var targets []bot.Target
			long := strings.Repeat("s", 30)
			for i := range 500 {
				service := long + "-" + strconv.Itoa(i)
				choices = append(choices, bot.FormChoice{Service: service, Environments: []string{"production"}})
				targets = append(targets, bot.Target{Service: service, Environment: "production"})
			}
			r.forms.set(func(f *forms) {
				f.targets = targets
				f.foresee = func(_ context.Context, s bot.Submission) (bot.Answer, error) {
					return bot.Problem{Says: "Foreseen for " + targetOf(s.Entry).String() + "."}, nil
				}
			})
			last := targets[499]
			r.store.set(bot.Form{Choices: choices, Chosen: targets[400]}, nil)
			if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil {
				t.Fatal(err)
			}
			r.formShows(t, "Foreseen for "+targets[400].String())
			offers, d, err := r.sim.Suggest(within(t), ann, "target", "")
			if err != nil || len(offers) < 50 || len(d.Body) >= 20_000 {
				t.Fatalf("%d are offered, %d bytes: %v", len(offers), len(d.Body), err)
			}
			r.forms.set(func(f *forms) { f.targets = targets[499:] })
			r.chooses(t, "target", last.String())
			r.formShows(t, "Foreseen for "+last.String())
			if _, _, err := r.sim.Suggest(within(t), ann, "ref", "ma"); err != nil {
				t.Fatal(err)
			}
			if typed, _ := r.forms.asked(); typed.Target != last || typed.Text != "ma" {
				t.Errorf("refs are asked for %+v", typed)
			}
			r.store.set(bot.TargetForm{Choices: choices}, nil)
			if _, err := r.sim.Command(within(t), ann, deploys, "/rollback", ""); err != nil {
				t.Fatal(err)
			}
			if err := r.sim.Until(within(t), func() bool { v, _ := r.sim.Modal(ann); return v.CallbackID == blocks.FormTarget }); err != nil {
				t.Fatal(err)
			}
			r.chooses(t, "target", last.String())
			r.formShows(t, "Foreseen for "+last.String())
		})
	}
}

func targetOf(e bot.Entry) bot.Target {
	switch e := e.(type) {
	case bot.DeployEntry:
		return e.Target
	case bot.TargetEntry:
		return e.Target
	case bot.RollbackEntry:
		return e.Target
	case bot.IncidentEntry:
	}
	return bot.Target{}
}

// TestWhatIsWrongIsSaidAtEachField: at the fields that there are; what is about none of
// them is said at the first.
func TestWhatIsWrongIsSaidAtEachField(t *testing.T) {
	t.Parallel()
	r := withForm(t, slacksim.Options{})
	r.store.set(bot.Problem{
		Says: "api → production is locked by <!channel>.", Field: bot.FieldTarget, Mends: []string{"Ask `ben`."},
		Beside: []bot.FieldFault{{Field: bot.FieldReason, Says: "Say why."}, {Field: bot.FieldRef, Says: "No `mian`."}, {Field: "nowhere", Says: "And that."}},
	}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production"}); err != nil {
		t.Fatal(err)
	}
	view, open := r.sim.Modal(ann)
	want := map[string]string{"target": "api → production is locked by <!channel>. Ask ben. And that.", "reason": "Say why.", "ref": "No mian."}
	if diff := cmp.Diff(want, view.Errors); !open || diff != "" {
		t.Errorf("the form says (-want +got):\n%s", diff)
	}
	target := bot.Target{Service: "api", Environment: "production"}
	r.store.set(bot.RollbackForm{Target: target, Now: time.Now(), Past: []bot.Past{{Release: "api-140", SHA: "a1b2c3d4"}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/rollback", "api production to list"); err != nil {
		t.Fatal(err)
	}
	if err := r.sim.Until(within(t), func() bool { v, _ := r.sim.Modal(ann); return v.CallbackID == blocks.FormBack }); err != nil {
		t.Fatal(err)
	}
	r.store.set(bot.Problem{Says: "The checks of a1b2c3d failed.", Field: bot.FieldRef}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"Go back to": "api-140"}); err != nil {
		t.Fatal(err)
	}
	if view, _ := r.sim.Modal(ann); view.Errors["target"] != "The checks of a1b2c3d failed." {
		t.Errorf("a form without a field for refs says %v", view.Errors)
	}
}

// TestAFormThatIsClosedIsLeftAlone: whoever closes a form while it is worked out what it
// would do sees nothing more of it, and nothing is complained of.
func TestAFormThatIsClosedIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := withForm(t, slacksim.Options{})
	working, release := make(chan struct{}), make(chan struct{})
	r.forms.set(func(f *forms) {
		f.foresee = func(context.Context, bot.Submission) (bot.Answer, error) {
			close(working)
			<-release
			return bot.Problem{Says: "Foreseen."}, nil
		}
	})
	r.chooses(t, "target", "api staging")
	<-working
	if _, err := r.sim.CloseView(within(t), ann); err != nil {
		t.Fatal(err)
	}
	close(release)
	if err := r.inbound.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	if view, open := r.sim.Modal(ann); open {
		t.Errorf("it came back: %+v", view)
	}
	if said := r.logs.String(); strings.Contains(said, "could not be drawn") {
		t.Errorf("the log complains: %s", said)
	}
}
