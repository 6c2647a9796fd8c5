package alertmanager_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/alertmanager"
	"github.com/slipwayhq/slipway/integrations/alertmanager/alertsim"
)

func asking(base string, matching ...string) bot.Question {
	probe := bot.Probe{Name: "pages", Source: alertmanager.Name, Kind: bot.Answers, Settings: []bot.Setting{{Key: "alerts", Value: base}}}
	for i, m := range matching {
		probe.Settings = append(probe.Settings, bot.Setting{Key: fmt.Sprintf("matching.%d", i), Value: m})
	}
	return bot.Question{Probe: probe, Target: bot.Target{Service: "api", Environment: "production"}, SHA: "0123abc", Release: "api-7", For: bot.ForGate}
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func check(t *testing.T, name string, got bot.Sample, outcome bot.SampleOutcome, says string) {
	t.Helper()
	if got.Outcome != outcome || !strings.Contains(got.Says, says) {
		t.Errorf("%s: %s (%s), want %s (%s)", name, got.Outcome, got.Says, outcome, says)
	}
}

// TestAsk asks an Alertmanager with alerts of all kinds.
func TestAsk(t *testing.T) {
	t.Parallel()
	sim := alertsim.New()
	sim.Fire(map[string]string{"alertname": "HighErrorRate", "severity": "page", "service": "api", "path": `C:\new "x"`})
	sim.Fire(map[string]string{"alertname": "DiskFull", "severity": "page", "service": "web"})
	sim.Fire(map[string]string{"alertname": "DiskFull", "severity": "ticket", "service": "web", "disk": "2"})
	sim.Fire(map[string]string{"severity": "info"})
	sim.Silence(map[string]string{"alertname": "Known", "severity": "page", "service": "shop"})
	sim.Inhibit(map[string]string{"alertname": "Behind", "severity": "page", "service": "shop"})
	base := serve(t, sim)
	for name, tt := range map[string]struct {
		matching []string
		outcome  bot.SampleOutcome
		says     string
	}{
		"all of them":                   {nil, bot.Bad, "4 alerts fire: "},
		"one":                           {[]string{`severity="page"`, `service="{{service}}"`}, bot.Bad, "1 alert fires: HighErrorRate"},
		"the service without quotes":    {[]string{`service={{ service }}`}, bot.Bad, "1 alert fires"},
		"the service beside another":    {[]string{`service=~"{{service}}|shop"`}, bot.Bad, "1 alert fires: HighErrorRate"},
		"a name once":                   {[]string{`service="web"`}, bot.Bad, "2 alerts fire: DiskFull"},
		"one without a name":            {[]string{"severity=info"}, bot.Bad, "1 alert fires"},
		"silenced and inhibited ones":   {[]string{`service="shop"`}, bot.Good, "none fires"},
		"none":                          {[]string{`severity="page"`, `service="{{environment}}"`}, bot.Good, "none fires"},
		"none of the others":            {[]string{`service!~"api|web|shop"`, `severity!=info`}, bot.Good, "none fires"},
		"what must be escaped":          {[]string{`path="C:\\new \"x\""`}, bot.Bad, "1 alert fires"},
		"an expression with a point":    {[]string{`alertname=~"Disk.*"`}, bot.Bad, "2 alerts fire"},
		"a backslash in an expression":  {[]string{`severity=~"p\w+"`, `service="api"`}, bot.Bad, "1 alert fires"},
		"a fact that stands for itself": {[]string{`service=~"{{release}}"`}, bot.Good, "none fires"},
	} {
		check(t, name, alertmanager.New(alertmanager.Options{}).Ask(t.Context(), asking(base, tt.matching...)), tt.outcome, tt.says)
	}
	early := asking(base, "severity=none")
	early.For = bot.ForWatch
	check(t, "in a watch", alertmanager.New(alertmanager.Options{}).Ask(t.Context(), early), bot.Good, "")
}

// TestAsk_WhatIsNoAnswer: anything but a list of alerts is no answer.
func TestAsk_WhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	says := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	alert := func(name, state string) string {
		return `{"labels":{"alertname":"` + name + `"},"status":{"state":"` + state + `"}}`
	}
	elsewhere := strings.Replace(serve(t, says(http.StatusOK, "[]")), "127.0.0.1", "localhost", 1)
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		outcome bot.SampleOutcome
		says    string
	}{
		"an empty list":              {says(http.StatusOK, "[]\n"), bot.Good, "none fires"},
		"a matcher is refused":       {says(http.StatusBadRequest, `"bad matcher format: severity"`), bot.NoAnswer, "does not understand what stands under matching"},
		"refused as go-swagger does": {says(http.StatusUnprocessableEntity, `{"code":601}`), bot.NoAnswer, "does not understand"},
		"it wants to know who asks":  {says(http.StatusUnauthorized, ""), bot.NoAnswer, "look at headers"},
		"it is too old":              {says(http.StatusNotFound, "404 page not found"), bot.NoAnswer, "version 0.16"},
		"it is broken":               {says(http.StatusServiceUnavailable, "upstream"), bot.NoAnswer, "does not work (status 503)"},
		"a page":                     {says(http.StatusOK, "<!DOCTYPE html><title>Sign in</title>"), bot.NoAnswer, "is no Alertmanager"},
		"nothing":                    {says(http.StatusOK, ""), bot.NoAnswer, "is no Alertmanager"},
		"null":                       {says(http.StatusOK, "null"), bot.NoAnswer, "is no Alertmanager"},
		"an object":                  {says(http.StatusOK, `{"status":"success","data":[]}`), bot.NoAnswer, "is no Alertmanager"},
		"a list of something else":   {says(http.StatusOK, `[1,2]`), bot.NoAnswer, "is no Alertmanager"},
		"a list of nulls":            {says(http.StatusOK, `[null]`), bot.NoAnswer, "is no Alertmanager"},
		"alerts without labels":      {says(http.StatusOK, `[{}]`), bot.NoAnswer, "is no Alertmanager"},
		"a list without an end":      {says(http.StatusOK, "["), bot.NoAnswer, "is no Alertmanager"},
		"an alert, and no end":       {says(http.StatusOK, "["+alert("A", "active")+","), bot.Bad, "at least 1 alert"},
		"it heeds no question":       {says(http.StatusOK, "["+alert("A", "suppressed")+","+alert("B", "unprocessed")+"]"), bot.Bad, "1 alert fires: B"},
		"all are suppressed":         {says(http.StatusOK, "["+alert("A", "suppressed")+"]"), bot.Good, "none fires"},
		"no state, as none tells":    {says(http.StatusOK, `[{"labels":{"alertname":"A"}}]`), bot.Bad, "1 alert fires: A"},
		"a name that is no good":     {says(http.StatusOK, "["+alert(`\u0007\u202e<!channel> `+strings.Repeat("x", 200), "active")+"]"), bot.Bad, "1 alert fires: <!channel> xxx"},
		"a huge list":                {says(http.StatusOK, "["+strings.Repeat(alert("A", "active")+",", 5000)+alert("B", "active")+"]"), bot.Bad, "at least 1000 alerts fire: A"},
		"a huge list of silences":    {says(http.StatusOK, "["+strings.Repeat(alert("A", "suppressed")+",", 200_000)+alert("B", "active")+"]"), bot.NoAnswer, "is no Alertmanager"},
		"it leads to itself":         {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, bot.NoAnswer, "leads elsewhere (status 302)"},
		"it leads elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		}, bot.NoAnswer, "leads elsewhere (status 307)"},
		"it hangs": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, bot.NoAnswer, "did not answer within 300 ms"},
		"it hangs in the middle": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("["))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, bot.NoAnswer, "did not answer within 300 ms"},
		"it breaks off": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, bot.NoAnswer, "cannot be reached"},
	} {
		q := asking(serve(t, tt.handler))
		if q.Probe.Timeout = time.Minute; strings.HasPrefix(name, "it hangs") {
			q.Probe.Timeout = 300 * time.Millisecond
		}
		got := alertmanager.New(alertmanager.Options{}).Ask(t.Context(), q)
		check(t, name, got, tt.outcome, tt.says)
		if len([]rune(got.Says)) > 200 || strings.ContainsAny(got.Says, "\a\u202e") {
			t.Errorf("%s: says %q", name, got.Says)
		}
	}
}

