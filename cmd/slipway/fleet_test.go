//go:build faults

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
	"github.com/slipwayhq/slipway/state"
)

// fleet is a world with any number of slipways behind one address: what the
// tests of replicas and of Redis's faults play in. The stories have a rig of
// their own, with one slipway and one redis-server.
type fleet struct {
	tb       testing.TB
	dir      string
	services []string
	truth    state.Options // where the releases really are
	slack    *slacksim.Server
	github   *githubsim.Server
	balancer *balancer
	vars     []string

	mu       sync.Mutex
	members  []*member
	expected []*regexp.Regexp // ERRORs that belong to the test
	aloud    []*regexp.Regexp // what is said in #alerts and belongs to the test
}

// fleetSettle and fleetPoll are the fleet's measures of patience with GitHub.
const (
	fleetSettle = 2 * time.Second
	fleetPoll   = time.Second
)

// member is one slipway.
type member struct {
	*program
	name  string
	where string // the address at which it is spoken to
}

// newFleet makes a world in which slipway serves the services, each with a
// channel of its own.
func newFleet(t *testing.T, redis state.Options, services ...string) *fleet {
	t.Helper()
	f := &fleet{tb: t, dir: t.TempDir(), services: services, truth: redis, balancer: &balancer{}}
	f.slack = slacksim.New(slacksim.Options{
		EventRetries: []time.Duration{0, 200 * time.Millisecond, 200 * time.Millisecond}, AppToken: testAppToken(),
	})
	f.github = held(t, githubsim.Options{RateLimit: 1_000_000})
	slackServer, githubServer, front := httptest.NewServer(f.slack), httptest.NewServer(f.github), httptest.NewServer(f.balancer)
	t.Cleanup(func() {
		for _, s := range []*httptest.Server{front, slackServer, githubServer} {
			s.CloseClientConnections()
			s.Close()
		}
	})
	f.slack.SetURL(slackServer.URL)
	f.slack.SetBotURL(front.URL)
	f.github.SetHook(front.URL+"/github/webhooks", hookSecret)
	f.furnish()
	f.vars = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + f.dir,
		"SLACK_URL=" + f.slack.APIURL(), "SLACK_BOT_TOKEN=" + f.slack.Options().Token,
		"SLACK_SIGNING_SECRET=" + f.slack.Options().SigningSecret, "SLACK_APP_TOKEN=" + f.slack.Options().AppToken,
		"GITHUB_URL=" + githubServer.URL + "/", "GITHUB_TOKEN=" + githubsim.DefaultToken, "GITHUB_WEBHOOK_SECRET=" + hookSecret,
	}
	f.configure(redis)
	poisonRedis(t, redis, services[0])
	t.Cleanup(f.close)
	return f
}

// furnish puts people, channels and repositories into the world.
func (f *fleet) furnish() {
	for name, id := range players() {
		f.slack.AddUser(slacksim.User{ID: id, Name: name, RealName: name})
	}
	f.slack.AddChannel(slacksim.Channel{ID: "C0ALERTS", Name: "alerts"})
	workflow, err := os.ReadFile(filepath.Join(repoRoot, "examples", "workflows", "deploy.yml"))
	if err != nil {
		f.tb.Fatal(err)
	}
	for _, service := range f.services {
		f.slack.AddChannel(slacksim.Channel{ID: channelOf(service), Name: service})
		f.github.Repo("acme/"+service).Commit("main", githubsim.CommitSpec{
			Message: "Begin", Login: "anna-gh", Files: map[string]string{".github/workflows/deploy.yml": string(workflow)},
		})
	}
}

func channelOf(service string) string {
	return "C0" + strings.ToUpper(strings.ReplaceAll(service, "-", ""))
}

// configure writes slipway.yaml. Staging is free; production wants one
// approval.
func (f *fleet) configure(redis state.Options) {
	var text strings.Builder
	fmt.Fprintf(&text, `slack: {bot_token: "${SLACK_BOT_TOKEN}", signing_secret: "${SLACK_SIGNING_SECRET}", api_url: "${SLACK_URL}", team: T0001, alerts: C0ALERTS}
github: {token: "${GITHUB_TOKEN}", api_url: "${GITHUB_URL}", webhook_secret: "${GITHUB_WEBHOOK_SECRET}", poll: %s, settle: %s}
redis: {url: %q, mode: %s, wait_replicas: %d}
listen: 127.0.0.1:0
people:
  anna: {slack: U01ANNA, github: anna-gh}
  ben: {slack: U02BEN, github: ben-gh}
  cleo: {slack: U03CLEO, github: cleo-gh}
groups:
  sre: {members: [anna, ben]}
services:
`, fleetPoll, fleetSettle, redis.URL, redis.Mode, redis.WaitReplicas)
	for _, service := range f.services {
		fmt.Fprintf(&text, `  %s:
    repo: acme/%s
    workflow: deploy.yml
    channel: %s
    default_environment: staging
    environments: {staging: {}, production: {approvals: {count: 1, from: [sre]}}}
`, service, service, channelOf(service))
	}
	if err := os.WriteFile(filepath.Join(f.dir, "slipway.yaml"), []byte(connected(text.String())), 0o600); err != nil {
		f.tb.Fatal(err)
	}
}

