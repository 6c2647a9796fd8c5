package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/alertmanager/alertsim"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/prometheus/promserver"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const (
	hookSecret = "hook-secret"
	// patience is how long a story waits for something that must happen.
	patience = 90 * time.Second
)

func needRedis(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("the stories need redis-server: apt-get install redis-server, or run make test, which does that")
	}
}

// rig is the world of one story: simulators, a redis-server, a service that is
// deployed, and slipway itself as a process.
type rig struct {
	dir     string
	env     *testscript.Env
	slack   *slacksim.Server
	github  *githubsim.Server
	service *service
	// prometheus is the one of the story; nil: there is none.
	prometheus *promserver.Server
	// prometheusAt is where it is to be; empty: nobody said.
	prometheusAt string
	servers      []*httptest.Server
	hooks        *receiver
	alerts       *alertsim.Server

	redisAddr string
	redis     *exec.Cmd

	slipway  *program   // nil: none is under way
	programs []*program // all that the story has started
	address  string     // where slipway is spoken to
	nowhere  string     // where nobody listens: its address when it is gone
	marked   int        // how many calls Slack had had at the mark
	outage   bool       // Slack is out of reach
	coming   string     // the release whose card was promised and was not looked for yet
	promised promised
}

func newRig(env *testscript.Env, contract githubsim.Contract) (*rig, error) {
	r := &rig{dir: env.WorkDir, env: env, service: &service{status: http.StatusOK}, hooks: newReceiver(), alerts: alertsim.New()}
	r.promised = promised{runs: -1, sent: map[string]int{}}
	app := exampleApp()
	heard, err := r.keeps()
	if err != nil {
		return nil, err
	}
	r.slack = slacksim.New(slacksim.Options{
		Heard:        heard,
		EventRetries: []time.Duration{0, 200 * time.Millisecond, 200 * time.Millisecond},
		RateLimits:   true, Scopes: app.OAuth.Scopes.Bot, Events: app.Settings.Events.Bot,
		AppToken: testAppToken(),
	})
	r.slack.SetMessagesTab(app.Features.Home.MessagesTab)
	r.github = githubsim.New(githubsim.Options{Contract: contract})
	slackURL, githubURL, serviceURL := r.serve(r.slack), r.serve(r.github), r.serve(r.service)
	r.slack.SetURL(slackURL)
	r.furnish()
	if r.redisAddr, err = freeAddress(); err != nil {
		return nil, err
	}
	if r.nowhere, err = freeAddress(); err != nil {
		return nil, err
	}
	if err := r.startRedis(); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"SLACK_URL": r.slack.APIURL(), "SLACK_BOT_TOKEN": r.slack.Options().Token, "SLACK_SIGNING_SECRET": r.slack.Options().SigningSecret,
		"SLACK_APP_TOKEN": r.slack.Options().AppToken,
		"GITHUB_URL":      githubURL + "/", "GITHUB_TOKEN": githubsim.DefaultToken, "GITHUB_WEBHOOK_SECRET": hookSecret,
		"REDIS_URL": "redis://" + r.redisAddr + "/0", "SERVICE_URL": serviceURL,
		"HOOK_URL": r.serve(r.hooks) + "/hook", "HOOK_SECRET": hookKey, "ALERTS_URL": r.serve(r.alerts),
	} {
		env.Setenv(name, value)
	}
	return r, copyFile(filepath.Join("testdata", "slipway.yaml"), filepath.Join(r.dir, "default.yaml"))
}

func (r *rig) serve(h http.Handler) string {
	server := httptest.NewServer(h)
	r.servers = append(r.servers, server)
	return server.URL
}

// furnish puts people, channels and a repository into the world.
func (r *rig) furnish() {
	for name, id := range players() {
		r.slack.AddUser(slacksim.User{ID: id, Name: name, RealName: name, IsRestricted: name == "gus"})
	}
	for name, id := range channels() {
		r.slack.AddChannel(slacksim.Channel{ID: id, Name: name, BotAbsent: name == "private"})
	}
	workflow, err := os.ReadFile(filepath.Join(repoRoot, "examples", "workflows", "deploy.yml"))
	if err != nil {
		panic(err) // the repository is broken
	}
	api := r.github.Repo("acme/api")
	first := api.Commit("main", githubsim.CommitSpec{
		Message: "Begin", Login: "anna-gh", Files: map[string]string{".github/workflows/deploy.yml": string(workflow)},
	})
	r.env.Setenv("FIRST", first)
	r.env.Setenv("SECOND", api.Commit("main", githubsim.CommitSpec{Message: "Greet people by name (#12)", Login: "cleo-gh"}))
}

func (r *rig) close() {
	r.endSlipway()
	r.stopRedis(syscall.SIGKILL)
	if r.prometheus != nil {
		r.prometheus.Stop()
	}
	r.github.Close()
	for _, s := range r.servers {
		s.CloseClientConnections()
		s.Close()
	}
}

