package slack_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/announcer"
	"github.com/slipwayhq/slipway/bot/people"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

var (
	_ announcer.Chat    = (*slack.Sender)(nil)
	_ announcer.Sight   = (*slack.Sender)(nil)
	_ people.ChatGroups = (*slack.Sender)(nil)
)

func TestPostEditAndFind(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	start := time.Now()
	m := cardMessage(release())
	ref, err := r.sender.Post(within(t), m, nil)
	if err != nil || ref.Channel != deploys || ref.ID == "" {
		t.Fatalf("Post = %+v, %v", ref, err)
	}
	shown := r.waitFor(t, deploys, "of 1 approval")
	if !strings.Contains(shown, "Fix <!channel> & more") {
		t.Errorf("the commit's words are not shown as they are:\n%s", shown)
	}
	changed := release()
	changed.Phase = bot.Queued
	if err := r.sender.Edit(within(t), ref, cardMessage(changed), nil); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, deploys, "Next in line")

	note := bot.Message{
		Key: bot.MessageKey{Release: "api-142", Kind: "say:health"}, Channel: deploys, Thread: ref.ID,
		Body: bot.Note{News: bot.NoteHealth{}, Release: release()},
	}
	noteRef, err := r.sender.Post(within(t), note, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		message bot.Message
		ref     bot.MessageRef
	}{{m, ref}, {note, noteRef}} {
		ahead := start.Add(50 * time.Second) // of Slack's clock
		if got, err := r.sender.Find(within(t), want.message, ahead); err != nil || got != want.ref {
			t.Errorf("Find(%v) = %v, %v, want %v", want.message.Key, got, err, want.ref)
		}
	}
	other := m
	other.Key.Kind = "alert:failed"
	if _, err := r.sender.Find(within(t), other, start); bot.KindOf(err) != bot.NotFound {
		t.Errorf("Find of what is not there = %v", err)
	}
}

