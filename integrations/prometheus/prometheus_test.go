package prometheus_test

import (
	"encoding/pem"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/prometheus"
	"github.com/slipwayhq/slipway/integrations/prometheus/promserver"
)

// serve starts a real Prometheus with data of the past. If none is installed and none is
// required, it skips the test.
func serve(t *testing.T, past string) *promserver.Server {
	t.Helper()
	if err := promserver.Look(); err != nil {
		if os.Getenv("CONTRACT_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	server, err := promserver.Start(t.Context(), promserver.Options{Dir: t.TempDir(), Past: past})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// minutes is the past of a metric, one value a minute up to now.
func minutes(now time.Time, series string, values ...float64) string {
	var text strings.Builder
	for i, v := range values {
		at := now.Add(-time.Duration(len(values)-1-i) * time.Minute)
		fmt.Fprintf(&text, "%s %g %d\n", series, v, at.Unix())
	}
	return text.String()
}

func asking(server string, kind bot.SampleKind, settings ...string) bot.Question {
	probe := bot.Probe{Name: "p", Source: prometheus.Name, Kind: kind, Settings: []bot.Setting{{Key: "prometheus", Value: server}}}
	for i := 0; i < len(settings); i += 2 {
		probe.Settings = append(probe.Settings, bot.Setting{Key: settings[i], Value: settings[i+1]})
	}
	return bot.Question{Probe: probe, Target: bot.Target{Service: "api", Environment: "production"}, SHA: "abc", Release: "api-7"}
}

func source(t *testing.T, o prometheus.Options) *prometheus.Source {
	t.Helper()
	s, err := prometheus.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAsk_RealPrometheus asks a real Prometheus for all kinds of results.
func TestAsk_RealPrometheus(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Minute)
	past := "# TYPE load gauge\n" + minutes(now, `load{service="api",environment="production"}`, 1, 2, 3) + minutes(now, `load{service="web"}`, 9, 9, 9) +
		"# TYPE wrong gauge\n" + minutes(now, `wrong`, math.NaN(), math.NaN(), math.NaN()) +
		"# TYPE requests counter\n" + minutes(now, `requests_total{code="200"}`, 100, 400, 1000) +
		"# TYPE odd gauge\n" + minutes(now, `odd{sha="a\"b\\c"}`, 5, 5, 5)
	server := serve(t, past)
	s := source(t, prometheus.Options{})
	good := func(v float64) bot.Sample { return bot.Sample{Outcome: bot.Good, Value: v} }
	none := func(says string) bot.Sample { return bot.Sample{Outcome: bot.NoAnswer, Says: says} }
	control := good(3)
	control.Control = new(9.0)
	for name, tt := range map[string]struct {
		q    bot.Question
		want bot.Sample
	}{
		"a vector of one":         {asking(server.URL, bot.Values, "query", `load{service="{{service}}",environment={{environment}}}`), good(3)},
		"a scalar":                {asking(server.URL, bot.Values, "query", `scalar(load{service="web"})`), good(9)},
		"a base with a slash":     {asking(server.URL+"/", bot.Values, "query", `2`), good(2)},
		"with a control":          {asking(server.URL, bot.Values, "query", `load{service="api"}`, "control", `load{service="web"}`), control},
		"a control of nothing":    {asking(server.URL, bot.Values, "query", `load{service="api"}`, "control", `load{service="x"}`), good(3)},
		"several":                 {asking(server.URL, bot.Values, "query", `load`), none("the query found several series; it must find one, such as sum(…) does")},
		"nothing":                 {asking(server.URL, bot.Values, "query", `load{service="none"}`), none("the query found nothing")},
		"no number":               {asking(server.URL, bot.Values, "query", `wrong`), none("the query found no number (NaN)")},
		"infinite":                {asking(server.URL, bot.Values, "query", `1/0`), none("the query found no number (+Inf)")},
		"a string":                {asking(server.URL, bot.Values, "query", `"text"`), none("Prometheus answered what cannot be read")},
		"a range":                 {asking(server.URL, bot.Values, "query", `load[5m]`), none("the query found no number")},
		"no PromQL":               {asking(server.URL, bot.Values, "query", `load{`), none("Prometheus does not understand the query")},
		"counts":                  {asking(server.URL, bot.Counts, "bad", `vector(3)`, "total", `vector(40)`), bot.Sample{Outcome: bot.Good, Bad: 3, Total: 40}},
		"none bad":                {asking(server.URL, bot.Counts, "bad", `requests_total{code="500"}`, "total", `requests_total`), bot.Sample{Outcome: bot.Good, Total: 1000}},
		"no requests":             {asking(server.URL, bot.Counts, "bad", `vector(0)`, "total", `vector(0)`), bot.Sample{Outcome: bot.Good}},
		"nothing counted":         {asking(server.URL, bot.Counts, "bad", `nothing`, "total", `nothing`), none("the query found nothing")},
		"more bad ones than all":  {asking(server.URL, bot.Counts, "bad", `vector(5)`, "total", `vector(4)`), bot.Sample{Outcome: bot.Good, Bad: 4, Total: 4}},
		"negative":                {asking(server.URL, bot.Counts, "bad", `vector(-5)`, "total", `vector(4)`), none("the queries found less than nothing")},
		"bad that divide by zero": {asking(server.URL, bot.Counts, "bad", `vector(0)/0`, "total", `vector(4)`), none("the query found no number (NaN)")},
	} {
		got := s.Ask(t.Context(), tt.q)
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(bot.Sample{}, "Latency")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	hostile := asking(server.URL, bot.Values, "query", `odd{sha="{{sha}}"}`)
	hostile.SHA = `a"b\c`
	if got := s.Ask(t.Context(), hostile); got.Value != 5 {
		t.Errorf("a value with quotes: %+v", got)
	}
}

// TestPast_RealPrometheus asks a real Prometheus for the time before a release.
func TestPast_RealPrometheus(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Minute)
	values := make([]float64, 61)
	for i := range values {
		values[i] = float64(i)
	}
	past := "# TYPE load gauge\n" + minutes(now, "load", values...) +
		"# TYPE requests counter\n" + minutes(now, `requests_total{code="200"}`, values...) +
		minutes(now.Add(-30*time.Minute), `requests_total{code="500"}`, 1, 1, 1)
	s := source(t, prometheus.Options{})
	server := serve(t, past)
	period := bot.Period{From: now.Add(-10 * time.Minute), To: now, Step: time.Minute}
	got, err := s.Past(t.Context(), asking(server.URL, bot.Values, "query", "load"), period)
	if err != nil || len(got) != 11 {
		t.Fatalf("Past = %v, %v", got, err)
	}
	for i, sample := range got {
		if want := now.Add(time.Duration(i-10) * time.Minute); !sample.At.Equal(want) || sample.Value != float64(50+i) || sample.Outcome != bot.Good {
			t.Errorf("%d: %+v, want %v at %s", i, sample, 50+i, want)
		}
	}
	counted := asking(server.URL, bot.Counts, "bad", `requests_total{code="500"}`, "total", `requests_total{code="200"}`)
	got, err = s.Past(t.Context(), counted, period)
	if err != nil || len(got) != 11 || got[0].Outcome != bot.Good || got[0].Bad != 0 || got[0].Total != 50 {
		t.Errorf("Past = %v, %v", got, err)
	}
	odd := bot.Period{From: period.From.Add(1234567 * time.Nanosecond), To: period.To, Step: time.Minute}
	if got, err = s.Past(t.Context(), asking(server.URL, bot.Values, "query", "load"), odd); err != nil || len(got) != 10 || got[0].Outcome != bot.Good {
		t.Errorf("between two milliseconds: %v, %v", got, err)
	}
	long := bot.Period{From: now.Add(-7 * 24 * time.Hour), To: now, Step: time.Second}
	if got, err = s.Past(t.Context(), asking(server.URL, bot.Values, "query", "load"), long); err != nil || len(got) > 1001 {
		t.Errorf("of a week %d points, %v", len(got), err)
	}
	if _, err = s.Past(t.Context(), asking(server.URL, bot.Values, "query", `{__name__=~"load|requests_total"}`), period); err == nil {
		t.Error("several series are one")
	}
	server.Stop()
	if _, err = s.Past(t.Context(), asking(server.URL, bot.Values, "query", "load"), period); err == nil {
		t.Error("a Prometheus that is down has a past")
	}
}

// TestAsk_PrometheusIsDown: whatever is wrong with Prometheus gives no answer.
func TestAsk_PrometheusIsDown(t *testing.T) {
	t.Parallel()
	answering := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	hanging := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hanging }))
	t.Cleanup(func() { close(hanging); slow.Close() })
	away := httptest.NewServer(http.RedirectHandler("http://169.254.169.254/latest/", http.StatusFound))
	t.Cleanup(away.Close)
	for name, tt := range map[string]struct{ server, says string }{
		"down":            {closed.URL, "Prometheus cannot be reached: nothing listens there"},
		"slow":            {slow.URL, "Prometheus did not answer in time"},
		"away":            {away.URL, "Prometheus answered what cannot be read"},
		"metadata":        {"http://169.254.169.254", "Prometheus cannot be reached"},
		"out of order":    {answering(503, "secret"), "Prometheus does not work"},
		"unauthorized":    {answering(401, "secret"), "Prometheus refused the query; look at its token, user or headers in slipway.yaml"},
		"no JSON":         {answering(200, "<html>secret</html>"), "Prometheus answered what cannot be read"},
		"too long":        {answering(200, strings.Repeat(" ", 5<<20)), "Prometheus answered more than can be read"},
		"too slow for it": {answering(422, `{"status":"error","errorType":"timeout","error":"secret"}`), "the query took Prometheus too long"},
	} {
		q := asking(tt.server, bot.Values, "query", "1")
		if q.Probe.Timeout = time.Minute; name == "slow" {
			q.Probe.Timeout = 300 * time.Millisecond
		}
		if got := source(t, prometheus.Options{}).Ask(t.Context(), q); got.Outcome != bot.NoAnswer || got.Says != tt.says || got.Latency > 5*time.Second {
			t.Errorf("%s: %s %q after %s, want %q", name, got.Outcome, got.Says, got.Latency, tt.says)
		}
	}
	if got := source(t, prometheus.Options{}).Ask(t.Context(), asking("", bot.Values, "query", "1")); got.Outcome != bot.NoAnswer {
		t.Errorf("without a server: %+v", got)
	}
}

