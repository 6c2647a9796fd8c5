package httpprobe_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// pages is a service with one page for each kind of answer.
func pages(t *testing.T) string {
	t.Helper()
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) {})
	elsewhere = strings.Replace(elsewhere, "127.0.0.1", "localhost", 1)
	mux := http.NewServeMux()
	say := func(path string, status int, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
	}
	say("/ok", 200, "fine")
	say("/none", 204, "")
	say("/unchanged", 304, "")
	say("/ill", 503, "")
	say("/full", 200, `{"build": {"sha": "`+commit+`"}, "list": [{"sha": "`+commit[:9]+`"}], "n": 7}`)
	say("/short", 200, `{"build": {"sha": "`+strings.ToUpper(commit[:7])+`"}}`)
	say("/tooshort", 200, `{"build": {"sha": "`+commit[:6]+`"}}`)
	say("/other", 200, `{"build": {"sha": "fedcba9"}}`)
	say("/longer", 200, `{"build": {"sha": "`+commit+`0"}}`)
	say("/odd", 200, `{"build": {"sha": "\u0007\u202e<!channel> and much more"}}`)
	say("/digits", 200, `{"build": {"sha": 0}, "number": 7, "padded": " \n`+commit[:12]+`\t "}`)
	say("/marked", 200, "\ufeff"+`{"build": {"sha": "`+commit+`"}}`)
	say("/listed", 200, `["`+commit+`"]`)
	say("/text", 200, commit)
	say("/nullversion", 200, `{"build": {"sha": null}}`)
	say("/emptyversion", 200, `{"build": {"sha": ""}}`)
	say("/huge", 200, strings.Repeat(" ", 1<<20))
	redirect := func(path, to string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
	}
	redirect("/once", "/ok")
	redirect("/three", "/two")
	redirect("/two", "/once")
	redirect("/four", "/three")
	redirect("/loop", "/loop")
	redirect("/away", elsewhere)
	mux.HandleFunc("/reset", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, 0) })
	mux.HandleFunc("/closed", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, -1) })
	mux.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half")
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 64 {
			if _, err := packed.Write(zeros); err != nil {
				return // the prober stopped reading
			}
		}
		_ = packed.Close()
	})
	mux.HandleFunc("/notpacked", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, "not packed at all")
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, " ")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	mux.HandleFunc("/nowhere", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if user != "anna" || password != "hunter2" || r.UserAgent() != "slipway" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	return serve(t, mux.ServeHTTP)
}

// probe is a probe for a page, changed by the options.
func probe(url string, options ...func(*bot.Probe)) bot.Probe {
	p := bot.Probe{Name: "up", Source: "http", Kind: bot.Answers}
	if url != "" {
		with("http", url)(&p)
	}
	for _, option := range options {
		option(&p)
	}
	return p
}

func with(key, value string) func(*bot.Probe) {
	return func(p *bot.Probe) { p.Settings = append(p.Settings, bot.Setting{Key: key, Value: value}) }
}

func within(latency time.Duration) func(*bot.Probe) {
	return func(p *bot.Probe) { p.Conditions.MaxLatency = latency }
}

func givingUp(after time.Duration) func(*bot.Probe) {
	return func(p *bot.Probe) { p.Timeout = after }
}

func ask(t *testing.T, prober *httpprobe.Prober, p bot.Probe, sha string) bot.Sample {
	t.Helper()
	return prober.Ask(t.Context(), bot.Question{Probe: p, SHA: sha})
}

func hangUp(w http.ResponseWriter, linger int) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(linger) // 0 sends a reset
	}
	_ = conn.Close()
}