func TestFindLooksThroughPages(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	start := time.Now()
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 450 {
		if _, err := r.sim.Say(ann, deploys, "", "chatter"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := r.sender.Find(within(t), cardMessage(release()), start); err != nil || got != ref {
		t.Errorf("Find = %v, %v", got, err)
	}
	if n := r.sim.Count("conversations.history"); n != 3 {
		t.Errorf("%d pages were read", n)
	}
}

func TestPromise7_LostAnswerIsNotRepeated(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	start := time.Now()
	r.sim.Inject(slacksim.Fault{Method: "chat.postMessage", Cut: slacksim.CutAfter})
	m := cardMessage(release())
	if _, err := r.sender.Post(within(t), m, nil); bot.KindOf(err) != bot.Unavailable {
		t.Fatalf("Post = %v", err)
	}
	if n := r.sim.Count("chat.postMessage"); n != 1 {
		t.Fatalf("%d posts", n)
	}
	if _, err := r.sender.Find(within(t), m, start); err != nil {
		t.Errorf("Find = %v", err)
	}
}

func TestRetryAfterIsKept(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.sim.Inject(slacksim.Fault{Method: "chat.update", Status: http.StatusTooManyRequests, RetryAfter: 30 * time.Second})
	err = r.sender.Edit(within(t), ref, cardMessage(release()), nil)
	if bot.KindOf(err) != bot.Limited || bot.RetryAfter(err) != 30*time.Second {
		t.Fatalf("Edit = %v, retry after %v", err, bot.RetryAfter(err))
	}
	// The next one does not even leave; another method does.
	err = r.sender.Edit(within(t), ref, cardMessage(release()), nil)
	if wait := bot.RetryAfter(err); bot.KindOf(err) != bot.Limited || wait > 30*time.Second || wait < 25*time.Second {
		t.Errorf("Edit = %v, retry after %v", err, wait)
	}
	if n := r.sim.Count("chat.update"); n != 1 {
		t.Errorf("%d edits left", n)
	}
	if _, err := r.sender.Post(within(t), cardMessage(release()), nil); err != nil {
		t.Errorf("Post = %v", err)
	}
}

func TestShortRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.sim.Inject(slacksim.Fault{Method: "chat.update", Status: http.StatusTooManyRequests, RetryAfter: time.Second})
	before := time.Now()
	if err := r.sender.Edit(within(t), ref, cardMessage(release()), nil); bot.KindOf(err) != bot.Limited {
		t.Fatalf("Edit = %v", err)
	}
	if err := r.sender.Edit(within(t), ref, cardMessage(release()), nil); err != nil {
		t.Errorf("Edit = %v", err)
	}
	if waited := time.Since(before); waited < time.Second {
		t.Errorf("waited for %v only", waited)
	}
}

func TestPostsToAChannelArePaced(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	// A burst goes through and one more waits; the others would wait too long
	// and are told so.
	kinds := make(chan bot.ErrorKind, 12)
	for range 12 {
		go func() {
			_, err := r.sender.Post(t.Context(), cardMessage(release()), nil)
			kinds <- bot.KindOf(err)
		}()
	}
	limited := 0
	for range 12 {
		if <-kinds == bot.Limited {
			limited++
		}
	}
	if limited < 7 || limited > 8 {
		t.Errorf("%d of 12 posts were held back", limited)
	}
}

func TestErrorsHaveWordsForPeople(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault slacksim.Fault
		kind  bot.ErrorKind
		mend  string
	}{
		{name: "channel", fault: slacksim.Fault{Error: "channel_not_found"}, kind: bot.NotFound, mend: "Invite slipway"},
		{name: "membership", fault: slacksim.Fault{Error: "not_in_channel"}, kind: bot.Denied, mend: "Invite slipway"},
		{name: "archived", fault: slacksim.Fault{Error: "is_archived"}, kind: bot.Gone, mend: "another channel"},
		{name: "token", fault: slacksim.Fault{Error: "invalid_auth"}, kind: bot.Denied, mend: "token"},
		{name: "scope", fault: slacksim.Fault{Error: "missing_scope"}, kind: bot.Denied, mend: "scope"},
		{name: "the person's membership", fault: slacksim.Fault{Error: "user_not_in_channel"}, kind: bot.Denied},
		{name: "message", fault: slacksim.Fault{Error: "message_not_found"}, kind: bot.Gone},
		{name: "user group", fault: slacksim.Fault{Error: "no_such_subteam"}, kind: bot.NotFound, mend: "under groups"},
		{name: "plan", fault: slacksim.Fault{Error: "plan_upgrade_required"}, kind: bot.Denied, mend: "List the members"},
		{name: "forbidden", fault: slacksim.Fault{Error: "restricted_action"}, kind: bot.Denied},
		{name: "announcements only", fault: slacksim.Fault{Error: "restricted_action_read_only_channel"}, kind: bot.Denied, mend: "Posting Permissions"},
		{name: "threads only", fault: slacksim.Fault{Error: "restricted_action_thread_only_channel"}, kind: bot.Denied, mend: "Posting Permissions"},
		{name: "no threads", fault: slacksim.Fault{Error: "restricted_action_non_threadable_channel"}, kind: bot.Denied, mend: "Allow threads"},
		{name: "no answer to it", fault: slacksim.Fault{Error: "cannot_reply_to_message"}, kind: bot.Denied, mend: "Allow threads"},
		{name: "keys are withheld", fault: slacksim.Fault{Error: "ekm_access_denied"}, kind: bot.Denied, mend: "encryption keys"},
		{name: "network", fault: slacksim.Fault{Error: "accesslimited"}, kind: bot.Denied},
		{name: "enterprise", fault: slacksim.Fault{Error: "enterprise_is_restricted"}, kind: bot.Denied},
		{name: "the workspace moves", fault: slacksim.Fault{Error: "org_login_required"}, kind: bot.Unavailable},
		{name: "it was added to an organisation", fault: slacksim.Fault{Error: "team_added_to_org"}, kind: bot.Unavailable},
		{name: "the channel moves", fault: slacksim.Fault{Error: "external_channel_migrating"}, kind: bot.Unavailable},
		{name: "internal", fault: slacksim.Fault{Error: "internal_error"}, kind: bot.Unavailable},
		{name: "in words, though it is 200", fault: slacksim.Fault{Error: "service_unavailable"}, kind: bot.Unavailable},
		{name: "an update that failed", fault: slacksim.Fault{Error: "update_failed"}, kind: bot.Unavailable},
		{name: "a code of tomorrow", fault: slacksim.Fault{Error: "moon_not_full"}, kind: bot.Invalid},
		{name: "blocks", fault: slacksim.Fault{Error: "invalid_blocks", Times: 2}, kind: bot.Invalid},
		{name: "400", fault: slacksim.Fault{Status: 400}, kind: bot.Invalid},
		{name: "500 itself", fault: slacksim.Fault{Status: 500}, kind: bot.Unavailable},
		{name: "broken", fault: slacksim.Fault{Error: "fatal_error"}, kind: bot.Unavailable},
		{name: "500", fault: slacksim.Fault{Status: 503}, kind: bot.Unavailable},
		{name: "cut", fault: slacksim.Fault{Cut: slacksim.CutBefore}, kind: bot.Unavailable},
		{name: "429 in words", fault: slacksim.Fault{Error: "ratelimited"}, kind: bot.Limited},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			tt.fault.Method = "chat.postMessage"
			r.sim.Inject(tt.fault)
			_, err := r.sender.Post(within(t), cardMessage(release()), nil)
			if bot.KindOf(err) != tt.kind {
				t.Fatalf("Post = %v, kind %s", err, bot.KindOf(err))
			}
			says, mend := bot.ForPeople(err)
			if says == "" || !strings.Contains(mend, tt.mend) {
				t.Errorf("people read %q, %q", says, mend)
			}
			if strings.Contains(err.Error()+r.logs.String(), r.sim.Options().Token) {
				t.Error("the token is in the error or the log")
			}
			if wait := bot.RetryAfter(err); (wait >= 10*time.Second) != (tt.kind == bot.Limited) {
				t.Errorf("to be tried again after %s", wait)
			}
		})
	}
}

