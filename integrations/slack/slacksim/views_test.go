package slacksim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func form(title string) slack.ModalViewRequest {
	plain := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	reason := slack.NewPlainTextInputBlockElement(nil, "reason")
	service := slack.NewOptionsSelectBlockElement("static_select", nil, "service",
		slack.NewOptionBlockObject("api", plain("The API"), nil), slack.NewOptionBlockObject("web", plain("Web"), nil))
	note := slack.NewInputBlock("note", plain("Note"), nil, slack.NewPlainTextInputBlockElement(nil, "note"))
	note.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(title), Submit: plain("Go"), Close: plain("Cancel"),
		CallbackID: "deploy", PrivateMetadata: "C0DEPLOYS", NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("svc", plain("Service"), nil, service),
			slack.NewInputBlock("why", plain("Reason"), nil, reason), note,
		}},
	}
}

// trigger makes a person type a command and gives its trigger_id.
func trigger(t *testing.T, r *rig, user string) string {
	t.Helper()
	_, err := r.sim.Command(withDeadline(t), user, deploys, "/deploy", "")
	check(t, err)
	form, err := url.ParseQuery(string(r.bot.last(t).body))
	check(t, err)
	return form.Get("trigger_id")
}

func TestTriggersLiveShortAndOnce(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := newRig(t, slacksim.Options{Now: c.now})
	open := func(id string) error {
		_, err := r.api.OpenView(id, form("Deploy"))
		return err
	}
	first := trigger(t, r, ann)
	check(t, open(first))
	wantError(t, open(first), "exchanged_trigger_id")
	late := trigger(t, r, ann)
	c.advance(3*time.Second + time.Millisecond)
	wantError(t, open(late), "expired_trigger_id")
	wantError(t, open("1.2.3"), "invalid_trigger_id")
	_, err := r.api.OpenView(trigger(t, r, ann), slack.ModalViewRequest{Type: slack.VTModal})
	wantError(t, err, "invalid_arguments")
}

func TestModalFromOpeningToSubmission(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	view, err := r.api.OpenView(trigger(t, r, ann), form("Loading"))
	check(t, err)
	_, err = r.api.UpdateView(form("Deploy"), "", "wrong hash", view.ID)
	wantError(t, err, "hash_conflict")
	_, err = r.api.UpdateView(form("Deploy"), "", view.Hash, view.ID)
	check(t, err)
	_, err = r.api.UpdateView(form("Deploy"), "", "", "V0NONE")
	wantError(t, err, "not_found")

	ctx := withDeadline(t)
	if _, err := r.sim.SubmitView(ctx, ann, map[string]string{"svc": "api"}); err == nil || !strings.Contains(err.Error(), `"Reason"`) {
		t.Errorf("a form with an empty field was submitted: %v", err)
	}
	if _, err := r.sim.SubmitView(ctx, ann, map[string]string{"svc": "not in the menu", "Reason": "x"}); err == nil {
		t.Error("what the menu does not list was chosen")
	}
	r.bot.next(answerJSON(`{"response_action":"errors","errors":{"why":"too short"}}`))
	d, err := r.sim.SubmitView(ctx, ann, map[string]string{"svc": "The API", "Reason": "x"})
	check(t, err)
	if !strings.Contains(d.Shown, "Reason: […]\n  ! too short") {
		t.Errorf("the modal shows:\n%s", d.Shown)
	}
	cb := pressed(t, r)
	values := cb.View.State.Values
	if values["svc"]["service"].SelectedOption.Value != "api" || values["why"]["reason"].Value != "x" || cb.View.PrivateMetadata != "C0DEPLOYS" {
		t.Errorf("submitted: %+v", values)
	}
	_, err = r.sim.SubmitView(ctx, ann, map[string]string{"svc": "api", "why": "because", "note": "n"})
	check(t, err)
	if _, open := r.sim.Modal(ann); open {
		t.Error("the modal is still open")
	}
	if _, err := r.sim.SubmitView(ctx, ann, nil); err == nil {
		t.Error("a closed modal was submitted")
	}
}