// TestSecretsGoToTheirServer: the secrets of one server are not sent to another.
func TestSecretsGoToTheirServer(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	listening := func() string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			host := "its own name"
			if r.Host == "metrics.example.com" {
				host = r.Host
			}
			seen = append(seen, strings.TrimSpace(r.Header.Get("Authorization")+" "+r.Header.Get("X-Scope-OrgID"))+" "+host)
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`))
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	ours, other := listening(), listening()
	options := prometheus.Options{
		Settings: []bot.Setting{{Key: "url", Value: ours}, {Key: "token"}, {Key: "headers.X-Scope-OrgID"}, {Key: "headers.Host"}},
		Secrets:  map[string]string{"token": "t0ken", "headers.X-Scope-OrgID": "blue", "headers.Host": "metrics.example.com"},
	}
	basic := prometheus.Options{
		Settings: []bot.Setting{{Key: "url", Value: ours}, {Key: "username", Value: "anna"}, {Key: "password"}},
		Secrets:  map[string]string{"password": "pw"},
	}
	for _, tt := range []struct {
		options      prometheus.Options
		server, want string
	}{
		{options, "", "Bearer t0ken blue metrics.example.com"},
		{options, ours + "/", "Bearer t0ken blue metrics.example.com"},
		{options, other, " its own name"},
		{basic, ours, "Basic YW5uYTpwdw== its own name"},
	} {
		seen = nil
		if got := source(t, tt.options).Ask(t.Context(), asking(tt.server, bot.Values, "query", "1")); got.Value != 2 {
			t.Errorf("Ask = %+v", got)
		}
		if len(seen) != 1 || seen[0] != tt.want {
			t.Errorf("the server saw %q, want %q", seen, tt.want)
		}
	}
}

// TestOwnCertificate: a server with a certificate of a private CA is trusted by ca_file.
func TestOwnCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`))
	}))
	t.Cleanup(server.Close)
	file := t.TempDir() + "/ca.pem"
	if err := os.WriteFile(file, pemOf(server.Certificate().Raw), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := []bot.Setting{{Key: "url", Value: server.URL}}
	if got := source(t, prometheus.Options{Settings: settings}).Ask(t.Context(), asking("", bot.Values, "query", "1")); got.Outcome != bot.NoAnswer {
		t.Errorf("a certificate of nobody we know: %+v", got)
	}
	settings = append(settings, bot.Setting{Key: "ca_file", Value: file})
	if got := source(t, prometheus.Options{Settings: settings}).Ask(t.Context(), asking("", bot.Values, "query", "1")); got.Value != 2 {
		t.Errorf("with its own: %+v", got)
	}
	if _, err := prometheus.New(prometheus.Options{Settings: []bot.Setting{{Key: "ca_file", Value: file + "x"}}}); err == nil {
		t.Error("a file that is not there holds certificates")
	}
}

