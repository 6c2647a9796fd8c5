package slacksim_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestPrivateAnswersOutsideThreads: in a thread that there is not, nobody sees
// what Slack took.
func TestPrivateAnswersOutsideThreads(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ts := say(t, r)
	tell := func(says string) {
		t.Helper()
		_, err := r.api.PostEphemeral(deploys, ann, text(says), slack.MsgOptionTS(ts))
		check(t, err)
	}
	tell("to nobody")
	reply, err := r.sim.Say(bob, deploys, ts, "yes")
	check(t, err)
	tell("to ann")
	check(t, r.sim.DeleteMessage(deploys, ts))
	tell("below a tombstone")
	if shown := r.sim.Transcript(deploys); strings.Contains(shown, "nobody") || !strings.Contains(shown, "to ann") || !strings.Contains(shown, "was deleted") {
		t.Errorf("ann sees\n%s", shown)
	}
	check(t, r.sim.DeleteMessage(deploys, reply))
	tell("to nobody again")
	if unseen := r.sim.Unseen(); len(unseen) != 2 {
		t.Errorf("unseen: %+v", unseen)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{Scopes: []string{"chat:write", "users:read"}})
	_, _, err := r.api.PostMessage(deploys, text("x"))
	check(t, err)
	_, err = r.api.GetUserInfo(ann)
	check(t, err)
	_, err = r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: deploys})
	wantError(t, err, "missing_scope")
	_, err = r.api.GetUserGroupMembers("S0SRE")
	wantError(t, err, "missing_scope")
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Needed != "usergroups:read" || refused.Provided != "chat:write,users:read" {
		t.Errorf("refused with %+v", refused)
	}
}

// TestMessagesThatCannotBeEdited: each for its reason.
func TestMessagesThatCannotBeEdited(t *testing.T) {
	t.Parallel()
	for code, happens := range map[string]func(r *rig, ts string) error{
		"message_not_found":  func(r *rig, ts string) error { return r.sim.DeleteMessage(deploys, ts) },
		"edit_window_closed": func(r *rig, ts string) error { return r.sim.CloseMessage(deploys, ts) },
		"is_inactive":        func(r *rig, _ string) error { return r.sim.Archive(deploys, true) },
	} {
		r := newRig(t, slacksim.Options{})
		_, ts, err := r.api.PostMessage(deploys, text("x"))
		check(t, err)
		check(t, happens(r, ts))
		_, _, _, err = r.api.UpdateMessage(deploys, ts, text("y"))
		wantError(t, err, code)
	}
}

func TestNoMessagesTab(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.SetMessagesTab(false)
	_, _, err := r.api.PostMessage(r.sim.DirectChannel(ann), text("x"))
	wantError(t, err, "messages_tab_disabled")
	r.sim.SetMessagesTab(true)
	_, _, err = r.api.PostMessage(ann, text("x"))
	check(t, err)
}

// TestEventsAboutPeople: the bot is told of what it has subscribed to.
func TestEventsAboutPeople(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{Events: []string{"user_change", "subteam_members_changed", "app_mention"}})
	ctx := withDeadline(t)
	d, err := r.sim.Mention(ctx, ann, deploys, "", "hello")
	check(t, err)
	_, err = r.sim.EditMessage(ctx, deploys, d.TS, "<@U0SLIPWAY> bye")
	check(t, err)
	_, err = r.sim.EditMessage(ctx, deploys, d.TS, "nothing")
	check(t, err)
	_, err = r.sim.ChangeAccount(ctx, bob, func(u *slacksim.User) { u.Deleted = true })
	check(t, err)
	_, err = r.sim.Join(ctx, slacksim.User{ID: "U01NEW"})
	check(t, err)
	_, err = r.sim.ChangeUserGroup(ctx, slacksim.UserGroup{ID: "S0SRE", Members: []string{bob}})
	check(t, err)
	var got []string
	for _, request := range r.bot.requests() {
		event, _ := decode(t, request.body)["event"].(map[string]any)
		line, _ := event["type"].(string)
		switch line {
		case "app_mention":
			if event["edited"] != nil {
				line += " edited"
			}
			if event["ts"] != d.TS {
				t.Errorf("the mention has another ts: %v", event)
			}
		case "user_change":
			user, _ := event["user"].(map[string]any)
			if user["id"] != bob || user["deleted"] != true {
				t.Errorf("the account is %v", user)
			}
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"app_mention", "app_mention edited", "user_change", "subteam_members_changed"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if _, err := r.sim.Command(ctx, bob, deploys, "/deploy", ""); err == nil {
		t.Error("somebody who has left types a command")
	}
}

// TestOutageStopsBothDirections: nothing reaches the bot either.
func TestOutageStopsBothDirections(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.StartOutage()
	d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "")
	check(t, err)
	if d.Good() || len(r.bot.requests()) != 0 {
		t.Errorf("delivered: %+v", d)
	}
	r.sim.EndOutage()
	d, err = r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "")
	check(t, err)
	if !d.Good() {
		t.Errorf("not delivered: %+v", d)
	}
}

// TestOrganisationPayloads: where a workspace belongs to an organisation, a
// payload may name a sibling, or no workspace.
func TestOrganisationPayloads(t *testing.T) {
	t.Parallel()
	for _, all := range []bool{false, true} {
		r := newRig(t, slacksim.Options{EnterpriseID: "E0ACME", EnterpriseName: "Acme", OrgWide: all})
		r.sim.AddUser(slacksim.User{ID: "W01SIS", Name: "sis", TeamID: "T0SISTER", Teams: []string{"T0SISTER", "T0001"}})
		u, err := r.api.GetUserInfo("W01SIS")
		check(t, err)
		if diff := cmp.Diff([]string{"T0SISTER", "T0001"}, u.Enterprise.Teams); diff != "" {
			t.Errorf("teams (-want +got):\n%s", diff)
		}
		_, _, err = r.api.PostMessage(deploys, slack.MsgOptionBlocks(slack.NewActionBlock("b", slack.NewButtonBlockElement("go", "1", slack.NewTextBlockObject("plain_text", "Go", false, false)))))
		check(t, err)
		_, err = r.sim.Click(withDeadline(t), "W01SIS", deploys, "", "Go")
		check(t, err)
		form, err := url.ParseQuery(string(r.bot.last(t).body))
		check(t, err)
		payload := decode(t, []byte(form.Get("payload")))
		team, _ := payload["team"].(map[string]any)
		if (payload["team"] == nil) != all || !all && team["id"] != "T0SISTER" {
			t.Errorf("team = %v", payload["team"])
		}
	}
}
