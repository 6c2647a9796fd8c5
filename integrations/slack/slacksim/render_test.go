package slacksim_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func names(id string) string {
	return map[string]string{"U1": "Ann", "C1": "deploys", "S1": "sre"}[id]
}

func TestRenderText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"mentions", "<@U1> in <#C1> and <!subteam^S1>, <!here>", "@Ann in #deploys and @sre, @here"},
		{"mentions of strangers", "<@U9|gus> in <#C9>, <!subteam^S9|@ops>", "@gus in #C9, @ops"},
		{"links", "<https://x/1?a=1&amp;b=2|run 7> or <https://x/2>", "run 7 <https://x/1?a=1&b=2> or <https://x/2>"},
		{"date", "at <!date^1700000000^{time}|09:41>", "at 09:41"},
		{"escaped markup stays text", "a &lt;!channel&gt; &amp; b", "a <!channel> & b"},
		{"open bracket", "a < b", "a < b"},
		{"empty brackets", "a <> b", "a  b"},
		{"bold and the like", "*api* *web*, _now_ ~then~ (*x*)", "api web, now then (x)"},
		{"bold around code", "*`api-142`* is *live*", "`api-142` is live"},
		{"marks in code stay", "`*x*` and `_y_`", "`*x*` and `_y_`"},
		{"marks within words stay", "snake_case_name 2*3*4", "snake_case_name 2*3*4"},
		{"lone marks stay", "* point\n* point", "* point\n* point"},
		{"emoji", ":white_check_mark: ok :nonesuch:", "✅ ok :nonesuch:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, slacksim.RenderMessage(nil, tt.text, names)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderBlocks(t *testing.T) {
	t.Parallel()
	blocks := `[
	{"type":"header","text":{"type":"plain_text","text":"api-142 to production"}},
	{"type":"section","text":{"type":"mrkdwn","text":"<@U1> asks to deploy *api*"},"fields":[
		{"type":"mrkdwn","text":"*Commit*\n<https://gh/1|abc1234>"},
		{"type":"mrkdwn","text":"*Environment:*\nproduction\n(eu)"},
		{"type":"plain_text","text":"alone"}]},
	{"type":"divider"},
	{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[
		{"type":"rich_text_section","elements":[{"type":"text","text":"Fix "},{"type":"link","url":"https://x","text":"#7"}]},
		{"type":"rich_text_section","elements":[{"type":"user","user_id":"U1"},{"type":"emoji","name":"rocket"}]}]}]},
	{"type":"table","rows":[
		[{"type":"raw_text","text":"job"},{"type":"raw_text","text":"state"}],
		[{"type":"raw_text","text":"build"},{"type":"raw_number","value":12.5}]]},
	{"type":"data_visualization","title":"p95","chart":{"type":"line","axis_config":{"categories":["a","b","c"]},
		"series":[{"name":"ms","data":[{"label":"a","value":100},{"label":"b","value":400},{"label":"c","value":200}]}]}},
	{"type":"context","elements":[{"type":"mrkdwn","text":"waits for <!subteam^S1>"},{"type":"plain_text","text":"2 h left"}]},
	{"type":"actions","elements":[
		{"type":"button","text":{"type":"plain_text","text":":white_check_mark: Approve"}},
		{"type":"button","text":{"type":"plain_text","text":"Run"},"url":"https://gh/run"},
		{"type":"overflow","options":[{"text":{"type":"plain_text","text":"Logs"},"value":"l"},{"text":{"type":"plain_text","text":"Diff"},"value":"d"}]}]}
	]`
	if found := slacksim.Validate(json.RawMessage(blocks), slacksim.SurfaceMessage); found != nil {
		t.Fatalf("Slack refuses the example: %v", found)
	}
	want := `api-142 to production
━━━━━━━━━━━━━━━━━━━━━
@Ann asks to deploy api
Commit       abc1234 <https://gh/1>
Environment  production
             (eu)
alone
────────────────────────
• Fix #7 <https://x>
• @Ann🚀
job    state
build  12.5
p95
ms                    ▂█▄  100 … 200 ↑ 400
· waits for @sre  ·  2 h left
[✅ Approve] [Run <https://gh/run>] [⋯ Logs | Diff]`
	if diff := cmp.Diff(want, slacksim.RenderMessage(json.RawMessage(blocks), "unseen", names)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
}

func TestTranscript(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	_, root, err := r.api.PostMessage(deploys, card("Deploy *api*?")...)
	check(t, err)
	_, _, err = r.api.PostMessage(deploys, text("<@"+ann+"> approved\nand off it goes"), slack.MsgOptionTS(root))
	check(t, err)
	_, err = r.sim.Say(bob, "deploys", "", "nice")
	check(t, err)
	_, err = r.sim.Say(ann, deploys, root, "thanks")
	check(t, err)
	check(t, r.api.AddReaction("eyes", slack.ItemRef{Channel: deploys, Timestamp: root}))
	_, err = r.api.PostEphemeral(deploys, ann, text("private"), slack.MsgOptionTS(root))
	check(t, err)
	want := `#deploys

slipway
  Deploy api?
  [✅ Approve] [Reject] [⋯ Logs | Diff]
  👀

    │ slipway
    │   @Ann approved
    │   and off it goes

    │ Ann
    │   thanks

    │ slipway (only you, Ann)
    │   private

Bob
  nice
`
	if diff := cmp.Diff(want, r.sim.Transcript(deploys)); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	_, _, err = r.api.PostMessage(ann, text("hello"))
	check(t, err)
	if diff := cmp.Diff("direct message with Ann\n\nslipway\n  hello\n", r.sim.Transcript("@"+ann)); diff != "" {
		t.Errorf("direct messages (-want +got):\n%s", diff)
	}
	if got := r.sim.Transcript("C0NOWHERE"); strings.TrimSpace(got) != "" {
		t.Errorf("nowhere shows %q", got)
	}
}

// TestTranscriptKeepsUp: what a person reads changes with the message, and with the
// names that are in it.
func TestTranscriptKeepsUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	shows := func(want string) {
		t.Helper()
		for range 2 {
			if got := r.sim.Transcript(deploys); got != "#deploys\n\nslipway\n  "+want+"\n" {
				t.Errorf("it shows %q, want %q", got, want)
			}
		}
	}
	_, ts, err := r.api.PostMessage(deploys, text("<@"+ann+"> asks <!subteam^S0NEW>"))
	check(t, err)
	shows("@Ann asks @S0NEW")
	check(t, r.sim.EditUser(ann, func(u *slacksim.User) { u.RealName = "Anne" }))
	shows("@Anne asks @S0NEW")
	r.sim.AddUserGroup(slacksim.UserGroup{ID: "S0NEW", Handle: "sre"})
	shows("@Anne asks @sre")
	_, _, _, err = r.api.UpdateMessage(deploys, ts, text("<@"+ann+"> has asked"))
	check(t, err)
	shows("@Anne has asked")
}
