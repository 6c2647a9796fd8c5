package slacksim_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// do asks the control endpoint and gives its answer.
func do(t *testing.T, r *rig, body string) slacksim.Done {
	t.Helper()
	req, err := http.NewRequestWithContext(withDeadline(t), http.MethodPost, r.url+"/_sim/do", strings.NewReader(body))
	check(t, err)
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	raw, err := io.ReadAll(resp.Body)
	check(t, err)
	check(t, resp.Body.Close())
	var out slacksim.Done
	check(t, json.Unmarshal(raw, &out))
	if (out.Error == "") != (resp.StatusCode == http.StatusOK) {
		t.Errorf("%s: status %s with error %q", body, resp.Status, out.Error)
	}
	return out
}

func TestControlPlaysAStory(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.bot.next(answerJSON(`{"text":"on its way"}`))
	if d := do(t, r, `{"verb":"command","user":"U01ANN","channel":"deploys","command":"/deploy","text":"api"}`); d.Status != 200 || d.Shown != "on its way" {
		t.Errorf("command: %+v", d)
	}
	for variant, requests := range map[string]int{"forged": 1, "stale": 1, "other_team": 1, "replayed": 2} {
		before := len(r.bot.requests())
		d := do(t, r, `{"verb":"command","user":"U01ANN","channel":"deploys","command":"/deploy","variant":"`+variant+`"}`)
		if got := len(r.bot.requests()) - before; d.Status != 200 || got != requests {
			t.Errorf("%s: %d requests, %+v", variant, got, d)
		}
	}
	_, _, err := r.api.PostMessage(deploys, card("ready?")...)
	check(t, err)
	if d := do(t, r, `{"verb":"click","user":"U01ANN","channel":"deploys","button":"Reject"}`); d.Status != 200 {
		t.Errorf("click: %+v", d)
	}
	if d := do(t, r, `{"verb":"click","user":"U01ANN","channel":"deploys","button":"Launch"}`); d.Error == "" {
		t.Error("a button that is not there was pressed")
	}
	if d := do(t, r, `{"verb":"mention","user":"U01BOB","channel":"deploys","text":"help"}`); d.Status != 200 || d.Count != 1 {
		t.Errorf("mention: %+v", d)
	}
	_, err = r.api.OpenView(trigger(t, r, ann), form("Deploy"))
	check(t, err)
	if d := do(t, r, `{"verb":"wait","user":"U01ANN","contains":"┌ Deploy"}`); d.Error != "" {
		t.Errorf("wait for the modal: %+v", d)
	}
	if d := do(t, r, `{"verb":"submit","user":"U01ANN","values":{"svc":"api","why":"x"}}`); d.Status != 200 {
		t.Errorf("submit: %+v", d)
	}
	if d := do(t, r, `{"verb":"transcript","channel":"deploys"}`); d.Text != r.sim.Transcript(deploys) {
		t.Errorf("transcript: %q", d.Text)
	}
	if d := do(t, r, `{"verb":"messages","channel":"deploys"}`); len(d.Messages) != 3 {
		t.Errorf("%d messages", len(d.Messages))
	}
	if d := do(t, r, `{"verb":"nonsense"}`); d.Error == "" {
		t.Error("nonsense was done")
	}
}

func TestControlFaultsAndFlags(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	do(t, r, `{"verb":"fault","fault":{"method":"auth.test","status":429,"retry_after":"7s","times":2}}`)
	_, err := r.api.AuthTest()
	if err == nil || !strings.Contains(err.Error(), "7s") {
		t.Errorf("error %v", err)
	}
	if d := do(t, r, `{"verb":"fault","fault":{"delay":"soon"}}`); d.Error == "" {
		t.Error("a bad duration was taken")
	}
	do(t, r, `{"verb":"clear_faults"}`)
	do(t, r, `{"verb":"user","person":{"id":"U01ANN","name":"ann","is_restricted":true}}`)
	u, err := r.api.GetUserInfo(ann)
	check(t, err)
	if !u.IsRestricted {
		t.Error("Ann is no guest")
	}
	if d := do(t, r, `{"verb":"wait_count","method":"users.info","count":1}`); d.Count != 1 {
		t.Errorf("wait_count: %+v", d)
	}
	if d := do(t, r, `{"verb":"calls"}`); len(d.Calls) != 2 || d.Calls[0].Status != http.StatusTooManyRequests {
		t.Errorf("calls: %+v", d.Calls)
	}
	do(t, r, `{"verb":"start_outage"}`)
	if _, err := r.api.AuthTest(); err == nil {
		t.Error("answered in the outage")
	}
	do(t, r, `{"verb":"end_outage"}`)
	do(t, r, `{"verb":"revoke"}`)
	_, err = r.api.AuthTest()
	wantError(t, err, "token_revoked")
}

func TestControlIsForLoopbackOnly(t *testing.T) {
	t.Parallel()
	sim := slacksim.New(slacksim.Options{})
	for _, from := range []string{"192.0.2.1:1234", "nonsense", ""} {
		req := httptest.NewRequest(http.MethodPost, "/_sim/do", strings.NewReader(`{"verb":"revoke"}`))
		req.RemoteAddr = from
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, req)
		if w.Code != http.StatusForbidden {
			t.Errorf("from %q: status %d", from, w.Code)
		}
	}
}

func TestWaitWakesByTheChange(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	got := make(chan error, 1)
	go func() {
		_, err := r.sim.WaitFor(withDeadline(t), deploys, `ready\?`)
		got <- err
	}()
	_, _, err := r.api.PostMessage(deploys, text("ready?"))
	check(t, err)
	check(t, <-got)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = r.sim.WaitFor(ctx, deploys, "never")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "ready?") {
		t.Errorf("the error does not say what is shown: %v", err)
	}
	if d := do(t, r, `{"verb":"wait","channel":"deploys","pattern":"never","timeout":"10ms"}`); d.Error == "" || !strings.Contains(d.Text, "ready?") {
		t.Errorf("wait: %+v", d)
	}
	if d := do(t, r, `{"verb":"wait","channel":"deploys","user":"U01ANN","contains":"never","absent":true}`); d.Error != "" {
		t.Errorf("wait for absence: %+v", d)
	}
}

func TestSubscribersLoseNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	changes, cancel := r.sim.Subscribe()
	_, ts, err := r.api.PostMessage(deploys, text("one"))
	check(t, err)
	_, _, _, err = r.api.UpdateMessage(deploys, ts, text("two"))
	check(t, err)
	_, err = r.api.PostEphemeral(deploys, ann, text("private"))
	check(t, err)
	_, err = r.api.OpenView(trigger(t, r, ann), form("Deploy"))
	check(t, err)
	_, _, err = r.api.DeleteMessage(deploys, ts)
	check(t, err)
	var got []string
	for range 6 {
		c := <-changes
		line, _, _ := strings.Cut(c.Text, "\n")
		got = append(got, string(c.Kind)+" "+line)
	}
	want := []string{"posted one", "edited two", "ephemeral private", "typed /deploy", "view ┌ Deploy", "deleted two"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	cancel()
	cancel()
	if _, open := <-changes; open {
		t.Error("the channel is still open")
	}
}
