package slacksim_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// extras are keys that our answers have and the samples lack: the samples are
// of 2021 and each shows one message of one kind. Where they are documented is
// said beside them.
func extras() map[string]bool {
	list := []string{
		"bot_id", // docs.slack.dev/reference/methods/auth.test, for bot tokens
		// docs.slack.dev/reference/events/message and the sample message_bot_event
		"message.user", "message.team", "message.app_id", "message.bot_id", "message.bot_profile",
		"message.ts", "message.type", "message.blocks", "message.edited",
		// docs.slack.dev/reference/objects/conversation-object
		"channel.num_members",
		// the sample view_submission_modal, and docs.slack.dev/reference/views
		"view.app_installed_team_id", "view.close", "view.previous_view_id", "view.title", "view.submit",
	}
	out := map[string]bool{}
	for _, key := range list {
		out[key] = true
	}
	return out
}

func TestAnswersHaveTheShapeOfTheSamples(t *testing.T) {
	t.Parallel()
	contract.Path(t, contract.SlackSamples)
	r := newRig(t, slacksim.Options{})
	ts := say(t, r)
	_, mine, err := r.api.PostMessage(deploys, text("mine"))
	check(t, err)
	modal := `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[]}`
	viewOf := func(view *slack.ViewResponse, err error) string {
		check(t, err)
		return view.ID
	}
	open := viewOf(r.api.OpenView(trigger(t, r, bob), form("Deploy")))
	tests := []struct {
		sample string
		args   url.Values
	}{
		{"auth.test_ok", nil},
		{"bots.info_ok", url.Values{"bot": {"B0SLIPWAY"}}},
		{"chat.getPermalink_ok", url.Values{"channel": {deploys}, "message_ts": {ts}}},
		{"chat.postEphemeral_ok", url.Values{"channel": {deploys}, "user": {ann}, "text": {"x"}}},
		{"chat.postMessage_ok", url.Values{"channel": {deploys}, "text": {"x"}, "blocks": {`[{"type":"divider"}]`}}},
		{"chat.update_ok", url.Values{"channel": {deploys}, "ts": {mine}, "text": {"x"}}},
		{"chat.update_error", url.Values{"channel": {deploys}, "ts": {ts}, "text": {"x"}}},
		{"conversations.info_ok", url.Values{"channel": {deploys}}},
		{"conversations.info_error", url.Values{"channel": {"C0NOWHERE"}}},
		{"conversations.list_ok", nil},
		{"conversations.open_ok", url.Values{"users": {ann}}},
		{"reactions.add_ok", url.Values{"channel": {deploys}, "timestamp": {ts}, "name": {"eyes"}}},
		{"reactions.add_error", url.Values{"channel": {deploys}, "timestamp": {ts}, "name": {"eyes"}}},
		{"team.info_ok", nil},
		{"usergroups.list_ok", nil},
		{"usergroups.users.list_ok", url.Values{"usergroup": {"S0SRE"}}},
		{"users.info_ok", url.Values{"user": {ann}}},
		{"users.info_error", url.Values{"user": {"U0NOBODY"}}},
		{"users.lookupByEmail_ok", url.Values{"email": {"ann@acme.example"}}},
		{"views.open_ok", url.Values{"trigger_id": {trigger(t, r, ann)}, "view": {modal}}},
		{"views.update_ok", url.Values{"view_id": {open}, "view": {modal}}},
		{"views.publish_ok", url.Values{"user_id": {ann}, "view": {`{"type":"home","blocks":[]}`}}},
		{"views.publish_error", url.Values{"user_id": {"U0NOBODY"}, "view": {`{"type":"home","blocks":[]}`}}},
	}
	for _, tt := range tests { // in order: some build upon the one before
		method, _, _ := strings.Cut(tt.sample, "_")
		got := call(t, r, method, tt.args)
		want := decode(t, sample(t, "api_"+tt.sample+".json"))
		if got["ok"] != want["ok"] || got["error"] != want["error"] {
			t.Errorf("%s: ok %v, error %v", tt.sample, got["ok"], got["error"])
		}
		for _, fault := range compare("", got, want) {
			t.Errorf("%s: %s", tt.sample, fault)
		}
	}
}

// call calls a method as a plain HTTP client does.
func call(t *testing.T, r *rig, method string, args url.Values) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(withDeadline(t), http.MethodPost, r.sim.APIURL()+method, strings.NewReader(args.Encode()))
	check(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+r.sim.Options().Token)
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	defer func() { check(t, resp.Body.Close()) }()
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	return decode(t, body)
}

