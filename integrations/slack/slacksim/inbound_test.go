package slacksim_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func TestSignatureOfTheOfficialVector(t *testing.T) {
	t.Parallel()
	got := slacksim.Signature(contract.VectorSecret, strconv.Itoa(contract.VectorTimestamp), []byte(contract.VectorBody))
	if got != contract.VectorSignature {
		t.Errorf("signature %s, want %s", got, contract.VectorSignature)
	}
}

func TestCommandIsSignedAndParsed(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api main")
	check(t, err)
	if d.Status != http.StatusOK || d.Shown != "" {
		t.Errorf("delivery %+v", d)
	}
	got := r.bot.last(t)
	verify(t, r, got)
	req := httptest.NewRequest(http.MethodPost, got.path, strings.NewReader(string(got.body)))
	req.Header = got.header
	cmd, err := slack.SlashCommandParse(req)
	check(t, err)
	if cmd.Command != "/deploy" || cmd.Text != "api main" || cmd.UserID != ann || cmd.ChannelName != "deploys" || cmd.TeamID != "T0001" {
		t.Errorf("command %+v", cmd)
	}
	if _, err := r.sim.Command(withDeadline(t), ann, "C0NOWHERE", "/deploy", ""); err == nil {
		t.Error("a command was typed nowhere")
	}
}

// verify checks a request by Slack's own client library.
func verify(t *testing.T, r *rig, got received) {
	t.Helper()
	v, err := slack.NewSecretsVerifier(got.header, r.sim.Options().SigningSecret)
	check(t, err)
	_, err = v.Write(got.body)
	check(t, err)
	check(t, v.Ensure())
}

func TestImmediateAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		answer     http.HandlerFunc
	}{
		{"nothing", "#deploys\n", answerStatus(http.StatusOK)},
		{"empty object", "#deploys\n", answerJSON(`{}`)},
		{"plain text", "#deploys\n\nslipway (only you, Ann)\n  hello\n", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }},
		{"private", "#deploys\n\nslipway (only you, Ann)\n  hello\n", answerJSON(`{"text":"hello"}`)},
		{"in channel", "#deploys\n\nAnn\n  /deploy api\n\nslipway\n  hello\n", answerJSON(`{"response_type":"in_channel","text":"hello"}`)},
		{"server error", "#deploys\n\nSlackbot (only you, Ann)\n  /deploy failed with the error \"dispatch_failed\"\n", answerStatus(http.StatusInternalServerError)},
		{"broken JSON", "#deploys\n\nSlackbot (only you, Ann)\n  /deploy failed with the error \"invalid_command_response\"\n", answerJSON(`{"text":`)},
		{"blocks that Slack refuses", "#deploys\n\nSlackbot (only you, Ann)\n  /deploy failed with the error \"invalid_command_response\"\n", answerJSON(`{"blocks":[{"type":"hologram"}]}`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			r.bot.next(tt.answer)
			_, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api")
			check(t, err)
			if diff := cmp.Diff(tt.want, r.sim.Transcript(deploys)); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSlowCommandTimesOut(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{AckTimeout: 20 * time.Millisecond})
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	r.bot.next(func(http.ResponseWriter, *http.Request) { <-release })
	d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api")
	check(t, err)
	if d.Status != 0 || d.Failure != "http_timeout" || !strings.Contains(d.Shown, "operation_timeout") {
		t.Errorf("delivery %+v", d)
	}
}

func TestResponseURL(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := newRig(t, slacksim.Options{Now: c.now})
	hook := func() string {
		t.Helper()
		_, err := r.sim.Command(withDeadline(t), ann, "C0SECRET", "/deploy", "api")
		check(t, err)
		form, err := url.ParseQuery(string(r.bot.last(t).body))
		check(t, err)
		return form.Get("response_url")
	}
	first := hook()
	check(t, slack.PostWebhook(first, &slack.WebhookMessage{Text: "working"}))
	check(t, slack.PostWebhook(first, &slack.WebhookMessage{Text: "done", ReplaceOriginal: true}))
	check(t, slack.PostWebhook(first, &slack.WebhookMessage{Text: "for all", ResponseType: "in_channel"}))
	want := "#secret\n\nslipway (only you, Ann)\n  done\n\nslipway\n  for all\n"
	if diff := cmp.Diff(want, r.sim.Transcript("C0SECRET")); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	_, _, _, err := r.api.SendMessage("", slack.MsgOptionResponseURL(first, "ephemeral"), text("fourth"))
	check(t, err)
	check(t, slack.PostWebhook(first, &slack.WebhookMessage{DeleteOriginal: true}))
	if err := slack.PostWebhook(first, &slack.WebhookMessage{Text: "sixth"}); err == nil {
		t.Error("a response_url took six posts")
	}
	if strings.Contains(r.sim.Transcript("C0SECRET"), "done") {
		t.Error("the original is still there")
	}
	second := hook()
	if err := slack.PostWebhook(second, &slack.WebhookMessage{}); err == nil {
		t.Error("an empty message was posted")
	}
	c.advance(30*time.Minute + time.Second)
	if err := slack.PostWebhook(second, &slack.WebhookMessage{Text: "late"}); err == nil {
		t.Error("a response_url lived longer than 30 minutes")
	}
	var errs []string
	for _, call := range r.sim.Calls() {
		if call.Error != "" {
			errs = append(errs, call.Method+" "+call.Error)
		}
	}
	if diff := cmp.Diff([]string{"response_url used_url", "response_url no_text", "response_url expired_url"}, errs); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// card is a message with two buttons and a menu.
func card(title string) []slack.MsgOption {
	approve := slack.NewButtonBlockElement("approve", "api-142", slack.NewTextBlockObject("plain_text", ":white_check_mark: Approve", true, false))
	reject := slack.NewButtonBlockElement("reject", "api-142", slack.NewTextBlockObject("plain_text", "Reject", false, false))
	reject.WithStyle(slack.StyleDanger)
	more := slack.NewOverflowBlockElement("more",
		slack.NewOptionBlockObject("logs", slack.NewTextBlockObject("plain_text", "Logs", false, false), nil),
		slack.NewOptionBlockObject("diff", slack.NewTextBlockObject("plain_text", "Diff", false, false), nil))
	return []slack.MsgOption{text(title), slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", title, false, false), nil, nil),
		slack.NewActionBlock("buttons", approve, reject, more),
	)}
}

func pressed(t *testing.T, r *rig) slack.InteractionCallback {
	t.Helper()
	got := r.bot.last(t)
	verify(t, r, got)
	form, err := url.ParseQuery(string(got.body))
	check(t, err)
	var cb slack.InteractionCallback
	check(t, json.Unmarshal([]byte(form.Get("payload")), &cb))
	return cb
}

func TestClicks(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	_, ts, err := r.api.PostMessage(deploys, card("first")...)
	check(t, err)
	_, _, _, err = r.api.UpdateMessage(deploys, ts, card("second")...)
	check(t, err)
	for _, name := range []string{"approve", "✅ Approve", "buttons/approve"} {
		d, err := r.sim.Click(withDeadline(t), bob, deploys, ts, name)
		check(t, err)
		cb := pressed(t, r)
		action := cb.ActionCallback.BlockActions[0]
		if !d.Good() || action.ActionID != "approve" || action.Value != "api-142" || action.BlockID != "buttons" {
			t.Errorf("%s: %+v", name, action)
		}
		if cb.User.ID != bob || cb.Channel.ID != deploys || cb.Container.MessageTs != ts || cb.Message.Text != "second" || cb.TriggerID == "" {
			t.Errorf("%s: %+v", name, cb)
		}
	}
	_, err = r.sim.Press(withDeadline(t), slacksim.Press{User: ann, Channel: deploys, Button: "Reject", Version: 1})
	check(t, err)
	if cb := pressed(t, r); cb.Message.Text != "first" || cb.Message.Timestamp != ts {
		t.Errorf("a stale card shows %q", cb.Message.Text)
	}
	_, err = r.sim.Click(withDeadline(t), ann, deploys, "", "Diff")
	check(t, err)
	if a := pressed(t, r).ActionCallback.BlockActions[0]; a.ActionID != "more" || a.SelectedOption.Value != "diff" {
		t.Errorf("menu: %+v", a)
	}
	if _, err := r.sim.Click(withDeadline(t), ann, deploys, "", "Launch"); err == nil {
		t.Error("a button that is not there was pressed")
	}
}

func TestClickOnAnEphemeral(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	_, err := r.api.PostEphemeral(deploys, ann, card("yours")...)
	check(t, err)
	if _, err := r.sim.Click(withDeadline(t), bob, deploys, "", "approve"); err == nil {
		t.Error("Bob pressed a button that only Ann sees")
	}
	_, err = r.sim.Click(withDeadline(t), ann, deploys, "", "approve")
	check(t, err)
	cb := pressed(t, r)
	if !cb.Container.IsEphemeral {
		t.Errorf("container %+v", cb.Container)
	}
	check(t, slack.PostWebhook(cb.ResponseURL, &slack.WebhookMessage{Text: "taken", ReplaceOriginal: true}))
	want := "#deploys\n\nslipway (only you, Ann)\n  taken\n"
	if diff := cmp.Diff(want, r.sim.Transcript(deploys)); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
}

func TestEventsAreRetried(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{EventRetries: []time.Duration{0, 0, 0}})
	r.bot.next(answerStatus(http.StatusServiceUnavailable), answerStatus(http.StatusInternalServerError))
	d, err := r.sim.Mention(withDeadline(t), ann, deploys, "", "status api")
	check(t, err)
	got := r.bot.requests()
	if d.Attempts != 3 || len(got) != 3 || !d.Good() {
		t.Fatalf("%d requests, delivery %+v", len(got), d)
	}
	var nums, reasons, ids []string
	for _, req := range got {
		verify(t, r, req)
		nums = append(nums, req.header.Get("X-Slack-Retry-Num"))
		reasons = append(reasons, req.header.Get("X-Slack-Retry-Reason"))
		id, _ := decode(t, req.body)["event_id"].(string)
		ids = append(ids, id)
	}
	if diff := cmp.Diff([]string{"", "1", "2"}, nums); diff != "" {
		t.Errorf("retry numbers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", "http_error", "http_error"}, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("event ids %v", ids)
	}
	want := "#deploys\n\nAnn\n  @slipway status api\n"
	if diff := cmp.Diff(want, r.sim.Transcript(deploys)); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	r.bot.next(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(http.StatusInternalServerError)
	})
	d, err = r.sim.Event(withDeadline(t), map[string]any{"type": "tokens_revoked"})
	check(t, err)
	if d.Attempts != 1 || d.Good() {
		t.Errorf("no retry was asked for: %+v", d)
	}
}

