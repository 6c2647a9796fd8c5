package slack_test

import (
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// TestAnswersThatAreNone: what stands between slipway and Slack, and Slack itself on a
// bad day, answer a post with whatever they like. Unless it is certain that nothing was
// posted the message is looked for, and a pause is believed within reason.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	limited := func(after ...string) http.Header { return http.Header{"Retry-After": after} }
	for name, tt := range map[string]struct {
		status int
		header http.Header
		body   string
		want   bot.ErrorKind
		wait   time.Duration
	}{
		"a page":                         {200, nil, "<html>Down for maintenance</html>", bot.Unavailable, 0},
		"a page with an error":           {503, nil, "<html>Service Unavailable</html>", bot.Unavailable, 0},
		"nothing":                        {200, nil, "", bot.Unavailable, 0},
		"null":                           {200, nil, "null", bot.Unavailable, 0},
		"an object about nothing":        {200, nil, "{}", bot.Unavailable, 0},
		"not ok, without a word":         {200, nil, `{"ok":false}`, bot.Unavailable, 0},
		"ok, and nowhere":                {200, nil, `{"ok":true}`, bot.Unavailable, 0},
		"half of it":                     {200, nil, `{"ok":true,"channel":"C0DEPLOYS","ts":"1700000`, bot.Unavailable, 0},
		"of another type":                {200, nil, `{"ok":true,"channel":7,"ts":8}`, bot.Unavailable, 0},
		"a page to log in":               {302, http.Header{"Location": {"https://login.example.com/"}}, "", bot.Unavailable, 0},
		"a proxy that does not let it":   {403, nil, "<html>Blocked by policy</html>", bot.Unavailable, 0},
		"a proxy that wants a password":  {407, nil, "", bot.Unavailable, 0},
		"a fault of slipway's":           {400, nil, "", bot.Invalid, 0},
		"a limit":                        {429, limited("20"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 20 * time.Second},
		"a limit that does not say":      {429, nil, `{"ok":false,"error":"ratelimited"}`, bot.Limited, 30 * time.Second},
		"a limit of the workspace":       {429, nil, `{"ok":false,"error":"message_limit_exceeded"}`, bot.Limited, 30 * time.Second},
		"a limit of a proxy":             {429, nil, "<html>Too many</html>", bot.Limited, 30 * time.Second},
		"a limit of no time":             {429, limited("0"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 30 * time.Second},
		"a limit of a month":             {429, limited("2592000"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 10 * time.Minute},
		"a limit until a date":           {429, limited("Wed, 21 Oct 2026 07:28:00 GMT"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 30 * time.Second},
		"a limit in the past":            {429, limited("-5"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 30 * time.Second},
		"a limit beyond all numbers":     {429, limited("99999999999999999999"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 30 * time.Second},
		"a limit in a number that wraps": {429, limited("18446744074"), `{"ok":false,"error":"ratelimited"}`, bot.Limited, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/auth.test" {
					_, _ = w.Write([]byte(`{"ok":true,"url":"https://acme.slack.com/","team_id":"T0001","user_id":"U0SLIPWAY","bot_id":"B0SLIPWAY"}`))
					return
				}
				maps.Copy(w.Header(), tt.header)
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			t.Cleanup(server.Close)
			sender, err := slack.NewSender(slack.SenderOptions{Token: "xoxb-secret", APIURL: server.URL}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			ref, err := sender.Post(within(t), cardMessage(release()), nil)
			if bot.KindOf(err) != tt.want || err == nil {
				t.Fatalf("Post = %+v, %v, kind %s, want %s", ref, err, bot.KindOf(err), tt.want)
			}
			if tt.status == http.StatusOK || tt.want == bot.Limited { // nor is a channel taken for empty
				if found, err := sender.Find(within(t), cardMessage(release()), time.Now()); bot.KindOf(err) != tt.want {
					t.Errorf("Find = %+v, %v, kind %s, want %s", found, err, bot.KindOf(err), tt.want)
				}
			}
			if wait := bot.RetryAfter(err); tt.wait != 0 && wait != tt.wait || tt.wait == 0 && wait > 10*time.Minute {
				t.Errorf("it is tried again after %s, want %s", wait, tt.wait)
			}
		})
	}
}
