package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const recoverYAML = `
slack: {mode: http, bot_token: %s, signing_secret: s3cret-s3cret, api_url: "%s", team: T0001, alerts: C0ALERTS}
github: {token: %s, api_url: "%s", poll: 200ms, settle: 1s, state_keys: [the-key-of-the-day]}
redis: {url: "redis://%s/0"}
listen: 127.0.0.1:0
people:
  anna: {slack: U01ANNA}
services:
  api: {repo: acme/mono, workflow: deploy.yml, inputs: {service: api}, channel: C0000API, environments: %[6]s}
  web: {repo: acme/mono, workflow: deploy.yml, inputs: {service: web}, channel: C0000WEB, environments: %[6]s}
  jobs: {repo: acme/mono, workflow: deploy.yml, inputs: {service: jobs}, channel: C000JOBS, environments: %[6]s}
  site: {repo: acme/mono, workflow: deploy.yml, inputs: {service: site}, channel: C000SITE, environments: %[6]s}
`

// recovered are the services and the channels that show them: each has one of its own,
// since Slack takes a message a second in a channel.
func recovered() map[string]string {
	return map[string]string{"api": "C0000API", "web": "C0000WEB", "jobs": "C000JOBS", "site": "C000SITE"}
}

// recoverWorld is a slipway of this process, with real adapters, a real
// redis-server, and simulators.
type recoverWorld struct {
	testing.TB
	github   *githubsim.Server
	redis    *rig
	declared *catalog.Catalog
	m        *motor
}

func newRecoverWorld(t *testing.T) *recoverWorld {
	t.Helper()
	w := &recoverWorld{TB: t, github: held(t, githubsim.Options{RateLimit: 1e6})} // it asks for more in a minute than others in an hour
	chat := slacksim.New(slacksim.Options{})
	githubServer, slackServer := httptest.NewServer(w.github), httptest.NewServer(chat)
	t.Cleanup(func() { slackServer.Close(); githubServer.Close() })
	chat.SetURL(slackServer.URL)
	for name, id := range channels() {
		chat.AddChannel(slacksim.Channel{ID: id, Name: name})
	}
	for service, id := range recovered() {
		chat.AddChannel(slacksim.Channel{ID: id, Name: service})
	}
	chat.AddUser(slacksim.User{ID: "U01ANNA", Name: "anna"})
	workflow, err := os.ReadFile(filepath.Join(repoRoot, "examples", "workflows", "deploy.yml"))
	w.check(err)
	w.commit(githubsim.CommitSpec{Message: "Begin", Files: map[string]string{".github/workflows/deploy.yml": string(workflow)}})

	address, err := freeAddress()
	w.check(err)
	w.redis = &rig{dir: t.TempDir(), redisAddr: address}
	w.check(w.redis.startRedis())
	t.Cleanup(func() { w.redis.stopRedis(os.Kill) })
	path := filepath.Join(t.TempDir(), "slipway.yaml")
	text := fmt.Sprintf(recoverYAML, chat.Options().Token, chat.APIURL(), githubsim.DefaultToken, githubServer.URL+"/", address,
		"{staging: {}, production: {approvals: {count: 0}}}")
	w.check(os.WriteFile(path, []byte(text), 0o600))
	w.declared, err = loadConfig(path, world{err: io.Discard, lookup: os.LookupEnv})
	w.check(err)
	w.m, err = openMotor(t.Context(), w.declared, slog.New(slog.DiscardHandler))
	w.check(err)
	t.Cleanup(w.m.close)
	return w
}

func (w *recoverWorld) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *recoverWorld) commit(spec githubsim.CommitSpec) string {
	return w.github.Repo("acme/mono").Commit("main", spec)
}

// finish ends every run: most well, some not.
func (w *recoverWorld) finish(ctx context.Context) {
	for seen := map[int64]bool{}; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		for n, run := range w.github.Runs() {
			if seen[run.ID] {
				continue
			}
			seen[run.ID] = true
			how := "success"
			switch {
			case n%7 == 3:
				how = "failure"
			case n%11 == 5:
				how = "cancelled"
			}
			if how != "success" { // in a job: GitHub keeps no record of one that never began
				if err := w.github.StartJob(run.ID, ""); err != nil {
					w.Error(err)
				}
			}
			if err := w.github.FinishRun(run.ID, how); err != nil {
				w.Error(err)
			}
		}
	}
}

// release makes one and waits for its end, and until GitHub knows of it.
func (w *recoverWorld) release(ctx context.Context, d bot.Draft) {
	d.Requester, d.Origin.Channel = bot.Person{ID: "U01ANNA", Name: "anna"}, recovered()[d.Target.Service]
	made, err := w.m.engine.Start(ctx, d)
	if err != nil {
		w.Error(err)
		return
	}
	deadline := time.Now().Add(time.Minute)
	for {
		r, err := w.m.store.Release(ctx, made.Release.ID)
		if err == nil && r.Ended() && len(r.Outbox) == 0 {
			return
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			w.Errorf("%s is %s with %+v, %v", made.Release.ID, r.Phase, r.Outbox, err)
			return
		}
		time.Sleep(100 * time.Millisecond) // eight ask at once, and a release is long to read
	}
}