func TestURLVerification(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	if _, err := r.sim.URLVerification(withDeadline(t)); err == nil {
		t.Error("no echo was taken for one")
	}
	r.bot.next(answerJSON(`{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}`))
	_, err := r.sim.URLVerification(withDeadline(t))
	check(t, err)
}

func TestSpoiledRequests(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	good, err := r.sim.CommandRequest(ann, deploys, "/deploy", "api")
	check(t, err)
	refused := func(req slacksim.Request) bool {
		v, err := slack.NewSecretsVerifier(req.Header, r.sim.Options().SigningSecret)
		if err != nil {
			return true
		}
		_, err = v.Write(req.Body)
		check(t, err)
		return v.Ensure() != nil
	}
	if refused(good) {
		t.Error("the good request is refused")
	}
	if !refused(good.Signed("wrong", time.Now())) {
		t.Error("the forged request passes")
	}
	if !refused(good.Signed(r.sim.Options().SigningSecret, time.Now().Add(-6*time.Minute))) {
		t.Error("the stale request passes")
	}
	foreign := r.sim.FromTeam(good, "T0STRANGER")
	form, err := url.ParseQuery(string(foreign.Body))
	check(t, err)
	if refused(foreign) || form.Get("team_id") != "T0STRANGER" {
		t.Errorf("foreign: %v", form)
	}
	r.sim.Send(withDeadline(t), good)
	r.sim.Send(withDeadline(t), good)
	got := r.bot.requests()
	if diff := cmp.Diff(got[0].body, got[1].body); diff != "" || got[0].header.Get("X-Slack-Signature") != got[1].header.Get("X-Slack-Signature") {
		t.Errorf("a replay differs: %s", diff)
	}
}

// TestADialogIsAnswered: where an element asks, nothing is sent before yes, and
// nothing at all after no.
func TestADialogIsAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	plain := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject("plain_text", s, false, false)
	}
	asks := slack.NewConfirmationBlockObject(plain("Sure?"), plain("It is gone then."), plain("Yes, Go"), plain("No"))
	menu := slack.NewOverflowBlockElement("more", slack.NewOptionBlockObject("end", plain("Withdraw Request"), nil)).WithConfirm(asks)
	button := slack.NewButtonBlockElement("cancel", "api-1", plain("Cancel")).WithConfirm(asks)
	_, ts, err := r.api.PostMessage(deploys, text("asks"), slack.MsgOptionBlocks(slack.NewActionBlock("b", button, menu)))
	check(t, err)
	for _, label := range []string{"Cancel", "withdraw request"} {
		p := slacksim.Press{User: bob, Channel: deploys, TS: ts, Button: label}
		_, err := r.sim.Press(withDeadline(t), p)
		var asked *slacksim.AskedError
		if !errors.As(err, &asked) || asked.Title != "Sure?" || asked.Text != "It is gone then." || asked.Confirm != "Yes, Go" || asked.Deny != "No" {
			t.Errorf("%s asks %v", label, err)
		}
		p.Answer = slacksim.No
		if d, err := r.sim.Press(withDeadline(t), p); err != nil || d.Attempts != 0 {
			t.Errorf("%s, answered with no: %+v, %v", label, d, err)
		}
		p.Answer = slacksim.Yes
		if d, err := r.sim.Press(withDeadline(t), p); err != nil || !d.Good() {
			t.Errorf("%s, answered with yes: %+v, %v", label, d, err)
		}
	}
	if got := len(r.bot.requests()); got != 2 {
		t.Errorf("the bot got %d requests, want those with yes", got)
	}
}
