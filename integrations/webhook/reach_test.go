package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/webhook"
)

// TestReach connects to a receiver, sends it nothing, and names only its host.
func TestReach(t *testing.T) {
	t.Parallel()
	untouched := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	plain, tls := httptest.NewServer(untouched), httptest.NewTLSServer(untouched)
	t.Cleanup(plain.Close)
	t.Cleanup(tls.Close)
	for name, tt := range map[string]struct{ url, host, says string }{
		"it is there":                     {plain.URL + "/secret", "127.0.0.1", ""},
		"nobody believes its certificate": {tls.URL + "/secret", "127.0.0.1", "certificate that is not valid"},
		"it speaks no TLS":                {strings.Replace(plain.URL, "http:", "https:", 1), "127.0.0.1", "does not speak TLS"},
		"nobody is there":                 {"http://127.0.0.1:1/secret", "127.0.0.1", "takes no connection"},
		"no such name":                    {"https://hooks.invalid/secret", "hooks.invalid", "could not be looked up"},
		"where none may be":               {"http://169.254.169.254/secret", "169.254.169.254", "may not connect"},
		"no address":                      {"secret", "", "cannot be read"},
	} {
		sender := webhook.New(map[string]webhook.Receiver{"a": {URL: tt.url}})
		host, err := sender.Reach(t.Context(), "a")
		says, _ := bot.ForPeople(err)
		if host != tt.host || (err == nil) != (tt.says == "") || !strings.Contains(says, tt.says) && tt.says != "" || strings.Contains(says, "secret") {
			t.Errorf("%s: %s, %v", name, host, err)
		}
	}
}