func TestNothingLeavesWithoutAConnection(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	sender, err := slack.NewSender(slack.SenderOptions{Token: "xoxb-secret", APIURL: gone.URL}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Post(within(t), cardMessage(release()), nil); bot.KindOf(err) != bot.NeverSent || strings.Contains(err.Error(), "xoxb") {
		t.Errorf("Post = %v, kind %s", err, bot.KindOf(err))
	}
}

func TestAuthTest(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	team, user, err := r.sender.AuthTest(within(t))
	if err != nil || team != r.sim.Options().TeamID || user != r.sim.Options().BotUserID {
		t.Errorf("AuthTest = %q, %q, %v", team, user, err)
	}
	r.sim.RevokeToken()
	if _, _, err := r.sender.AuthTest(within(t)); bot.KindOf(err) != bot.Denied {
		t.Errorf("AuthTest with a revoked token = %v", err)
	}
}

func TestTellFindsAWay(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.AddChannel(slacksim.Channel{ID: "C0OTHER", Name: "other", BotAbsent: true})
	person := bot.Person{ID: ann}
	tests := []struct {
		name string
		to   bot.Reply
		want string // where it is read
	}{
		{name: "in the channel", to: bot.Reply{To: person, Channel: deploys}, want: deploys},
		{name: "directly", to: bot.Reply{To: person}, want: r.sim.DirectChannel(ann)},
		{name: "directly, where slipway may not speak", to: bot.Reply{To: person, Channel: "C0OTHER"}, want: r.sim.DirectChannel(ann)},
		{name: "elsewhere than at a strange address", to: bot.Reply{To: person, Channel: deploys, URL: "https://169.254.169.254/latest"}, want: deploys},
		{name: "elsewhere than at a used address", to: bot.Reply{To: person, Channel: deploys, URL: strings.TrimSuffix(r.sim.APIURL(), "api/") + "hooks/commands/T0001/used"}, want: deploys},
	}
	for _, tt := range tests {
		if err := r.sender.Tell(within(t), tt.to, bot.Done{Says: tt.name}); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		messages := r.sim.Messages(tt.want)
		if len(messages) == 0 || !strings.Contains(strings.ToLower(messages[len(messages)-1].Current().Text), tt.name) {
			t.Errorf("%s: not to be read in %s", tt.name, tt.want)
		}
	}
	if err := r.sender.Tell(within(t), bot.Reply{}, bot.Done{Says: "hello"}); err == nil {
		t.Error("nobody was told, and it is no error")
	}
	if logged := r.logs.String(); strings.Contains(logged, "hooks/commands") || strings.Contains(logged, "169.254") {
		t.Errorf("an address is in the log:\n%s", logged)
	}
}

func TestResponseURLsLeadNowhereElse(t *testing.T) {
	t.Parallel()
	called := make(chan string, 10)
	evil := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.URL.Path }))
	t.Cleanup(evil.Close)
	r := newRig(t, slacksim.Options{})
	api := strings.TrimSuffix(r.sim.APIURL(), "/api/")
	host := strings.TrimPrefix(api, "http://")
	for _, address := range []string{
		evil.URL, evil.URL + "/hooks.slack.com", "http://hooks.slack.com.evil.example/", "http://hooks.slack.com/x",
		"http://" + host + "@" + strings.TrimPrefix(evil.URL, "http://"), "file:///etc/passwd", "::", "https:hooks.slack.com",
		"https://evil.example/", "https://user@hooks.slack.com/x", "https://hooks.slack.com:8443/x",
	} {
		if err := r.sender.Tell(within(t), bot.Reply{URL: address}, bot.Done{Says: "hello"}); bot.KindOf(err) != bot.Invalid {
			t.Errorf("%q: %v, want a refusal before anything is sent", address, err)
		}
	}
	select {
	case path := <-called:
		t.Errorf("a request went to %q", path)
	default:
	}
}

