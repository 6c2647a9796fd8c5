package httpprobe_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

// TestVersion: the version in a good answer, fit for a message. No answer, a bad answer, and
// one without a version give none.
func TestVersion(t *testing.T) {
	t.Parallel()
	sha := strings.Repeat("ab12", 10)
	for name, tt := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"a commit":              {200, `{"build":{"sha":" ` + strings.ToUpper(sha) + ` "}}`, sha},
		"the start of one":      {200, `{"build":{"sha":"ab12ab12"}}`, "ab12ab12"},
		"digits alone":          {200, `{"build":{"sha":12345678}}`, "12345678"},
		"another word":          {200, `{"build":{"sha":"v1.2.3-rc1"}}`, "v1.2.3-rc1"},
		"a long one":            {200, `{"build":{"sha":"` + strings.Repeat("v", 90) + `"}}`, strings.Repeat("v", 20) + "…"},
		"one that cannot stand": {200, `{"build":{"sha":"a\u0000\u202eb"}}`, "ab"},
		"none":                  {200, `{"build":{"sha":""}}`, ""},
		"elsewhere":             {200, `{"sha":"` + sha + `"}`, ""},
		"no JSON":               {200, sha, ""},
		"a bad answer":          {503, `{"build":{"sha":"` + sha + `"}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			defer server.Close()
			p := httpprobe.New(httpprobe.Options{Transport: http.DefaultTransport})
			ask := func(settings ...bot.Setting) (string, bool) {
				return p.Version(t.Context(), bot.Question{Probe: bot.Probe{Name: "v", Source: "http", Settings: append(settings, bot.Setting{Key: "http", Value: server.URL})}})
			}
			if got, told := ask(bot.Setting{Key: "version", Value: "build.sha"}); got != tt.want || told != (tt.want != "") {
				t.Errorf("it is %q, %t", got, told)
			}
			if got, told := ask(); told {
				t.Errorf("a probe without a version tells %q", got)
			}
		})
	}
}
