package slacksim_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func text(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }

func TestMessageFromPostToDeletion(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	meta := slack.SlackMetadata{EventType: "slipway_release", EventPayload: map[string]any{"id": "api-142"}}
	channel, ts, err := r.api.PostMessage(deploys, text("first"), slack.MsgOptionMetadata(meta),
		slack.MsgOptionBlocks(slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "api-142", false, false))),
		slack.MsgOptionDisableLinkUnfurl())
	check(t, err)
	_, _, shown, err := r.api.UpdateMessage(deploys, ts, text("second"))
	check(t, err)
	if channel != deploys || shown != "second" {
		t.Errorf("posted to %q, shows %q", channel, shown)
	}

	history, err := r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: deploys, IncludeAllMetadata: true})
	check(t, err)
	m := history.Messages[0]
	if m.Text != "second" || m.Timestamp != ts || m.BotID != r.sim.Options().BotID || m.Edited == nil {
		t.Errorf("history holds %+v", m.Msg)
	}
	if diff := cmp.Diff(meta, m.Metadata); diff != "" {
		t.Errorf("an edit without metadata keeps it (-want +got):\n%s", diff)
	}
	if len(m.Blocks.BlockSet) != 1 {
		t.Errorf("an edit without blocks keeps them, got %d", len(m.Blocks.BlockSet))
	}

	versions := r.sim.Messages(deploys)[0].Versions
	if len(versions) != 2 || versions[0].Text != "first" || versions[1].Text != "second" {
		t.Errorf("versions: %+v", versions)
	}
	_, _, err = r.api.DeleteMessage(deploys, ts)
	check(t, err)
	_, _, _, err = r.api.UpdateMessage(deploys, ts, text("third"))
	wantError(t, err, "message_not_found")
}

func TestChatRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	annTS, err := r.sim.Say(ann, deploys, "", "hello")
	check(t, err)
	_, ts, err := r.api.PostMessage(deploys, text("mine"))
	check(t, err)
	post := func(channel string, o ...slack.MsgOption) error {
		_, _, err := r.api.PostMessage(channel, o...)
		return err
	}
	update := func(channel, ts string, o ...slack.MsgOption) error {
		_, _, _, err := r.api.UpdateMessage(channel, ts, o...)
		return err
	}
	_, wrongDelete, deleteErr := r.api.DeleteMessage(deploys, annTS)
	_, ephemeralErr := r.api.PostEphemeral(deploys, "U0NOBODY", text("x"))
	_, linkErr := r.api.GetPermalink(&slack.PermalinkParameters{Channel: deploys, Ts: "1.0"})
	reaction := slack.ItemRef{Channel: deploys, Timestamp: ts}
	check(t, r.api.AddReaction("eyes", reaction))
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"unknown channel", post("C0NOWHERE", text("x")), "channel_not_found"},
		{"private channel without the bot", post("C0SECRET", text("x")), "channel_not_found"},
		{"public channel without the bot", post("C0OTHER", text("x")), "not_in_channel"},
		{"archived channel", post("C0OLD", text("x")), "is_archived"},
		{"nothing to say", post(deploys), "no_text"},
		{"attachments", post(deploys, text("x"), slack.MsgOptionAttachments(slack.Attachment{Text: "x"})), "invalid_attachments"},
		{"edit of nothing", update(deploys, "1.0", text("x")), "message_not_found"},
		{"edit of a person's message", update(deploys, annTS, text("x")), "cant_update_message"},
		{"edit too long", update(deploys, ts, text(strings.Repeat("x", 4001))), "msg_too_long"},
		{"deletion of a person's message", deleteErr, "cant_delete_message"},
		{"ephemeral to nobody", ephemeralErr, "user_not_in_channel"},
		{"link to nothing", linkErr, "message_not_found"},
		{"reaction twice", r.api.AddReaction("eyes", reaction), "already_reacted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, tt.err, tt.want)
		})
	}
	if wrongDelete != "" {
		t.Errorf("a refused deletion gives %q", wrongDelete)
	}
}