// start starts one more slipway and puts it behind the address when it is
// ready.
func (f *fleet) start() *member {
	f.tb.Helper()
	program, err := slipwayBinary()
	if err != nil {
		f.tb.Fatal(err)
	}
	return f.launch(program)
}

// launch does the same with a program of the caller's, and further variables.
func (f *fleet) launch(binary string, vars ...string) *member {
	f.tb.Helper()
	p, err := launch(binary, f.dir, append(slices.Clone(f.vars), vars...), "slipway.yaml")
	if err != nil {
		f.tb.Fatal(err)
	}
	m := &member{program: p}
	f.mu.Lock()
	f.members = append(f.members, m)
	m.name = fmt.Sprintf("slipway %d", len(f.members))
	f.mu.Unlock()
	if m.where, err = m.ready(); err != nil {
		f.tb.Fatal(err)
	}
	f.balancer.add(m.where)
	return m
}

// redisAway are the ERRORs that belong to every test in which Redis fails:
// whatever needed it says so.
const redisAway = `"error":"[^"]*Redis|the store did not take a move`

// expects names an ERROR in the log of any slipway that belongs to the test; any
// other fails it.
func (f *fleet) expects(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.expected = append(f.expected, regexp.MustCompile(text))
}

// stop takes a slipway away from the address, as whoever restarts it does, and
// tells it to end.
func (f *fleet) stop(m *member) {
	f.tb.Helper()
	f.balancer.remove(m.where)
	m.program.stop()
}

// kill ends a slipway as a power cut would. Whatever sends to it notices by itself.
func (f *fleet) kill(m *member) {
	m.program.kill()
	f.balancer.remove(m.where)
}

// close ends all that still runs and tells the story of a test that failed.
func (f *fleet) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.members {
		m.program.stop()
		for _, wrong := range m.misdeeds(append(f.expected, poisonSaid())) {
			f.tb.Errorf("%s: %s", m.name, wrong)
		}
	}
	if !f.tb.Failed() {
		return
	}
	for _, m := range f.members {
		f.tb.Logf("the last words of %s:\n%s", m.name, lastLines(m.log.String(), 60))
	}
	f.tb.Logf("#alerts:\n%s", f.slack.Transcript("C0ALERTS"))
	for _, service := range f.services[:min(len(f.services), 4)] {
		f.tb.Logf("#%s:\n%s", service, lastLines(f.slack.Transcript(channelOf(service)), 80))
	}
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// errStillNot says that what is waited for has not come yet, where there is no
// more to tell.
var errStillNot = errors.New("it is not so yet")

// waitFor waits until something holds.
func waitFor(tb testing.TB, patience time.Duration, what string, holds func() error) {
	tb.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := holds()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("not within %s: %s: %v", patience, what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// runOf waits for the run of a release.
func (f *fleet) runOf(id string) githubsim.RunInfo {
	f.tb.Helper()
	var run githubsim.RunInfo
	waitFor(f.tb, time.Minute, "the run of "+id, func() error {
		for _, r := range f.github.Runs() {
			if strings.HasPrefix(r.Title, id+".") {
				run = r
				return nil
			}
		}
		return errStillNot
	})
	return run
}

// finish ends the run of a release well.
func (f *fleet) finish(id string) {
	f.tb.Helper()
	if err := f.github.FinishRun(f.runOf(id).ID, "success"); err != nil {
		f.tb.Fatal(err)
	}
}

// onceEach checks that each of the releases was started exactly once, and
// nothing at all twice.
func (f *fleet) onceEach(ids ...string) {
	f.tb.Helper()
	counts := dispatchesOf(f.github)
	for id, n := range counts {
		if n > 1 {
			f.tb.Errorf("%s was dispatched %d times", id, n)
		}
	}
	for _, id := range ids {
		if counts[id] != 1 {
			f.tb.Errorf("%s was dispatched %d times, want once", id, counts[id])
		}
	}
}

// finishedWell waits until the releases have ended well, and checks that each
// was started once.
func (f *fleet) finishedWell(ids ...string) {
	f.tb.Helper()
	store := f.store()
	for _, id := range ids {
		waitFor(f.tb, 3*time.Minute, id+" ends well", func() error {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			r, err := store.Release(ctx, id)
			if err == nil && r.Phase != bot.Succeeded {
				err = fmt.Errorf("it is %s: %s", r.Phase, r.Ending.Cause+r.Dispatch.Problem)
			}
			return err
		})
	}
	f.onceEach(ids...)
}

// store opens the store that the fleet works on, past whatever stands between
// the two.
func (f *fleet) store() *state.Store {
	f.tb.Helper()
	s, err := state.Open(context.Background(), f.truth, slog.New(slog.DiscardHandler))
	if err != nil {
		f.tb.Fatal(err)
	}
	f.tb.Cleanup(func() { _ = s.Close() })
	return s
}
