package httpprobe_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

// TestWhatIsReadOfAnAnswer: the body, and the value at a path of its JSON.
func TestWhatIsReadOfAnAnswer(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"queue":{"length":120,"name":"mail","open":true,"odd":"7.5","huge":12345678901234567890,"beyond":1e999,"hex":"0x1p4","nan":"NaN","shut":false,"word":"Größe 🚦"},"list":[1,{"a":null}],"empty":"","":{"":5}}`)
	})
	at := func(path string, more ...func(*bot.Probe)) bot.Probe {
		return probe(base, append(more, with("json.path", path))...)
	}
	values := func(p *bot.Probe) { p.Kind = bot.Values }
	for name, tt := range map[string]struct {
		probe bot.Probe
		says  string // empty for a good answer
		value float64
	}{
		"the body has it":      {probe(base, with("body", `"name":"mail"`)), "", 0},
		"the body lacks it":    {probe(base, with("body", "post")), "the answer lacks what must stand in it", 0},
		"below max":            {at("queue.length", with("json.max", "120")), "", 120},
		"above max":            {at("queue.length", with("json.max", "100")), "queue.length is 120, more than 100", 0},
		"above min":            {at("queue.length", with("json.min", "-1e2")), "", 120},
		"below min":            {at("queue.length", with("json.min", "121")), "queue.length is 120, less than 121", 0},
		"a number as text":     {at("queue.odd", with("json.max", "8")), "", 7.5},
		"no number":            {at("queue.name", with("json.max", "8")), "queue.name is no number", 0},
		"an object":            {at("queue", with("json.max", "8")), "queue is no number", 0},
		"not there":            {at("queue.none", with("json.max", "8")), "queue.none is no number", 0},
		"equal text":           {at("queue.name", with("json.equals", "mail")), "", 0},
		"other text":           {at("queue.name", with("json.equals", "post")), "queue.name is mail", 0},
		"equal numbers":        {at("queue.length", with("json.equals", "1.2e2")), "", 0},
		"equal truth":          {at("queue.open", with("json.equals", "true")), "", 0},
		"a list is no value":   {at("list", with("json.equals", "1")), "list is no single value", 0},
		"null":                 {at("list.1.a", with("json.equals", "x")), "list.1.a is null", 0},
		"null, as it must be":  {at("list.1.a", with("json.equals", "null")), "", 0},
		"null is no number":    {at("list.1.a", with("json.max", "1")), "list.1.a is no number", 0},
		"an empty text":        {at("empty", with("json.equals", "x")), "empty is empty", 0},
		"nothing":              {at("list.1.b", with("json.equals", "x")), "list.1.b is not there", 0},
		"nothing is not null":  {at("list.1.b", with("json.equals", "null")), "list.1.b is not there", 0},
		"beyond the list":      {at("list.2", with("json.equals", "null")), "list.2 is not there", 0},
		"below a number":       {at("queue.length.x", with("json.equals", "null")), "queue.length.x is not there", 0},
		"beyond all numbers":   {at("queue.beyond", with("json.max", "8")), "queue.beyond is no number", 0},
		"hexadecimal":          {at("queue.hex", with("json.max", "80")), "queue.hex is no number", 0},
		"NaN":                  {at("queue.nan", with("json.max", "8")), "queue.nan is no number", 0},
		"truth is no number":   {at("queue.open", with("json.max", "8")), "queue.open is no number", 0},
		"untrue":               {at("queue.shut", with("json.equals", "true")), "queue.shut is false", 0},
		"a number is no truth": {at("list.0", with("json.equals", "true")), "list.0 is 1", 0},
		"words of others":      {at("queue.word", with("json.equals", "Größe 🚦")), "", 0},
		"long and equal":       {at("queue.huge", with("json.equals", "12345678901234567890")), "", 0},
		"long and not quite":   {at("queue.huge", with("json.equals", "12345678901234567891")), "queue.huge is 12345678901234567890", 0},
		"text is no number":    {at("queue.odd", with("json.equals", "7.50")), "queue.odd is 7.5", 0},
		"a value":              {at("queue.length", values), "", 120},
		"a value that is none": {at("queue.name", values), "queue.name is no number", 0},
		"a huge value":         {at("queue.huge", values), "", 12345678901234567890},
	} {
		got := ask(t, httpprobe.New(httpprobe.Options{}), tt.probe, commit)
		if good := got.Outcome == bot.Good; good != (tt.says == "") || got.Says != tt.says || good && got.Value != tt.value {
			t.Errorf("%s: %s %q %v, want %q %v", name, got.Outcome, got.Says, got.Value, tt.says, tt.value)
		}
	}
}

// TestHeaders: they come from slipway.yaml or a file, are sent to the same host and port
// only, and are never shown.
func TestHeaders(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tenant")
	if err := os.WriteFile(file, []byte("blue\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") != "" {
			t.Error("the token was sent to another port")
		}
	})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/away":
			http.Redirect(w, r, elsewhere, http.StatusFound)
		case r.Header.Get("X-Token") != "hunter2" || r.Header.Get("X-Tenant") != "blue" || r.Host != "shop.example.com":
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	known := map[string]string{"headers.X-Token": "hunter2", "headers.host": "shop.example.com"}
	prober := httpprobe.New(httpprobe.Options{Secrets: func(q bot.Question) map[string]string {
		if q.Target.Service != "api" || q.Probe.Name != "up" {
			return nil
		}
		return known
	}})
	headed := probe("", with("headers.X-Token", ""), with("headers.host", ""), with("headers.X-Tenant.file", file))
	asked := func(path, service string) bot.Sample {
		p := headed
		p.Settings = append([]bot.Setting{{Key: "http", Value: base + path}}, headed.Settings...)
		return prober.Ask(t.Context(), bot.Question{Probe: p, Target: bot.Target{Service: service}})
	}
	check(t, asked("/", "api"), bot.Good, "")
	check(t, asked("/away", "api"), bot.Bad, "status 302, a redirect to 127.0.0.1, which is not followed")
	check(t, asked("/", "web"), bot.NoAnswer, "a header of it could not be read here")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	check(t, asked("/", "api"), bot.NoAnswer, "a header of it could not be read here")
}

// TestWhereProbesMayNotGo: neither by an address nor by a redirect. It is never the service's
// fault.
func TestWhereProbesMayNotGo(t *testing.T) {
	t.Parallel()
	base := pages(t)
	for name, tt := range map[string]struct {
		allowed []string
		url     string
		outcome bot.SampleOutcome
		says    string
	}{
		"metadata":              {nil, "http://169.254.169.254/latest/meta-data/", bot.NoAnswer, "probes may not connect to that address"},
		"link-local":            {nil, "http://[fe80::1]/", bot.NoAnswer, "probes may not connect to that address"},
		"not on the list":       {[]string{"api.example.com"}, base + "/ok", bot.NoAnswer, "probes may not connect to that address"},
		"on the list":           {[]string{"127.0.0.0/8"}, base + "/ok", bot.Good, ""},
		"a redirect to a cloud": {nil, serve(t, http.RedirectHandler("http://169.254.169.254/", http.StatusFound).ServeHTTP), bot.Bad, "status 302, a redirect to 169.254.169.254, which is not followed"},
	} {
		got := ask(t, httpprobe.New(httpprobe.Options{Allowed: tt.allowed}), probe(tt.url), "")
		if got.Outcome != tt.outcome || got.Says != tt.says {
			t.Errorf("%s: %s %q, want %s %q", name, got.Outcome, got.Says, tt.outcome, tt.says)
		}
	}
}

// TestARedirectToAnotherPort is not followed, though it is the same host.
func TestARedirectToAnotherPort(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other port was asked") }))
	t.Cleanup(other.Close)
	base := serve(t, http.RedirectHandler(other.URL, http.StatusFound).ServeHTTP)
	check(t, ask(t, httpprobe.New(httpprobe.Options{}), probe(base), ""), bot.Bad, "status 302, a redirect to 127.0.0.1, which is not followed")
}