func TestProbe(t *testing.T) {
	t.Parallel()
	base := pages(t)
	const path = "build.sha"
	tests := []struct {
		page    string
		probe   bot.Probe
		outcome bot.SampleOutcome
		says    string
	}{
		{"/ok", probe("", with("status", "200")), bot.Good, ""},
		{"/ok", probe(""), bot.Good, ""},
		{"/ok", probe("", within(time.Minute)), bot.Good, ""},
		{"/ill", probe("", within(time.Nanosecond)), bot.Bad, "status 503"},
		{"/none", probe("", with("status", "204")), bot.Good, ""},
		{"/none", probe("", with("status", "200")), bot.Bad, "status 204"},
		{"/ill", probe("", with("status", "200")), bot.Bad, "status 503"},
		{"/ill", probe("", with("status", "503")), bot.Good, ""},
		{"/huge", probe("", with("status", "200")), bot.Good, ""},
		{"/full", probe("", with("status", "200"), with("version", path)), bot.Good, ""},
		{"/full", probe("", with("status", "200"), with("version", "list.0.sha")), bot.Good, ""},
		{"/full", probe("", with("status", "200"), with("version", "list.1.sha")), bot.Bad, "the answer holds no version"},
		{"/full", probe("", with("status", "200"), with("version", "list.-1.sha")), bot.Bad, "the answer holds no version"},
		{"/full", probe("", with("status", "200"), with("version", "list.first.sha")), bot.Bad, "the answer holds no version"},
		{"/full", probe("", with("status", "200"), with("version", "n")), bot.NotYet, "version 7"},
		{"/full", probe("", with("status", "200"), with("version", "build")), bot.Bad, "the answer holds no version"},
		{"/full", probe("", with("status", "200"), with("version", "Build.sha")), bot.Bad, "the answer holds no version"},
		{"/digits", probe("", with("version", path)), bot.NotYet, "version 0"},
		{"/digits", probe("", with("version", "padded")), bot.Good, ""},
		{"/marked", probe("", with("version", path)), bot.Good, ""},
		{"/listed", probe("", with("version", "0")), bot.Good, ""},
		{"/text", probe("", with("version", path)), bot.Bad, "the answer is not JSON"},
		{"/nullversion", probe("", with("version", path)), bot.Bad, "the answer holds no version"},
		{"/full", probe("", with("status", "200"), with("version", "build.sha.deeper")), bot.Bad, "the answer holds no version"},
		{"/full", probe("", with("status", "200"), with("version", "absent")), bot.Bad, "the answer holds no version"},
		{"/short", probe("", with("status", "200"), with("version", path)), bot.Good, ""},
		{"/tooshort", probe("", with("status", "200"), with("version", path)), bot.NotYet, "version 012345"},
		{"/other", probe("", with("status", "200"), with("version", path)), bot.NotYet, "version fedcba9"},
		{"/longer", probe("", with("status", "200"), with("version", path)), bot.NotYet, "version 0123456789abcdef0123…"},
		{"/odd", probe("", with("status", "200"), with("version", path)), bot.NotYet, "version <!channel> and much…"},
		{"/emptyversion", probe("", with("status", "200"), with("version", path)), bot.NotYet, "version is empty"},
		{"/ok", probe("", with("status", "200"), with("version", path)), bot.Bad, "the answer is not JSON"},
		{"/huge", probe("", with("status", "200"), with("version", path)), bot.Bad, "the answer is longer than 64 KiB"},
		{"/once", probe("", with("status", "200")), bot.Good, ""},
		{"/three", probe("", with("status", "200")), bot.Good, ""},
		{"/four", probe("", with("status", "200")), bot.Bad, "status 302, a redirect to 127.0.0.1, which is not followed"},
		{"/loop", probe("", with("status", "200")), bot.Bad, "status 302, a redirect to 127.0.0.1, which is not followed"},
		{"/away", probe("", with("status", "200")), bot.Bad, "status 302, a redirect to localhost, which is not followed"},
		{"/away", probe("", with("status", "302")), bot.Good, ""},
		{"/unchanged", probe(""), bot.Bad, "status 304"},
		{"/none", probe("", with("status", "204"), with("json.path", "n"), with("json.max", "1")), bot.Bad, "the answer is not JSON"},
		{"/bomb", probe(""), bot.Good, ""},
		{"/bomb", probe("", with("version", path)), bot.Bad, "the answer is longer than 64 KiB"},
		{"/notpacked", probe(""), bot.Bad, "no valid HTTP answer"},
		{"/drip", probe("", givingUp(100*time.Millisecond), with("json.path", "n"), with("json.max", "1")), bot.Bad, "no answer within 100 ms"},
		{"/nowhere", probe(""), bot.Bad, "status 302"},
		{"/reset", probe("", with("status", "200")), bot.Bad, "connection reset"},
		{"/closed", probe("", with("status", "200")), bot.Bad, "closed without a full answer"},
		{"/half", probe("", with("status", "200")), bot.Bad, "closed without a full answer"},
	}
	for _, tt := range tests {
		t.Run(tt.page+" "+tt.says, func(t *testing.T) {
			t.Parallel()
			with("http", base+tt.page)(&tt.probe)
			got := ask(t, httpprobe.New(httpprobe.Options{}), tt.probe, commit)
			check(t, got, tt.outcome, tt.says)
			if got.Probe != "up" || got.At.IsZero() || got.Latency <= 0 {
				t.Errorf("the sample %+v leaves something out", got)
			}
		})
	}
}

