package slack_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// forms is what answers while somebody fills in a form.
type forms struct {
	mu      sync.Mutex
	typed   []bot.Typing
	refs    []bot.KnownRef
	targets []bot.Target
	foresee func(context.Context, bot.Submission) (bot.Answer, error)
	hang    bool
}

func (f *forms) Suggest(ctx context.Context, t bot.Typing) ([]bot.KnownRef, error) {
	f.mu.Lock()
	f.typed = append(f.typed, t)
	refs, hang := f.refs, f.hang
	f.mu.Unlock()
	if hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return refs, nil
}

func (f *forms) Targets(t bot.Typing) []bot.Target {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.typed = append(f.typed, t)
	return f.targets
}

func (f *forms) Preview(ctx context.Context, s bot.Submission) (bot.Answer, error) {
	f.mu.Lock()
	foresee := f.foresee
	f.mu.Unlock()
	if foresee == nil {
		return bot.Problem{Says: "Nothing is foreseen."}, nil
	}
	return foresee(ctx, s)
}

func (f *forms) set(change func(*forms)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// asked is what was typed last.
func (f *forms) asked() (last bot.Typing, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.typed) == 0 {
		return bot.Typing{}, 0
	}
	return f.typed[len(f.typed)-1], len(f.typed)
}

// bothWays are the ways in which Slack reaches slipway.
func bothWays() map[string]slacksim.Options {
	return map[string]slacksim.Options{"http": {}, "socket": {AppToken: "xapp-1-test"}}
}

// withForm is a rig in which Ann has the form for a deploy before her.
func withForm(t *testing.T, o slacksim.Options) *rig {
	t.Helper()
	r := newRig(t, o)
	r.store.set(bot.Form{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil {
		t.Fatal(err)
	}
	r.opened(t, ann)
	return r
}

func (r *rig) chooses(t *testing.T, field, value string) {
	t.Helper()
	if d, err := r.sim.Choose(within(t), ann, field, value); err != nil || !d.Good() {
		t.Fatalf("choose %s: %v, %v", value, d, err)
	}
}

func (r *rig) formShows(t *testing.T, text string) {
	t.Helper()
	if err := r.sim.Until(within(t), func() bool { return strings.Contains(r.sim.ModalText(ann), text) }); err != nil {
		t.Fatalf("the form does not show %q:\n%s", text, r.sim.ModalText(ann))
	}
}

// TestAFieldOffersWhatThereIs: by either way, for the target that was chosen, within
// Slack's limits, and what was typed can be taken as it is.
func TestAFieldOffersWhatThereIs(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := withForm(t, o)
			var many []bot.KnownRef
			for i := range 200 { // as hostile as names and titles can be
				many = append(many, bot.KnownRef{
					Kind: bot.RefPull, Name: "#" + strconv.Itoa(i+1), Ask: "#" + strconv.Itoa(i+1), Title: strings.Repeat("<!channel> & \u2028", 20), By: strings.Repeat("ü", 90),
				})
			}
			long := strings.Repeat("feature/", 20)
			refs := append([]bot.KnownRef{{Kind: bot.RefBranch, Name: "main", Ask: "main", Default: true}, {Kind: bot.RefBranch, Name: long, Ask: long, SHA: strings.Repeat("a1b2", 10)}}, many...)
			r.forms.set(func(f *forms) { f.refs = refs })
			r.chooses(t, "target", "api production")
			offers, d, err := r.sim.Suggest(within(t), ann, "ref", "topic")
			if err != nil || len(offers) == 0 || len(d.Body) >= 20_000 || strings.Contains(d.Shown, "<!channel>") {
				t.Fatalf("it offers %v, %d bytes: %v", d, len(d.Body), err)
			}
			if offers[0].Text != "main" || offers[1].Value != strings.Repeat("a1b2", 10) || offers[len(offers)-1].Value != "topic" {
				t.Errorf("it offers first %+v, then %+v, and last %+v", offers[0], offers[1], offers[len(offers)-1])
			}
			if typed, _ := r.forms.asked(); typed.Target != (bot.Target{Service: "api", Environment: "production"}) || typed.Text != "topic" || typed.By.ID != ann {
				t.Errorf("asked for %+v", typed)
			}
		})
	}
}

