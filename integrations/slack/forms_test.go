package slack_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func TestRejectAsksWhy(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Reject"); err != nil {
		t.Fatal(err)
	}
	r.opened(t, bob)
	r.store.set(nil, errStoreGone)
	if _, err := r.sim.SubmitView(within(t), bob, map[string]string{"reason": "not on a Friday"}); err != nil {
		t.Fatal(err)
	}
	if view, open := r.sim.Modal(bob); !open || !strings.Contains(view.Errors["reason"], "Not confirmed") {
		t.Fatalf("the form does not say that nothing was stored: %+v", view.Errors)
	}
	r.store.set(bot.Done{Says: "rejected"}, nil)
	if _, err := r.sim.SubmitView(within(t), bob, map[string]string{"reason": "not on a Friday"}); err != nil {
		t.Fatal(err)
	}
	if _, open := r.sim.Modal(bob); open {
		t.Error("the form is still open")
	}
	r.waitFor(t, deploys, "Rejected")
	_, clicks := r.store.given()
	got := clicks[len(clicks)-1]
	if got.Action != bot.ActReject || got.Reason != "not on a Friday" || got.Release != "api-142" || got.Reply.Channel != deploys || got.Key == "" {
		t.Errorf("click = %+v", got)
	}
}

func TestDeployForm(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.Form{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}}, nil)
	if d, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil || d.Body != "" {
		t.Fatalf("Command = %+v, %v", d, err)
	}
	r.opened(t, ann)
	r.store.set(bot.Problem{Says: "There is no `mian`.", Field: bot.FieldRef}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production", "ref": "mian"}); err != nil {
		t.Fatal(err)
	}
	if view, open := r.sim.Modal(ann); !open || view.Errors["ref"] != "There is no mian." {
		t.Fatalf("the form does not complain: %+v", view)
	}
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"ref": "two words"}); err == nil {
		t.Fatal("what cannot be the name of anything was offered")
	}
	r.store.set(bot.Accepted{Release: release()}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production", "ref": "main", "reason": "a hot fix"}); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, deploys, "Got it")
	forms := r.store.submitted()
	if len(forms) != 2 || !strings.HasPrefix(forms[1].Key, "view.V") {
		t.Fatalf("forms = %+v", forms)
	}
	person := bot.Person{ID: ann, Name: "anna"}
	want := bot.Submission{
		Entry: bot.DeployEntry{Target: bot.Target{Service: "api", Environment: "production"}, Ref: "main", Reason: "a hot fix"},
		By:    person, Source: bot.FromCommand, Key: forms[1].Key, Reply: bot.Reply{To: person, Channel: deploys},
	}
	if diff := cmp.Diff(want, forms[1]); diff != "" {
		t.Errorf("submission (-want +got):\n%s", diff)
	}
}

// TestFormStaysOpenUntilItIsRight: what is refused is said at the field, and what is
// sent after that counts again.
func TestFormStaysOpenUntilItIsRight(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.Form{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"production"}}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil {
		t.Fatal(err)
	}
	r.opened(t, ann)
	r.store.set(bot.Problem{Says: "There is no service `api`.", Mends: []string{"The services are web and shop."}}, nil)
	for range 2 {
		if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production"}); err != nil {
			t.Fatal(err)
		}
		if view, open := r.sim.Modal(ann); !open || view.Errors["target"] != "There is no service api. The services are web and shop." {
			t.Errorf("the form says %q", view.Errors)
		}
	}
	r.store.set(bot.Done{Says: "taken"}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production"}); err != nil {
		t.Fatal(err)
	}
	if _, open := r.sim.Modal(ann); open {
		t.Error("the form is still open")
	}
	keys := map[string]bool{}
	for _, f := range r.store.submitted() {
		keys[f.Key] = true
	}
	if len(keys) != 3 {
		t.Errorf("three submissions have the keys %v", keys)
	}
}

