package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const recoverYAML = `
slack: {mode: http, bot_token: %s, signing_secret: s3cret-s3cret, api_url: "%s", team: T0001, alerts: C0ALERTS}
github: {token: %s, api_url: "%s", poll: 200ms, settle: 200ms}
redis: {url: "redis://%s/0"}
listen: 127.0.0.1:0
people:
  anna: {slack: U01ANNA}
services:
  api: {repo: acme/mono, workflow: deploy.yml, channel: C0DEPLOYS, environments: %[6]s}
  web: {repo: acme/mono, workflow: deploy.yml, channel: C0DEPLOYS, environments: %[6]s}
`

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
	w := &recoverWorld{TB: t, github: githubsim.New(githubsim.Options{Contract: newContract(t)})}
	chat := slacksim.New(slacksim.Options{})
	githubServer, slackServer := httptest.NewServer(w.github), httptest.NewServer(chat)
	t.Cleanup(func() { slackServer.Close(); githubServer.Close(); w.github.Close() })
	chat.SetURL(slackServer.URL)
	for name, id := range channels() {
		chat.AddChannel(slacksim.Channel{ID: id, Name: name})
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
			if err := w.github.FinishRun(run.ID, how); err != nil {
				w.Error(err)
			}
		}
	}
}

// release makes one and waits for its end, and until GitHub knows of it.
func (w *recoverWorld) release(ctx context.Context, d bot.Draft) {
	d.Requester, d.Origin.Channel = bot.Person{ID: "U01ANNA", Name: "anna"}, "C0DEPLOYS"
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
		time.Sleep(20 * time.Millisecond)
	}
}

// fill makes 51 releases over four targets.
func (w *recoverWorld) fill(targets []bot.Target) {
	ctx, stop := context.WithCancel(context.Background())
	var work, beside sync.WaitGroup
	beside.Go(func() { w.finish(ctx) })
	beside.Go(func() { _ = w.m.engine.Run(ctx) })
	first := w.commit(githubsim.CommitSpec{Message: "What is live already"})
	for i, t := range targets {
		work.Go(func() {
			w.release(ctx, bot.Draft{Kind: bot.Adopt, Target: t, Ref: first, Key: "adopt" + t.String()})
			for n := range 11 {
				sha := w.commit(githubsim.CommitSpec{Message: fmt.Sprintf("Change %d of %s", n, t)})
				w.release(ctx, bot.Draft{Kind: bot.Deploy, Again: true, Target: t, Ref: sha, Reason: fmt.Sprintf("reason %d", n), Key: fmt.Sprint(t, n)})
			}
			if i < 3 {
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
	handler := commands.New(w.m.engine, w.m.engine, w.declared, func() time.Time { return time.Unix(1795510860, 0) })
	ask := func(verb, text string) string {
		answer, err := handler.Command(ctx, bot.Invocation{Verb: verb, Text: text, By: bot.Person{ID: "U01ANNA"}, Source: bot.FromCommand})
		w.check(err)
		said, err := json.MarshalIndent(blocks.Answer(answer).Blocks, "", " ")
		w.check(err)
		return string(said)
	}
	all := boards{Board: ask("status", ""), History: map[string]string{}, Past: map[string][]bot.Past{}, Current: map[string]string{}}
	states, err := w.m.store.Targets(ctx, targets)
	w.check(err)
	for i, t := range targets {
		all.History[t.String()] = ask("deploy", "history "+t.Service+" "+t.Environment)
		past, err := w.m.store.History(ctx, t, 100)
		w.check(err)
		for n := range past {
			past[n].At = past[n].At.Truncate(time.Millisecond)
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
	for _, service := range []string{"api", "web"} {
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
	for _, p := range append(before.Past["api/staging"], before.Past["api/production"]...) {
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