// TestAFieldAnswersInTime: where nothing can be listed in time, what was typed can be
// taken all the same, a full SHA among it.
func TestAFieldAnswersInTime(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.AckTimeout = patient
			r := withForm(t, o)
			r.chooses(t, "target", "api production")
			r.forms.set(func(f *forms) { f.hang = true })
			sha, late := strings.Repeat("c0ffee12", 5), longerThan(answered)
			offers, d, err := r.sim.Suggest(within(t), ann, "ref", sha)
			if err != nil || late(d.Latency) || len(offers) != 1 || offers[0].Value != sha {
				t.Errorf("it offers %v after %s: %v, %v", offers, d.Latency, d, err)
			}
		})
	}
}

// TestAFieldOffersStrangersNothing: names of branches are nobody's business but the
// team's.
func TestAFieldOffersStrangersNothing(t *testing.T) {
	t.Parallel()
	r := withForm(t, slacksim.Options{})
	r.forms.set(func(f *forms) {
		f.refs = []bot.KnownRef{{Kind: bot.RefBranch, Name: "secret-project", Ask: "secret-project"}}
	})
	r.chooses(t, "target", "api production")
	request, err := r.sim.SuggestRequest(ann, "ref", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoiled := range map[string]slacksim.Request{
		"another team": r.sim.FromTeam(request, "T0STRANGER"),
		"a guest":      r.sim.Sign(slacksim.Request{Path: request.Path, Header: request.Header, Body: []byte(strings.ReplaceAll(string(request.Body), ann, guest))}),
	} {
		if d := r.sim.Send(within(t), spoiled); strings.Contains(d.Body, "secret-project") || !d.Good() {
			t.Errorf("%s is offered %v", name, d)
		}
	}
	forged := request.Signed("not the secret", time.Now())
	if d := r.sim.Send(within(t), forged); d.Status != 401 {
		t.Errorf("a forged question is answered %v", d)
	}
}

// TestTheSameMayBeTypedTwice: a menu is asked the same again by whoever takes a letter
// back, with nothing in it that tells the two apart. Later it is a replay.
func TestTheSameMayBeTypedTwice(t *testing.T) {
	t.Parallel()
	r := withForm(t, slacksim.Options{})
	request, err := r.sim.SuggestRequest(ann, "ref", "ma")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if d := r.sim.Send(within(t), request); !d.Good() || !strings.Contains(d.Body, "Use “ma”") {
			t.Errorf("it is answered %v", d)
		}
	}
	old := request.Signed(r.sim.Options().SigningSecret, time.Now().Add(-10*time.Second))
	if d := r.sim.Send(within(t), old); !d.Good() {
		t.Errorf("one that was under way for long is answered %v", d)
	}
	if d := r.sim.Send(within(t), old); d.Status != 401 {
		t.Errorf("an old one that is sent again is answered %v", d)
	}
}

// TestPreviewsStandInTheOrderOfTheChoices: whatever overtakes what, in the end the form
// shows what the last choice would do.
func TestPreviewsStandInTheOrderOfTheChoices(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := withForm(t, o)
			first, release := make(chan struct{}), make(chan struct{})
			r.forms.set(func(f *forms) {
				f.foresee = func(_ context.Context, s bot.Submission) (bot.Answer, error) {
					e, _ := s.Entry.(bot.DeployEntry)
					if e.Target.Environment == "staging" {
						close(first)
						<-release // it comes late, and heeds no wish to stop
					}
					return bot.Problem{Says: "Foreseen for " + e.Target.Environment + " " + e.Ref + "."}, nil
				}
			})
			r.chooses(t, "target", "api staging")
			<-first
			r.formShows(t, "Working out")
			r.chooses(t, "target", "api production")
			r.formShows(t, "Foreseen for production")
			r.chooses(t, "ref", "main")
			r.formShows(t, "Foreseen for production main")
			close(release)
			if err := r.inbound.Close(within(t)); err != nil {
				t.Fatal(err)
			}
			if shown := r.sim.ModalText(ann); !strings.Contains(shown, "Foreseen for production main") {
				t.Errorf("what was chosen first is shown last:\n%s", shown)
			}
		})
	}
}