// TestTargetLeadsToReleases: where it is not said what is to be taken back, it is
// chosen first, and the releases replace that form.
func TestTargetLeadsToReleases(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.TargetForm{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/rollback", ""); err != nil {
		t.Fatal(err)
	}
	r.opened(t, ann)
	target := bot.Target{Service: "api", Environment: "production"}
	r.store.set(bot.RollbackForm{Target: target, Now: time.Now(), Past: []bot.Past{{Release: "api-140", SHA: "a1b2c3d4"}}}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"Where": "api production"}); err != nil {
		t.Fatal(err)
	}
	if view, _ := r.sim.Modal(ann); view.CallbackID != blocks.FormBack || !strings.Contains(string(view.Blocks), "api-140") {
		t.Fatalf("the form is %s", view.Blocks)
	}
	r.store.set(bot.Done{Says: "taken"}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"Go back to": "api-140", "Why": "it broke"}); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, deploys, "Taken")
	var entries []bot.Entry
	for _, f := range r.store.submitted() {
		entries = append(entries, f.Entry)
	}
	want := []bot.Entry{bot.TargetEntry{Target: target}, bot.RollbackEntry{Target: target, To: "api-140", Reason: "it broke"}}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("entered (-want +got):\n%s", diff)
	}
}

// TestTheNextFormStaysTheNext: who chooses where and goes on at once has the releases before
// them, whatever of the first form was still being drawn at that moment.
func TestTheNextFormStaysTheNext(t *testing.T) {
	t.Parallel()
	for name, held := range map[string]int32{"before it is drawn the first time": 1, "before it is drawn the second time": 2} {
		for way, o := range bothWays() {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				var calls atomic.Int32
				begun, letGo := make(chan struct{}), make(chan struct{})
				r := newRigBehind(t, o, func(sim http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
						if strings.HasSuffix(req.URL.Path, "/views.update") && calls.Add(1) == held {
							close(begun)
							<-letGo
						}
						sim.ServeHTTP(w, req)
					})
				})
				r.store.set(bot.TargetForm{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}}, nil)
				if _, err := r.sim.Command(within(t), ann, deploys, "/rollback", ""); err != nil {
					t.Fatal(err)
				}
				r.opened(t, ann)
				r.chooses(t, "Where", "api production")
				<-begun
				r.store.set(bot.RollbackForm{Target: bot.Target{Service: "api", Environment: "production"}, Now: time.Now(), Past: []bot.Past{{Release: "api-140", SHA: "a1b2c3d4"}}}, nil)
				if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"Where": "api production"}); err != nil {
					t.Fatal(err)
				}
				close(letGo)
				if err := r.inbound.Close(within(t)); err != nil {
					t.Fatal(err)
				}
				if view, _ := r.sim.Modal(ann); view.CallbackID != blocks.FormBack || !strings.Contains(string(view.Blocks), "api-140") {
					t.Fatalf("the first form is drawn over the next one: %s", view.Blocks)
				}
				r.store.set(bot.Done{Says: "taken"}, nil)
				if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"Go back to": "api-140"}); err != nil {
					t.Fatal(err)
				}
				r.waitFor(t, deploys, "Taken")
			})
		}
	}
}

// TestTheNextFormWaitsForADrawing: what is being drawn for good when the form is sent is
// at Slack before the next form is.
func TestTheNextFormWaitsForADrawing(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	forced := make(chan struct{})
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "/views.update") {
				switch calls.Add(1) {
				case 1: // somebody else has drawn the form since the choice
					w.Header().Set("Content-Type", "application/json")
					_, _ = w.Write([]byte(`{"ok":false,"error":"hash_conflict"}`))
					return
				case 2:
					close(forced)
					<-time.After(50 * time.Millisecond)
				}
			}
			sim.ServeHTTP(w, req)
		})
	})
	r.store.set(bot.TargetForm{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"production", "staging"}}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/rollback", ""); err != nil {
		t.Fatal(err)
	}
	r.opened(t, ann)
	r.chooses(t, "Where", "api production")
	<-forced
	r.store.set(bot.RollbackForm{Target: bot.Target{Service: "api", Environment: "production"}, Now: time.Now(), Past: []bot.Past{{Release: "api-140", SHA: "a1b2c3d4"}}}, nil)
	if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"Where": "api production"}); err != nil {
		t.Fatal(err)
	}
	if err := r.inbound.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	if view, _ := r.sim.Modal(ann); view.CallbackID != blocks.FormBack {
		t.Errorf("the first form is drawn over the next one: %s", view.Blocks)
	}
}

func TestFormThatCannotBeOpenedSaysWhatToType(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.Inject(slacksim.Fault{Method: "views.open", Error: "expired_trigger_id"})
	r.store.set(bot.Form{Names: bot.SlashNames{Deploy: "/ship"}, Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging"}}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, deploys, "/ship SERVICE")
}