func TestSubmissionAnswers(t *testing.T) {
	t.Parallel()
	fresh := `{"type":"modal","title":{"type":"plain_text","text":"Fresh"},"blocks":[]}`
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string // how the modal begins; empty if closed
	}{
		{"update", answerJSON(`{"response_action":"update","view":` + fresh + `}`), "┌ Fresh"},
		{"push", answerJSON(`{"response_action":"push","view":` + fresh + `}`), "┌ Fresh"},
		{"clear", answerJSON(`{"response_action":"clear"}`), ""},
		{"empty", answerStatus(http.StatusOK), ""},
		{"server error", answerStatus(http.StatusInternalServerError), "┌ Deploy\n! We had some trouble"},
		{"not JSON", answerJSON(`oops`), "┌ Deploy\n! We had some trouble"},
		{"error at no input", answerJSON(`{"response_action":"errors","errors":{"nowhere":"x"}}`), "┌ Deploy\n! We had some trouble"},
		{"unknown action", answerJSON(`{"response_action":"explode"}`), "┌ Deploy\n! We had some trouble"},
		{"view that Slack refuses", answerJSON(`{"response_action":"update","view":{}}`), "┌ Deploy\n! We had some trouble"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			_, err := r.api.OpenView(trigger(t, r, ann), form("Deploy"))
			check(t, err)
			r.bot.next(tt.answer)
			_, err = r.sim.SubmitView(withDeadline(t), ann, map[string]string{"svc": "api", "why": "x"})
			check(t, err)
			shown := r.sim.ModalText(ann)
			if !strings.HasPrefix(shown, tt.want) || (tt.want == "") != (shown == "") {
				t.Errorf("the modal shows:\n%s", shown)
			}
		})
	}
}

func TestStackAndHome(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	root, err := r.api.OpenView(trigger(t, r, ann), form("one"))
	check(t, err)
	second, err := r.api.PushView(trigger(t, r, ann), form("two"))
	check(t, err)
	if second.PreviousViewID != root.ID || second.RootViewID != root.ID {
		t.Errorf("pushed: %+v", second.View)
	}
	_, err = r.api.PushView(trigger(t, r, ann), form("three"))
	check(t, err)
	_, err = r.api.PushView(trigger(t, r, ann), form("four"))
	wantError(t, err, "push_limit_reached")
	_, err = r.sim.CloseView(withDeadline(t), ann)
	check(t, err)
	if cb := pressed(t, r); cb.Type != slack.InteractionTypeViewClosed || cb.View.Title.Text != "three" {
		t.Errorf("closed: %+v", cb)
	}
	if !strings.HasPrefix(r.sim.ModalText(ann), "┌ two") {
		t.Errorf("the modal shows:\n%s", r.sim.ModalText(ann))
	}

	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
		slack.NewActionBlock("b", slack.NewButtonBlockElement("refresh", "", slack.NewTextBlockObject("plain_text", "Refresh", false, false))),
	}}}
	published, err := r.api.PublishView(bob, home, "")
	check(t, err)
	_, err = r.api.PublishView(bob, home, "old hash")
	wantError(t, err, "hash_conflict")
	_, err = r.api.PublishView(bob, home, published.Hash)
	check(t, err)
	_, err = r.api.PublishView("U0NOBODY", home, "")
	wantError(t, err, "invalid_arguments")
	_, err = r.sim.Press(withDeadline(t), slacksim.Press{User: bob, InView: true, Button: "Refresh"})
	check(t, err)
	if cb := pressed(t, r); cb.ResponseURL != "" || cb.View.ID != published.ID || cb.Container.ViewID != published.ID {
		t.Errorf("pressed on Home: %+v", cb)
	}
	if diff := cmp.Diff("[Refresh]", r.sim.HomeText(bob)); diff != "" {
		t.Errorf("home (-want +got):\n%s", diff)
	}
}