// startSlipway runs the program and waits until it says where it listens.
func (r *rig) startSlipway(ts *testscript.TestScript, config string) error {
	binary, err := slipwayBinary()
	if err != nil {
		return err
	}
	if err := r.overSocket(filepath.Join(r.dir, config)); err != nil {
		return err
	}
	r.slipway, err = launch(binary, r.dir, r.env.Vars, config)
	if err != nil {
		return err
	}
	r.programs = append(r.programs, r.slipway)
	address, err := r.slipway.ready()
	if err != nil {
		return err
	}
	ts.Setenv("SLIPWAY_URL", "http://"+address)
	ts.Setenv("SLIPWAY_ADDRESS", address)
	r.spokenToAt(address)
	return nil
}

// spokenToAt tells Slack and GitHub where slipway is.
func (r *rig) spokenToAt(address string) {
	r.address = "http://" + address
	r.slack.SetBotURL(r.address)
	r.github.SetHook(r.address+"/github/webhooks", hookSecret)
}

// crashSlipway ends slipway as a power cut would.
func (r *rig) crashSlipway() {
	if r.slipway != nil {
		r.slipway.kill()
		r.slipway = nil
		r.spokenToAt(r.nowhere)
	}
}

// endSlipway asks slipway to stop, so that a redis-server of its own is stopped
// too.
func (r *rig) endSlipway() {
	if r.slipway != nil {
		r.slipway.stop()
		r.slipway = nil
		r.spokenToAt(r.nowhere)
	}
}

// startRedis starts a server that keeps what it was told in the story's own
// folder, and waits until it answers. What it wrote outlives its process without
// a sync: no story switches the machine off. Nor does any need that it looks after
// itself ten times a second.
func (r *rig) startRedis() error {
	host, port, _ := strings.Cut(r.redisAddr, ":")
	r.redis = exec.Command("redis-server", "--bind", host, "--port", port, "--dir", r.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "no", "--hz", "1", "--loglevel", "warning")
	var said bytes.Buffer
	r.redis.Stdout, r.redis.Stderr = &said, &said
	if err := r.redis.Start(); err != nil {
		return err
	}
	return eventually(func() error {
		conn, err := net.DialTimeout("tcp", r.redisAddr, time.Second)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		if _, err := conn.Write([]byte("PING\r\n")); err != nil {
			return err
		}
		answer := make([]byte, 5)
		if _, err := conn.Read(answer); err != nil || string(answer) != "+PONG" {
			return fmt.Errorf("redis-server answers %q, %w", answer, err)
		}
		return nil
	})
}

// emptyRedis makes the server forget everything, as FLUSHALL or a lost disk
// does.
func (r *rig) emptyRedis() error {
	client := redis.NewClient(&redis.Options{Addr: r.redisAddr})
	defer func() { _ = client.Close() }()
	return client.FlushAll(context.Background()).Err()
}

// makeNewer puts a release into a phase that this version does not know.
func (r *rig) makeNewer(id string) error {
	return r.alter(id, func(text string) (string, error) {
		phase := regexp.MustCompile(`"phase":"[a-z_]+"`)
		return phase.ReplaceAllString(text, `"phase":"canary","canary":{"share":5}`), nil
	})
}

func (r *rig) stopRedis(how os.Signal) {
	if r.redis == nil || r.redis.Process == nil {
		return
	}
	_ = r.redis.Process.Signal(how)
	_ = r.redis.Wait()
	r.redis = nil
}

// service is the deployed service: what the health probes ask.
type service struct {
	mu      sync.Mutex
	status  int
	version string
	traffic traffic
	// crashes says that it starts, answers once, and crashes, over and over; asked
	// counts how often it was asked since.
	crashes bool
	asked   int

	measures measures
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/metrics" {
		s.metrics(w)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/api/v1/") {
		s.measures.ServeHTTP(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked++; s.crashes && s.asked%4 != 1 {
		panic(http.ErrAbortHandler) // which cuts the connection, and is no fault
	}
	w.WriteHeader(s.status)
	_, _ = fmt.Fprintf(w, `{"commit":{"sha":%q}}`, s.version)
}

func (s *service) set(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.crashes = status, false
}

// crashLoop has it crash again and again from now on.
func (s *service) crashLoop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.crashes, s.asked = true, 0
}

func (s *service) tells(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
}

// overError says that waiting longer cannot help.
type overError struct{ error }

// eventually asks again and again until there is no error, for as long as the
// stories are patient: often at first, and then at most every slowest, since
// asking costs too.
func eventually(holds func() error) error {
	const slowest = 20 * time.Millisecond
	deadline := time.Now().Add(patience)
	for wait := time.Millisecond; ; wait = min(2*wait, slowest) {
		err := holds()
		if err == nil {
			return nil
		}
		if over, ok := errors.AsType[*overError](err); ok {
			return over.error
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not within %s: %w", patience, err)
		}
		time.Sleep(wait)
	}
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
