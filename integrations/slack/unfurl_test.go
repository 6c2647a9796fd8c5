package slack_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestNothingUnfurls: whichever way slipway posts, Slack is told to draw no preview of
// the links in it, of which each card has several.
func TestNothingUnfurls(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	posted := map[string]url.Values{}
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "/chat.postMessage") {
				body, _ := io.ReadAll(req.Body) // the simulator says what is wrong with it
				form, err := url.ParseQuery(string(body))
				mu.Lock()
				if posted[form.Get("channel")+" "+form.Get("thread_ts")] = form; err != nil {
					t.Error(err)
				}
				mu.Unlock()
				req.Body = io.NopCloser(bytes.NewReader(body))
			}
			sim.ServeHTTP(w, req)
		})
	})
	card := cardMessage(release())
	ref, err := r.sender.Post(within(t), card, nil)
	if err != nil {
		t.Fatal(err)
	}
	card.Thread = ref.ID
	if _, err := r.sender.Post(within(t), card, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.sender.Tell(within(t), bot.Reply{To: bot.Person{ID: ann}}, bot.Done{Says: "See https://example.com/releases/api-142."}); err != nil { // nobody's channel: a direct message
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(posted) != 3 {
		t.Fatalf("%d ways to post were seen: %v", len(posted), posted)
	}
	for where, form := range posted {
		if form.Get("unfurl_links") != "false" || form.Get("unfurl_media") != "false" {
			t.Errorf("in %s links unfurl: %q, media: %q", where, form.Get("unfurl_links"), form.Get("unfurl_media"))
		}
	}
}