// compare finds what stands in got and not, or with another type, in want.
func compare(at string, got, want any) []string {
	switch got := got.(type) {
	case nil:
		return nil
	case map[string]any:
		want, isObject := want.(map[string]any)
		if !isObject {
			return []string{at + " is an object"}
		}
		var out []string
		for _, key := range slices.Sorted(maps.Keys(got)) {
			here := strings.TrimPrefix(at+"."+key, ".")
			value, found := want[key]
			switch {
			case extras()[here] || key == "blocks":
			case !found:
				out = append(out, here+" is not in the sample")
			case value != nil:
				out = append(out, compare(here, got[key], value)...)
			}
		}
		return out
	case []any:
		want, isList := want.([]any)
		if !isList {
			return []string{at + " is a list"}
		}
		if len(got) == 0 || len(want) == 0 {
			return nil
		}
		return compare(at+"[]", got[0], want[0])
	default:
		if fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) {
			return []string{fmt.Sprintf("%s is a %T", at, got)}
		}
		return nil
	}
}

func TestPayloadsHaveAllKeysOfTheSamples(t *testing.T) {
	t.Parallel()
	contract.Path(t, contract.SlackSamples)
	r := newRig(t, slacksim.Options{EnterpriseID: "E111", EnterpriseName: "Sandbox Org"})
	ctx := withDeadline(t)
	payload := func() map[string]any {
		form, err := url.ParseQuery(string(r.bot.last(t).body))
		check(t, err)
		return decode(t, []byte(form.Get("payload")))
	}
	want := func(got map[string]any, name string) {
		t.Helper()
		raw := decode(t, sample(t, name))
		for key, value := range raw {
			if _, found := got[key]; !found {
				t.Errorf("%s: %s is missing", name, key)
			}
			inner, isObject := value.(map[string]any)
			if !isObject || key == "view" || key == "state" || key == "message" {
				continue
			}
			for below := range inner {
				if mine, _ := got[key].(map[string]any); mine == nil || mine[below] == nil {
					t.Errorf("%s: %s.%s is missing", name, key, below)
				}
			}
		}
	}

	_, err := r.api.PostEphemeral(deploys, ann, card("yours")...)
	check(t, err)
	_, err = r.sim.Click(ctx, ann, deploys, "", "approve")
	check(t, err)
	want(payload(), "block_actions_button_ephemeral.json")

	_, root, err := r.api.PostMessage(deploys, text("root"))
	check(t, err)
	_, _, err = r.api.PostMessage(deploys, append(card("reply"), slack.MsgOptionTS(root))...)
	check(t, err)
	_, err = r.sim.Click(ctx, bob, deploys, "", "approve")
	check(t, err)
	want(payload(), "block_actions_in_thread.json")

	home := call(t, r, "views.publish", url.Values{"user_id": {bob}, "view": {`{"type":"home","blocks":` + actions(button(`,"action_id":"go"`)) + `}`}})
	if home["ok"] != true {
		t.Fatalf("publish: %v", home)
	}
	_, err = r.sim.Press(ctx, slacksim.Press{User: bob, InView: true, Button: "go"})
	check(t, err)
	want(payload(), "block_actions_home_tab.json")

	_, err = r.api.OpenView(trigger(t, r, ann), form("Deploy"))
	check(t, err)
	r.bot.next(answerJSON(`{"response_action":"errors","errors":{"why":"no"}}`))
	_, err = r.sim.SubmitView(ctx, ann, map[string]string{"svc": "api", "why": "x"})
	check(t, err)
	want(payload(), "view_submission_modal.json")
	view, _ := payload()["view"].(map[string]any)
	wanted, _ := decode(t, sample(t, "view_submission_modal.json"))["view"].(map[string]any)
	for key := range wanted {
		if _, found := view[key]; !found {
			t.Errorf("view_submission: view.%s is missing", key)
		}
	}
	_, err = r.sim.CloseView(ctx, ann)
	check(t, err)
	want(payload(), "view_closed_modal.json")

	_, err = r.sim.Mention(ctx, ann, deploys, root, "status")
	check(t, err)
	want(decode(t, r.bot.last(t).body), "event_app_mention.json")

	_, err = r.sim.Command(ctx, ann, deploys, "/deploy", "api")
	check(t, err)
	got, err := url.ParseQuery(string(r.bot.last(t).body))
	check(t, err)
	for _, name := range []string{"slash_command_docs_example.form", "slash_command_real_empty_text.form"} {
		form, err := url.ParseQuery(strings.TrimSpace(string(sample(t, name))))
		check(t, err)
		for key := range form {
			if !got.Has(key) {
				t.Errorf("%s: %s is missing", name, key)
			}
		}
	}
}