// fill makes 54 releases over eight targets.
func (w *recoverWorld) fill(targets []bot.Target) {
	ctx, stop := context.WithCancel(context.Background())
	var work, beside sync.WaitGroup
	beside.Go(func() { w.finish(ctx) })
	beside.Go(func() { _ = w.m.run(ctx) })
	first := w.commit(githubsim.CommitSpec{Message: "What is live already"})
	for i, t := range targets {
		work.Go(func() {
			w.release(ctx, bot.Draft{Kind: bot.Adopt, Target: t, Ref: first, Key: "adopt" + t.String()})
			for n := range 5 {
				sha := w.commit(githubsim.CommitSpec{Message: fmt.Sprintf("Change %d of %s", n, t)})
				w.release(ctx, bot.Draft{Kind: bot.Deploy, Again: true, Target: t, Ref: sha, Reason: fmt.Sprintf("reason %d", n), Key: fmt.Sprint(t, n)})
			}
			if i < 6 {
				w.release(ctx, bot.Draft{Kind: bot.Rollback, Target: t, Confirmed: true, Reason: "it was ill", Key: "back" + t.String()})
			}
		})
	}
	work.Wait()
	stop()
	beside.Wait()
}

// boards are all that people are told of the targets.
type boards struct {
	Board   string
	History map[string]string
	Past    map[string][]bot.Past
	Current map[string]string
}

func (w *recoverWorld) boards(targets []bot.Target) boards {
	w.Helper()
	ctx := context.Background()
	handler := commands.New(w.m.commandPorts(), w.declared, func() time.Time { return time.Unix(1795510860, 0) })
	ask := func(verb, text string) string {
		answer, err := handler.Command(ctx, bot.Invocation{Verb: verb, Text: text, By: bot.Person{ID: "U01ANNA"}, Source: bot.FromCommand})
		w.check(err)
		said, err := json.MarshalIndent(blocks.Answer(answer).Blocks, "", " ")
		w.check(err)
		return string(said)
	}
	w.check(eventually(func() error { // what lies between environments is counted beside it
		if strings.Contains(ask("status", ""), "still being counted") {
			return errors.New("the board still counts")
		}
		return nil
	}))
	all := boards{Board: ask("status", ""), History: map[string]string{}, Past: map[string][]bot.Past{}, Current: map[string]string{}}
	states, err := w.m.store.Targets(ctx, targets)
	w.check(err)
	for i, t := range targets {
		all.History[t.String()] = ask("deploy", "history "+t.Service+" "+t.Environment)
		past, err := w.m.store.History(ctx, t, 100)
		w.check(err)
		for n := range past {
			past[n].At, past[n].Recovered = past[n].At.Truncate(time.Millisecond), false
		}
		all.Past[t.String()] = past
		all.Current[t.String()] = states[i].Current.ID + " " + states[i].Current.RunKey
	}
	return all
}

// TestRecoverBringsTheBoardsBack: Redis is emptied after some 50 releases, and
// what people see afterwards is what they saw before.
func TestRecoverBringsTheBoardsBack(t *testing.T) {
	t.Parallel()
	needRedis(t)
	w := newRecoverWorld(t)
	var targets []bot.Target
	for _, service := range slices.Sorted(maps.Keys(recovered())) {
		for _, environment := range []string{"staging", "production"} {
			targets = append(targets, bot.Target{Service: service, Environment: environment})
		}
	}
	w.fill(targets)
	if t.Failed() {
		return
	}
	before := w.boards(targets)
	count, outcomes := 0, map[bot.Phase]int{}
	for _, past := range before.Past {
		count += len(past)
		for _, p := range past {
			outcomes[p.Phase]++
		}
	}
	if count < 50 || len(outcomes) < 3 {
		t.Fatalf("there are %d releases, %v", count, outcomes)
	}
	w.check(w.redis.emptyRedis())
	var said strings.Builder
	again := func() error {
		r := recovery{w: world{out: &said}, declared: w.declared, m: w.m, keep: 100, listed: map[string]listing{}}
		return r.run(t.Context())
	}
	w.check(again())
	if diff := cmp.Diff(before, w.boards(targets)); diff != "" {
		t.Errorf("after Redis was emptied and filled again (-before +after):\n%s\n%s", diff, &said)
	}
	made, err := w.m.engine.Start(t.Context(), bot.Draft{Kind: bot.Deploy, Again: true, Target: targets[0], Key: "next"})
	w.check(err)
	for _, p := range append(before.Past["api → staging"], before.Past["api → production"]...) {
		if p.Release == made.Release.ID {
			t.Errorf("the id %s was given twice", p.Release)
		}
	}
	w.check(again())
	if n := strings.Count(said.String(), "nothing is missing"); n != len(targets) {
		t.Errorf("repeated, it found something missing:\n%s", &said)
	}
	t.Logf("%d releases before and after: %v", count, outcomes)
}

