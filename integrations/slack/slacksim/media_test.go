package slacksim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestJSONMustSayThatItIsJSON: what a bot answers as JSON without saying so is
// plain text to Slack: no message, no form and no echo comes of it.
func TestJSONMustSayThatItIsJSON(t *testing.T) {
	t.Parallel()
	for media, good := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "APPLICATION/JSON": true,
		"": false, "text/plain": false, "text/plain; charset=utf-8": false, "application/x-www-form-urlencoded": false, "application/json;;": false,
	} {
		t.Run(media, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			answers := func(body string) {
				r.bot.next(func(w http.ResponseWriter, _ *http.Request) {
					w.Header()["Content-Type"] = []string{media}
					_, _ = io.WriteString(w, body)
				})
			}

			answers(`{"text":"hello"}`)
			d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api")
			check(t, err)
			if refused := strings.Contains(d.Shown, "invalid_command_response"); refused == good || strings.Contains(d.Shown, "hello") != good {
				t.Errorf("the command shows %q", d.Shown)
			}

			_, err = r.api.OpenView(trigger(t, r, ann), form("Deploy"))
			check(t, err)
			answers(`{"response_action":"clear"}`)
			_, err = r.sim.SubmitView(withDeadline(t), ann, map[string]string{"svc": "api", "why": "a test"})
			check(t, err)
			if _, open := r.sim.Modal(ann); open == good {
				t.Errorf("the form is open: %t", open)
			}

			r.bot.next(func(w http.ResponseWriter, _ *http.Request) { // an echo
				w.Header()["Content-Type"] = []string{media}
				_, _ = w.Write(r.bot.last(t).body)
			})
			if _, err := r.sim.URLVerification(withDeadline(t)); (err == nil) != good {
				t.Errorf("the challenge: %v", err)
			}

			_, err = r.sim.Command(withDeadline(t), ann, "C0SECRET", "/deploy", "api")
			check(t, err)
			asked, err := url.ParseQuery(string(r.bot.last(t).body))
			check(t, err)
			post := httptest.NewRequest(http.MethodPost, asked.Get("response_url"), strings.NewReader(`{"text":"later"}`))
			post.Header["Content-Type"] = []string{media}
			answer := httptest.NewRecorder()
			r.sim.ServeHTTP(answer, post)
			if (answer.Code == http.StatusOK) != good || strings.Contains(r.sim.Transcript("C0SECRET"), "later") != good {
				t.Errorf("the response_url says %d %s", answer.Code, answer.Body)
			}
		})
	}
}