// TestAPreviewOfAnotherReplicaIsTakenOver: where the form was drawn by somebody else
// since the choice, the choice is newer and is drawn all the same; what was worked out
// for it is not drawn upon what came after it.
func TestAPreviewOfAnotherReplicaIsTakenOver(t *testing.T) {
	t.Parallel()
	r := withForm(t, slacksim.Options{})
	view, _ := r.sim.Modal(ann)
	api := slackgo.New(r.sim.Options().Token, slackgo.OptionAPIURL(r.sim.APIURL()))
	elsewhere := func(title string) {
		now, _ := r.sim.Modal(ann)
		var blocks slackgo.Blocks
		if err := json.Unmarshal(now.Blocks, &blocks); err != nil {
			t.Fatal(err)
		}
		if _, err := api.UpdateView(slackgo.ModalViewRequest{
			Type: slackgo.VTModal, CallbackID: now.CallbackID, PrivateMetadata: now.PrivateMetadata, Title: slackgo.NewTextBlockObject("plain_text", title, false, false),
			Submit: slackgo.NewTextBlockObject("plain_text", "Deploy", false, false), Blocks: blocks,
		}, "", "", view.ID); err != nil {
			t.Fatal(err)
		}
	}
	working := make(chan struct{}, 1)
	release := make(chan struct{})
	r.forms.set(func(f *forms) {
		f.foresee = func(context.Context, bot.Submission) (bot.Answer, error) {
			working <- struct{}{}
			<-release
			return bot.Problem{Says: "Foreseen."}, nil
		}
	})
	request, err := r.sim.ChooseRequest(ann, "target", "api staging")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere("Elsewhere") // its hash is old by the time the choice arrives
	if d := r.sim.Send(within(t), request); !d.Good() {
		t.Fatal(d)
	}
	<-working
	r.formShows(t, "Working out")
	elsewhere("Later")
	close(release)
	if err := r.inbound.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	if shown := r.sim.ModalText(ann); strings.Contains(shown, "Foreseen") || !strings.Contains(shown, "Later") {
		t.Errorf("an older choice is drawn upon a later form:\n%s", shown)
	}
	if hashes := r.sim.Count("views.update"); hashes < 4 {
		t.Errorf("the form was drawn %d times", hashes)
	}
}

// TestAFormShowsWhatItBeginsWith: where something is chosen when a form opens, more of it
// is shown at once: the plan of a deploy, and what lies between a release and what is
// live.
func TestAFormShowsWhatItBeginsWith(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.forms.set(func(f *forms) {
		f.foresee = func(_ context.Context, s bot.Submission) (bot.Answer, error) {
			if e, deploys := s.Entry.(bot.DeployEntry); deploys {
				return bot.Problem{Says: "Foreseen for " + e.Target.String() + "."}, nil
			}
			return bot.RollbackForm{
				Target: bot.Target{Service: "api", Environment: "production"}, Past: []bot.Past{{Release: "api-140", SHA: "a1b2c3d4"}},
				Between: []bot.Between{{Known: true, Commits: 3, Undone: bot.Undone{Migrations: 2}}},
			}, nil
		}
	})
	r.store.set(bot.Form{
		Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}, Chosen: bot.Target{Service: "api", Environment: "production"},
	}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil {
		t.Fatal(err)
	}
	r.formShows(t, "Foreseen for api → production")
	if _, _, err := r.sim.Suggest(within(t), ann, "ref", ""); err != nil {
		t.Fatal(err)
	}
	if typed, _ := r.forms.asked(); typed.Target.Environment != "production" {
		t.Errorf("the field is asked for %+v", typed)
	}
	r.store.set(bot.RollbackForm{Target: bot.Target{Service: "api", Environment: "production"}, Past: []bot.Past{{Release: "api-140", SHA: "a1b2c3d4"}}}, nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/rollback", "api production to list"); err != nil {
		t.Fatal(err)
	}
	said := func() bool {
		view, _ := r.sim.Modal(ann)
		return strings.Contains(string(view.Blocks), "Takes 3 commits back; ⚠️ 2 migrations would stay")
	}
	if err := r.sim.Until(within(t), said); err != nil {
		view, _ := r.sim.Modal(ann)
		t.Errorf("the form does not say what lies between: %s", view.Blocks)
	}
}