// recorder writes deployments as somebody does who has the token and the keys.
func (w *recoverWorld) recorder(token string, keys ...string) func(d bot.DeploymentRecord) int64 {
	w.Helper()
	host, err := github.New(github.Options{
		Token: token, APIURL: w.declared.GitHub.APIURL,
		StateKeys: func(context.Context) ([]string, error) { return keys, nil },
	}, slog.New(slog.DiscardHandler))
	w.check(err)
	return func(d bot.DeploymentRecord) int64 {
		w.Helper()
		id, err := host.RecordDeployment(w.Context(), d)
		w.check(err)
		return id
	}
}

// TestPromise8_RecoverBelievesOnlySlipway: what somebody else recorded, or
// nobody signed, is listed and not put back, moves no counter, and ends nothing.
func TestPromise8_RecoverBelievesOnlySlipway(t *testing.T) {
	t.Parallel()
	needRedis(t)
	w := newRecoverWorld(t)
	w.github.AcceptAs("ghp_mallory", "mallory")
	sha := w.commit(githubsim.CommitSpec{Message: "Something"})
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	record := func(n int, ended bot.Phase) bot.DeploymentRecord {
		id := fmt.Sprintf("api-%d", n)
		d := bot.DeploymentRecord{
			Repo: "acme/mono", SHA: sha, Environment: "production", Release: id, Kind: bot.Deploy, State: bot.DeploymentRunning,
			Facts: bot.DeploymentFacts{
				RunKey: id + ".aaaaaaaa", RunID: int64(100 + n), Requester: bot.Person{ID: "U01ANNA"},
				RequestedAt: began, StartedAt: began.Add(time.Duration(n) * time.Second),
			},
		}
		if ended != "" {
			d.State, d.End = bot.DeploymentSuccess, bot.DeploymentEnd{Phase: ended, Verdict: bot.Healthy, Healthy: true, At: began.Add(time.Hour)}
		}
		return d
	}
	const key = "the-key-of-the-day"
	slipway, before := w.recorder(githubsim.DefaultToken, key), w.recorder(githubsim.DefaultToken, "the-key-of-yesterday", key)
	slipway(record(1, bot.Succeeded))
	slipway(record(2, "")) // nothing tells how it ended
	slipway(record(3, "")) // it is under way
	before(record(4, bot.Succeeded))
	w.recorder(githubsim.DefaultToken)(record(5, bot.Succeeded))
	mallory := w.recorder("ghp_mallory", key)
	mallory(record(99_999_999, bot.Succeeded))
	mallory(record(6, ""))
	// She may write a status on slipway's own record, too.
	forged := record(3, bot.Succeeded)
	for _, d := range w.past(t) {
		if d.Release == "api-3" {
			forged.ID = d.ID
		}
	}
	mallory(forged)

	var said strings.Builder
	recoverAll := func(unsigned, missing bool) error {
		said.Reset()
		r := recovery{w: world{out: &said}, declared: w.declared, m: w.m, keep: 100, unsigned: unsigned, missing: missing, listed: map[string]listing{}}
		return r.run(t.Context())
	}
	err := recoverAll(false, false)
	if err == nil || !strings.Contains(err.Error(), "--unsigned") {
		t.Errorf("nobody was told of what is unsigned: %v", err)
	}
	for _, says := range []string{
		"the highest id at GitHub is api-5;", "(api-6, by mallory)", "(api-99999999, by mallory)",
		"api → production: unsigned: ", "(api-5, by slipway-sim)", "(api-4, by slipway-sim)",
		"nothing tells how api-2 ended, and another release came after it", "api-3 was under way", "put back 2 of 2: api-1, api-3",
	} {
		if !strings.Contains(said.String(), says) {
			t.Errorf("it did not say %q:\n%s", says, &said)
		}
	}
	target := bot.Target{Service: "api", Environment: "production"}
	if got := w.history(target); got != "api-3 api-1" {
		t.Errorf("put back: %s", got)
	}
	if states, err := w.m.store.Targets(t.Context(), []bot.Target{target}); err != nil || states[0].Under == nil || states[0].Under.ID != "api-3" {
		t.Errorf("under way: %+v, %v", states, err)
	}
	if err := recoverAll(true, true); err != nil {
		t.Errorf("with --unsigned: %v\n%s", err, &said)
	}
	if got := w.history(target); got != "api-5 api-4 api-3 api-1" {
		t.Errorf("put back with --unsigned: %s", got)
	}
}

func (w *recoverWorld) past(t *testing.T) []bot.DeploymentRecord {
	t.Helper()
	past, _, err := w.m.host.PastDeployments(t.Context(), "acme/mono", "production")
	w.check(err)
	return past
}

func (w *recoverWorld) history(target bot.Target) string {
	w.Helper()
	past, err := w.m.store.History(w.Context(), target, 100)
	w.check(err)
	var ids []string
	for _, p := range past {
		ids = append(ids, p.Release)
	}
	return strings.Join(ids, " ")
}