// TestARedirectStaysEncrypted: a redirect from https to http is not followed, not even on the
// same host, so that credentials are never sent in the clear.
func TestARedirectStaysEncrypted(t *testing.T) {
	t.Parallel()
	plain := pages(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/down", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain+"/ok", http.StatusFound) })
	mux.HandleFunc("/stay", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/fine", http.StatusFound) })
	mux.HandleFunc("/fine", func(http.ResponseWriter, *http.Request) {})
	secure := httptest.NewTLSServer(mux)
	t.Cleanup(secure.Close)
	prober := httpprobe.New(httpprobe.Options{Transport: secure.Client().Transport})
	check(t, ask(t, prober, probe(secure.URL+"/down"), ""), bot.Bad, "status 302, a redirect to 127.0.0.1, which is not followed")
	check(t, ask(t, prober, probe(secure.URL+"/stay"), ""), bot.Good, "")
}

func TestVersionWithoutCommit(t *testing.T) {
	t.Parallel()
	versioned := probe(pages(t)+"/full", with("status", "200"), with("version", "build.sha"))
	check(t, ask(t, httpprobe.New(httpprobe.Options{}), versioned, ""), bot.NoAnswer, "no commit to compare the version with")
}

func TestSlow(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			select { // the answer takes at least that long
			case <-time.After(30 * time.Millisecond):
			case <-r.Context().Done():
			}
			return
		}
		if r.URL.Path == "/headers" {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		<-release
	})
	t.Cleanup(func() { close(release) }) // before the server closes
	prober := httpprobe.New(httpprobe.Options{})

	got := ask(t, prober, probe(base+"/slow", within(time.Millisecond)), "")
	if got.Outcome != bot.Bad || !strings.HasPrefix(got.Says, "took ") || got.Latency < 30*time.Millisecond {
		t.Errorf("a slow answer is %+v", got)
	}
	for _, page := range []string{"/never", "/headers"} {
		got = ask(t, prober, probe(base+page, givingUp(50*time.Millisecond)), "")
		check(t, got, bot.Bad, "no answer within 50 ms")
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(t, prober.Ask(ctx, bot.Question{Probe: probe(base + "/never")}), bot.NoAnswer, "slipway stopped waiting")
	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	check(t, prober.Ask(ctx, bot.Question{Probe: probe(base + "/never")}), bot.NoAnswer, "slipway stopped waiting")
}

func TestConnectionFaults(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs every refused handshake
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := pages(t)
	garbage := listen(t, "SSH-2.0-OpenSSH_9.9\r\n")
	tests := []struct {
		name, url string
		outcome   bot.SampleOutcome
		says      string
	}{
		{"refused", closed.URL, bot.Bad, "connection refused"},
		{"certificate of nobody we know", secure.URL, bot.Bad, "this machine does not trust whoever signed its certificate"},
		{"no TLS there", strings.Replace(plain, "http:", "https:", 1), bot.Bad, "it does not speak TLS there; its address would begin with http://"},
		{"no HTTP there", "http://" + garbage, bot.Bad, "no valid HTTP answer"},
		{"no such name", "http://nowhere.invalid/", bot.NoAnswer, "the name could not be looked up"},
		{"no address", "http://[broken", bot.NoAnswer, "the probe has no valid address"},
		{"another scheme", "ftp://example.com", bot.Bad, "no valid HTTP answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			check(t, ask(t, httpprobe.New(httpprobe.Options{}), probe(tt.url), ""), tt.outcome, tt.says)
		})
	}
}

// listen is a server that does not speak HTTP.
func listen(t *testing.T, greeting string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write([]byte(greeting))
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

func TestCredentialsAreUsedAndNeverSaid(t *testing.T) {
	t.Parallel()
	base, err := url.Parse(pages(t))
	if err != nil {
		t.Fatal(err)
	}
	base.User = url.UserPassword("anna", "hunter2")
	prober := httpprobe.New(httpprobe.Options{})
	check(t, ask(t, prober, probe(base.String()+"/who"), ""), bot.Good, "")
	for _, address := range []string{
		base.String() + "/reset", base.String() + "/closed", base.String() + "/loop",
		"http://anna:hunter2@nowhere.invalid/", "http://anna:hunter2@[broken", "nothing://anna:hunter2@x", "http://anna:hunter2@127.0.0.1:1/",
	} {
		got := ask(t, prober, probe(address), "")
		if got.Outcome == bot.Good || strings.Contains(got.Says, "hunter2") || strings.Contains(got.Says, "anna") {
			t.Errorf("the sample is %+v", got)
		}
	}
}

func check(t *testing.T, got bot.Sample, outcome bot.SampleOutcome, says string) {
	t.Helper()
	if got.Outcome != outcome || got.Says != says {
		t.Errorf("Probe = %s %q, want %s %q", got.Outcome, got.Says, outcome, says)
	}
}

// TestProbe_SilentResolver: a resolver that says nothing is our network's fault and not the
// service's, also where the request is given up before the resolver is.
func TestProbe_SilentResolver(t *testing.T) {
	t.Parallel()
	silent := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	prober := httpprobe.New(httpprobe.Options{Transport: &http.Transport{DialContext: (&net.Dialer{Resolver: silent}).DialContext}})
	for range 20 {
		got := ask(t, prober, probe("http://shop.example.com/healthz", givingUp(20*time.Millisecond)), "")
		check(t, got, bot.NoAnswer, "the name could not be looked up")
	}
}
