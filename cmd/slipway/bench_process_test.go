package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// BenchmarkStart measures the program as a process, with one service and with
// the most that there may be, in two environments each: from its start until it
// is ready (at most 300 ms), how much memory it then holds (at most 40 MiB
// with one service).
func BenchmarkStart(b *testing.B) {
	for _, services := range []int{1, 500} {
		b.Run(strconv.Itoa(services), func(b *testing.B) {
			w := newProcessWorld(b, services)
			for b.Loop() {
				p := w.start(b)
				b.ReportMetric(float64(p.took.Milliseconds()), "start-ms")
				b.ReportMetric(p.resident(b), "idle-MiB")
				p.end(b)
			}
		})
	}
}

// BenchmarkThousandUnderWay measures the memory of one process that follows
// 1,000 runs at once: at most 128 MiB resident.
func BenchmarkThousandUnderWay(b *testing.B) {
	const services = 500
	for b.Loop() {
		w := newProcessWorld(b, services)
		p := w.start(b)
		w.deployAll(b, services)
		b.ReportMetric(p.resident(b), "resident-MiB")
		p.end(b)
	}
}

// BenchmarkWebhookToEdit measures how long it takes from a webhook to the edit
// of the card, while Slack's pace leaves edits: at most 100 ms in the 99th
// percentile.
func BenchmarkWebhookToEdit(b *testing.B) {
	const services = 50
	for b.Loop() {
		w := newProcessWorld(b, services)
		p := w.start(b)
		changes, cancel := w.slack.Subscribe()
		w.deployAll(b, services)
		// The edits that the start left to do come first.
		w.calm(b, changes)
		took := w.webhookToEdit(b, changes)
		cancel()
		b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
		p.end(b)
	}
}

// processWorld surrounds slipway as a process.
type processWorld struct {
	dir, binary string
	env         []string
	redis       *redis.Client
	slack       *slacksim.Server
	github      *githubsim.Server
}

func newProcessWorld(tb testing.TB, services int) *processWorld {
	tb.Helper()
	w := &processWorld{dir: tb.TempDir(), slack: slacksim.New(slacksim.Options{}), github: githubsim.New(githubsim.Options{RateLimit: 1e9})}
	slack, github := httptest.NewServer(w.slack), httptest.NewServer(w.github)
	tb.Cleanup(func() { w.github.Close(); slack.Close(); github.Close() })
	w.slack.SetURL(slack.URL)
	w.slack.AddUser(slacksim.User{ID: "U01ANNA", Name: "anna"})
	workflow, err := os.ReadFile(filepath.Join(repoRoot, "examples", "workflows", "deploy.yml"))
	if err != nil {
		tb.Fatal(err)
	}
	w.github.Repo("acme/api").Commit("main", githubsim.CommitSpec{Message: "Begin", Files: map[string]string{".github/workflows/deploy.yml": string(workflow)}})
	w.env = []string{
		"SLACK_URL=" + w.slack.APIURL(), "SLACK_BOT_TOKEN=" + w.slack.Options().Token, "SLACK_SIGNING_SECRET=" + w.slack.Options().SigningSecret,
		"GITHUB_URL=" + github.URL + "/", "GITHUB_TOKEN=" + githubsim.DefaultToken, "GITHUB_WEBHOOK_SECRET=" + hookSecret,
	}
	address := startBenchRedis(tb)
	w.env = append(w.env, "REDIS_URL=redis://"+address+"/0")
	w.redis = redis.NewClient(&redis.Options{Addr: address})
	tb.Cleanup(func() { _ = w.redis.Close() })
	w.configure(tb, services)
	w.binary = filepath.Join(w.dir, "slipway")
	if out, err := exec.Command("go", "build", "-o", w.binary, ".").CombinedOutput(); err != nil {
		tb.Fatalf("build slipway: %v\n%s", err, out)
	}
	return w
}