// TestAsk_Where: below the path of a proxy, with headers, and never at an address that
// probes may not reach.
func TestAsk_Where(t *testing.T) {
	t.Parallel()
	sim := alertsim.New()
	mux := http.NewServeMux()
	mux.Handle("/am/", http.StripPrefix("/am", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer hunter2" || r.Host != "alerts.example.com" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		sim.ServeHTTP(w, r)
	})))
	base := serve(t, mux)
	source := alertmanager.New(alertmanager.Options{Secrets: func(q bot.Question) map[string]string {
		if q.For != bot.ForGate || q.Probe.Name != "pages" {
			return nil
		}
		return map[string]string{"headers.Authorization": "Bearer hunter2", "headers.host": "alerts.example.com"}
	}})
	ask := func(base string) bot.Question {
		q := asking(base, `severity="page"`)
		q.Probe.Settings = append(q.Probe.Settings, bot.Setting{Key: "headers.Authorization"}, bot.Setting{Key: "headers.host"})
		return q
	}
	for _, path := range []string{"/am", "/am/"} {
		check(t, path, source.Ask(t.Context(), ask(base+path)), bot.Good, "none fires")
	}
	other := ask(base + "/am")
	other.Probe.Name = "others"
	check(t, "a secret that nobody knows", source.Ask(t.Context(), other), bot.NoAnswer, "a header of it could not be read here")
	check(t, "the metadata of a cloud", source.Ask(t.Context(), asking("http://169.254.169.254")), bot.NoAnswer, "may not connect to the address")
	check(t, "what is not allowed", alertmanager.New(alertmanager.Options{Allowed: []string{"alerts.example.com"}}).Ask(t.Context(), asking(base)), bot.NoAnswer, "may not connect to the address")
	check(t, "nobody there", source.Ask(t.Context(), asking("http://127.0.0.1:1")), bot.NoAnswer, "cannot be reached")
	check(t, "no such name", source.Ask(t.Context(), asking("http://alerts.invalid")), bot.NoAnswer, "could not be looked up")
	check(t, "no address", source.Ask(t.Context(), asking("::")), bot.NoAnswer, "no valid address")
}

func TestBound(t *testing.T) {
	t.Parallel()
	source := alertmanager.New(alertmanager.Options{})
	for want, q := range map[string]bot.Question{
		`no alert with severity="page", service=~"api|web"`: asking("http://a", "severity = page", `service=~"{{service}}|web"`),
		"no alert": asking("http://a"),
	} {
		if got := source.Bound(q); got != want {
			t.Errorf("Bound = %q, want %q", got, want)
		}
	}
}