// TestInFlight: at most 16 queries to one server run at a time, for now and for the past, for
// counts and for values, and with each spelling of its address.
func TestInFlight(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := 0, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond) // so that they overlap
		mu.Lock()
		now--
		mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "/query_range") {
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"matrix","result":[]}}`))
			return
		}
		_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`))
	}))
	t.Cleanup(server.Close)
	s := source(t, prometheus.Options{Settings: []bot.Setting{{Key: "url", Value: server.URL + "/"}}})
	var group sync.WaitGroup
	hour := bot.Period{From: time.Unix(1e9, 0), To: time.Unix(1e9+3600, 0), Step: time.Minute}
	for range 30 {
		for _, address := range []string{"", server.URL, server.URL + "/"} {
			group.Go(func() {
				if got := s.Ask(t.Context(), asking(address, bot.Values, "query", "1", "control", "1")); got.Value != 2 {
					t.Errorf("Ask = %+v", got)
				}
			})
			group.Go(func() {
				if _, err := s.Past(t.Context(), asking(address, bot.Counts, "bad", "1", "total", "1"), hour); err != nil {
					t.Errorf("Past = %v", err)
				}
			})
		}
	}
	group.Wait()
	if most > 16 || most < 2 {
		t.Errorf("%d were in flight", most)
	}
}

func pemOf(certificate []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
}