// configure declares the services, each with a channel of its own, so that Slack's
// pace for one channel is not what is measured, and each by its own name in the
// workflow, whose concurrency group would let only one of them run otherwise.
func (w *processWorld) configure(tb testing.TB, services int) {
	tb.Helper()
	var text strings.Builder
	text.WriteString("slack: {bot_token: \"${SLACK_BOT_TOKEN}\", signing_secret: \"${SLACK_SIGNING_SECRET}\", api_url: \"${SLACK_URL}\", team: T0001}\n" +
		"github: {token: \"${GITHUB_TOKEN}\", api_url: \"${GITHUB_URL}\", webhook_secret: \"${GITHUB_WEBHOOK_SECRET}\"}\n" +
		"redis: {url: \"${REDIS_URL}\"}\nlisten: 127.0.0.1:0\nservices:\n")
	for s := range services {
		w.slack.AddChannel(slacksim.Channel{ID: benchChannel(s), Name: fmt.Sprintf("s%d", s)})
		fmt.Fprintf(&text, "  s%d: {repo: acme/api, workflow: deploy.yml, channel: %s, inputs: {service: s%d}, environments: {staging: {}, production: {}}}\n", s, benchChannel(s), s)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "slipway.yaml"), []byte(text.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func benchChannel(service int) string { return fmt.Sprintf("C%07d", service) }

func (w *processWorld) deploy(tb testing.TB, service int, env string) {
	tb.Helper()
	d, err := w.slack.Command(context.Background(), "U01ANNA", benchChannel(service), "/deploy", fmt.Sprintf("s%d main to %s --again", service, env))
	if err != nil || !strings.Contains(d.Shown, "Got it") {
		tb.Fatalf("s%d was not taken: %v %d %s", service, err, d.Status, d.Shown)
	}
}

// deployAll deploys every service to both environments, and waits until all
// runs have begun and all cards stand.
func (w *processWorld) deployAll(tb testing.TB, services int) {
	tb.Helper()
	for s := range services {
		for _, env := range []string{"staging", "production"} {
			w.deploy(tb, s, env)
		}
	}
	w.waitForRuns(tb, 2*services)
}

func (w *processWorld) waitForRuns(tb testing.TB, n int) {
	tb.Helper()
	deadline := time.Now().Add(5 * time.Minute)
	for len(w.github.Runs()) < n || w.slack.Count("chat.postMessage") < n {
		if time.Now().After(deadline) {
			tb.Fatalf("%d of %d runs began, %d cards stand", len(w.github.Runs()), n, w.slack.Count("chat.postMessage"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// webhookToEdit starts the job of every run, one after the other, and measures
// how long it takes until the card says so.
func (w *processWorld) webhookToEdit(tb testing.TB, changes <-chan slacksim.Change) []time.Duration {
	tb.Helper()
	var took []time.Duration
	for _, run := range w.github.Runs() {
		w.refillEdits(tb)
		began := time.Now()
		if err := w.github.StartJob(run.ID, "deploy"); err != nil {
			tb.Fatal(err)
		}
		id, _, _ := strings.Cut(run.Title, ".")
		late := time.After(patience)
		for edited := false; !edited; {
			select {
			case c := <-changes:
				edited = c.Kind == slacksim.ChangeEdited && strings.Contains(c.Text, "`"+id+"`")
			case <-late:
				tb.Fatalf("the card of %s was not edited within %s", id, patience)
			}
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took
}

// refillEdits fills the budget of edits that Slack allows up again, as time
// would: it is not the wait for Slack that is measured.
func (w *processWorld) refillEdits(tb testing.TB) {
	tb.Helper()
	if err := w.redis.Del(context.Background(), "slipway:edits").Err(); err != nil {
		tb.Fatal(err)
	}
}

// calm waits until no card has changed for a while that is longer than any of
// slipway's own pauses between edits.
func (w *processWorld) calm(tb testing.TB, changes <-chan slacksim.Change) {
	tb.Helper()
	const calmFor = 10 * time.Second
	refill := time.NewTicker(time.Second)
	defer refill.Stop()
	quiet := time.NewTimer(calmFor)
	defer quiet.Stop()
	for {
		select {
		case <-changes:
			quiet.Reset(calmFor)
		case <-refill.C:
			w.refillEdits(tb)
		case <-quiet.C:
			return
		}
	}
}

// benchProcess is slipway, started.
type benchProcess struct {
	*program
	took time.Duration // from its start until it was ready
}

func (w *processWorld) start(tb testing.TB) *benchProcess {
	tb.Helper()
	began := time.Now()
	started, err := launch(w.binary, w.dir, w.env, "slipway.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	address, err := started.ready()
	if err != nil {
		tb.Fatal(err)
	}
	w.slack.SetBotURL("http://" + address)
	w.github.SetHook("http://"+address+"/github/webhooks", hookSecret)
	return &benchProcess{program: started, took: time.Since(began)}
}

// resident is the memory that the process holds, in MiB.
func (p *benchProcess) resident(tb testing.TB) float64 {
	tb.Helper()
	return p.memory(tb, "VmRSS")
}

// memory reads one of the kernel's figures, in MiB.
func (p *benchProcess) memory(tb testing.TB, figure string) float64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		tb.Skipf("resident memory is read from /proc, which is not there: %v", err)
	}
	m := regexp.MustCompile(figure + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		tb.Fatal("/proc does not say how much memory is resident")
	}
	kib, err := strconv.Atoi(string(m[1]))
	if err != nil {
		tb.Fatal(err)
	}
	return float64(kib) / 1024
}

func (p *benchProcess) end(tb testing.TB) {
	tb.Helper()
	p.stop()
	for _, wrong := range p.misdeeds(nil) {
		tb.Error(wrong)
	}
}