// TestRefusedBlocksAreSentAsText: what Slack refuses as a block is sent in words,
// an edit takes the old blocks away, and what was refused is not tried again.
func TestRefusedBlocksAreSentAsText(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	tried := func(method string) int { return r.sim.Count(method) }
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := release()
	changed.Phase = bot.Cancelled
	r.sim.Inject(slacksim.Fault{Method: "chat.update", Error: "invalid_blocks"})
	for range 3 {
		if err := r.sender.Edit(within(t), ref, cardMessage(changed), nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := tried("chat.update"); n != 4 {
		t.Errorf("%d edits were tried", n)
	}
	m := r.sim.Messages(deploys)[0].Current()
	if string(m.Blocks) != "" && string(m.Blocks) != "[]" || !strings.Contains(m.Text, "Cancelled") {
		t.Errorf("it shows %s %s", m.Text, m.Blocks)
	}
	for _, method := range []string{"response_url", "chat.postEphemeral", "chat.postMessage"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			to := bot.Reply{To: bot.Person{ID: ann}}
			where := r.sim.DirectChannel(ann)
			if method != "chat.postMessage" {
				to.Channel, where = deploys, deploys
			}
			if method == "response_url" {
				d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "")
				if err != nil {
					t.Fatal(err)
				}
				form, err := url.ParseQuery(string(d.Request.Body))
				if err != nil {
					t.Fatal(err)
				}
				to.URL = form.Get("response_url")
			}
			r.sim.Inject(slacksim.Fault{Method: method, Error: "invalid_blocks"})
			if err := r.sender.Tell(within(t), to, bot.Done{Says: "it is done"}); err != nil {
				t.Fatal(err)
			}
			if n := r.sim.Count(method); method != "response_url" && n != 2 {
				t.Errorf("%d tries", n)
			}
			r.waitFor(t, where, "It is done")
		})
	}
}