func TestInvalidBlocksNameThePointer(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	long := slack.NewTextBlockObject("plain_text", strings.Repeat("x", 151), false, false)
	_, _, err := r.api.PostMessage(deploys, slack.MsgOptionBlocks(slack.NewDividerBlock(), slack.NewHeaderBlock(long)))
	var e slack.SlackErrorResponse
	if !errors.As(err, &e) || e.Err != "invalid_blocks" {
		t.Fatalf("error %v", err)
	}
	want := []string{"[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"}
	if diff := cmp.Diff(want, e.ResponseMetadata.Messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if len(r.sim.Messages(deploys)) != 0 {
		t.Error("a refused message was posted")
	}
}

func TestThreadsAndPaging(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	_, root, err := r.api.PostMessage(deploys, text("root"))
	check(t, err)
	var last string
	for _, s := range []string{"one", "two", "three"} {
		_, last, err = r.api.PostMessage(deploys, text(s), slack.MsgOptionTS(root))
		check(t, err)
	}
	_, _, err = r.api.PostMessage(deploys, text("lost thread"), slack.MsgOptionTS("1.000000"))
	check(t, err)

	var texts []string
	params := &slack.GetConversationRepliesParameters{ChannelID: deploys, Timestamp: root, Limit: 3}
	for {
		page, more, cursor, err := r.api.GetConversationReplies(params)
		check(t, err)
		for _, m := range page {
			texts = append(texts, m.Text)
		}
		if !more {
			break
		}
		params.Cursor = cursor
	}
	if diff := cmp.Diff([]string{"root", "one", "two", "three"}, texts); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	history, err := r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: deploys, Limit: 1})
	check(t, err)
	if history.Messages[0].Text != "lost thread" || !history.HasMore {
		t.Errorf("the newest comes first, got %q, more %v", history.Messages[0].Text, history.HasMore)
	}
	history, err = r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{
		ChannelID: deploys, Latest: root, Inclusive: true, Cursor: "",
	})
	check(t, err)
	if len(history.Messages) != 1 || history.Messages[0].ReplyCount != 3 || history.Messages[0].LatestReply != last {
		t.Errorf("history up to the root: %+v", history.Messages)
	}
	history, err = r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: deploys, Oldest: root})
	check(t, err)
	if len(history.Messages) != 1 {
		t.Errorf("after the root there is one message outside of threads, got %d", len(history.Messages))
	}
	_, _, _, err = r.api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: deploys, Timestamp: "1.0"})
	wantError(t, err, "thread_not_found")
	link, err := r.api.GetPermalink(&slack.PermalinkParameters{Channel: deploys, Ts: last})
	check(t, err)
	if !strings.Contains(link, "/archives/"+deploys+"/p") || !strings.Contains(link, "thread_ts="+root) {
		t.Errorf("link %s", link)
	}
}

func TestEphemeralsStayOutOfHistory(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ts, err := r.api.PostEphemeral(deploys, ann, text("for you"))
	check(t, err)
	history, err := r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: deploys})
	check(t, err)
	if len(history.Messages) != 0 {
		t.Errorf("history shows %+v", history.Messages)
	}
	_, _, _, err = r.api.UpdateMessage(deploys, ts, text("x"))
	wantError(t, err, "message_not_found")
	if !strings.Contains(r.sim.TranscriptFor(deploys, ann), "for you") {
		t.Error("Ann does not see her message")
	}
	if strings.Contains(r.sim.TranscriptFor(deploys, bob), "for you") {
		t.Error("Bob sees Ann's message")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	_, err := r.api.AuthTest()
	check(t, err)
	_, err = slack.New("xoxb-wrong", slack.OptionAPIURL(r.sim.APIURL())).AuthTest()
	wantError(t, err, "invalid_auth")
	_, err = slack.New("", slack.OptionAPIURL(r.sim.APIURL())).AuthTest()
	wantError(t, err, "not_authed")
	r.sim.RevokeToken()
	_, err = r.api.AuthTest()
	wantError(t, err, "token_revoked")
	resp, err := http.PostForm(r.sim.APIURL()+"no.such", url.Values{"token": {"x"}})
	check(t, err)
	check(t, resp.Body.Close())
	if calls := r.sim.Calls(); calls[len(calls)-1].Error != "unknown_method" {
		t.Errorf("last call %+v", calls[len(calls)-1])
	}
}

func TestPublicChannelWithScope(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{ChatWritePublic: true})
	_, _, err := r.api.PostMessage("C0OTHER", text("x"))
	check(t, err)
	_, err = r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: "C0OTHER"})
	wantError(t, err, "not_in_channel")
	_, _, _, err = r.api.JoinConversation("C0OTHER")
	check(t, err)
	_, err = r.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: "C0OTHER"})
	check(t, err)
}
