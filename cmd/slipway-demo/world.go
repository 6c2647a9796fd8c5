package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const (
	playTimeout = 3 * time.Minute
	deploys     = "C0DEPLOYS"
	alerts      = "C0ALERTS"
	shopRepo    = "acme/shop"
	hookSecret  = "demo-hook-secret"
)

// world is what slipway is surrounded by in the demo.
type world struct {
	dir     string
	slack   *slacksim.Server
	github  *githubsim.Server
	redis   *miniredis.Miniredis
	shop    *shop
	servers []*http.Server
	program string // slipway
	child   *child
	stop    context.CancelFunc
	good    string // the commit that is live and well at the beginning
	better  string // the commit that goes out well
	broken  string // the commit that is not well
}

func newWorld(ctx context.Context, program string) (*world, error) {
	dir, err := os.MkdirTemp("", "slipway-demo-")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	d := &world{dir: dir, program: program, stop: stop, shop: &shop{}}
	if err := d.furnish(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *world) furnish(ctx context.Context) error {
	d.slack = slacksim.New(slacksim.Options{TeamName: "Acme"})
	d.github = githubsim.New(githubsim.Options{}) //nolint:contextcheck // it ends with Close
	d.seedGitHub()
	d.seedSlack()
	var err error
	if d.redis, err = miniredis.Run(); err != nil {
		return err
	}
	go d.ageRedis(ctx)
	slackURL, err := d.serve(ctx, d.slack)
	if err != nil {
		return err
	}
	d.slack.SetURL(slackURL)
	githubURL, err := d.serve(ctx, d.github)
	if err != nil {
		return err
	}
	shopURL, err := d.serve(ctx, d.shop)
	if err != nil {
		return err
	}
	d.shop.live = func() string { return d.liveSHA() }
	d.shop.broken = d.broken
	return d.startChild(ctx, githubURL, shopURL)
}

// ageRedis lets keys expire: miniredis has no clock of its own.
func (d *world) ageRedis(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.redis.FastForward(time.Second)
		}
	}
}

func (d *world) seedSlack() {
	for _, u := range []slacksim.User{
		{ID: "U01ANNA", Name: "anna", RealName: "Anna"}, {ID: "U02BEN", Name: "ben", RealName: "Ben"}, {ID: "U03CLEO", Name: "cleo", RealName: "Cleo"},
	} {
		d.slack.AddUser(u)
	}
	d.slack.AddChannel(slacksim.Channel{ID: deploys, Name: "deploys"})
	d.slack.AddChannel(slacksim.Channel{ID: alerts, Name: "alerts"})
}

func (d *world) seedGitHub() {
	repo := d.github.Repo(shopRepo)
	d.good = repo.Commit("main", githubsim.CommitSpec{
		Message: "Open the shop", Login: "anna-gh", Name: "Anna", Files: map[string]string{".github/workflows/deploy.yml": workflow},
	})
	repo.Commit("main", githubsim.CommitSpec{Message: "Show prices with tax (#41)", Login: "anna-gh", Name: "Anna"})
	d.better = repo.Commit("main", githubsim.CommitSpec{Message: "Remember the basket (#42)", Login: "cleo-gh", Name: "Cleo"})
	step := func(name string) []githubsim.StepScript {
		return []githubsim.StepScript{{Name: name, Takes: githubsim.Duration(1200 * time.Millisecond)}}
	}
	repo.SetScript("deploy.yml", githubsim.Script{
		Queue: githubsim.Duration(600 * time.Millisecond),
		Jobs:  []githubsim.JobScript{{Name: "build", Steps: step("Build the image")}, {Name: "deploy", Steps: step("Roll out")}},
	})
}

// breakShop commits the change that will not be well.
func (d *world) breakShop() {
	d.broken = d.github.Repo(shopRepo).Commit("main", githubsim.CommitSpec{Message: "Pay by card (#43)", Login: "cleo-gh", Name: "Cleo"})
	d.shop.setBroken(d.broken)
}

// liveSHA is the commit of the last run that succeeded.
func (d *world) liveSHA() string {
	live := d.good
	for _, run := range d.github.Runs() {
		if run.Conclusion == "success" {
			live = run.Inputs["sha"]
		}
	}
	return live
}

func (d *world) startChild(ctx context.Context, githubURL, shopURL string) error {
	path := filepath.Join(d.dir, "slipway.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		return err
	}
	options := d.slack.Options()
	c, err := startChild(ctx, d.program, path, []string{
		"SLACK_URL=" + d.slack.APIURL(), "SLACK_BOT_TOKEN=" + options.Token, "SLACK_SIGNING_SECRET=" + options.SigningSecret,
		"GITHUB_URL=" + githubURL + "/", "GITHUB_TOKEN=" + githubsim.DefaultToken, "GITHUB_WEBHOOK_SECRET=" + hookSecret,
		"REDIS_URL=redis://" + d.redis.Addr() + "/0", "SHOP_URL=" + shopURL,
	})
	if err != nil {
		return err
	}
	d.child = c
	d.slack.SetBotURL("http://" + c.address)
	d.github.SetHook("http://"+c.address+"/github/webhooks", hookSecret)
	return nil
}

func (d *world) serve(ctx context.Context, h http.Handler) (string, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	d.servers = append(d.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with Close
	return "http://" + listener.Addr().String(), nil
}

func (d *world) close() {
	if d.child != nil {
		d.child.end()
	}
	d.stop()
	if d.github != nil {
		d.github.Close()
	}
	for _, s := range d.servers {
		_ = s.Close() // nobody is served any more
	}
	if d.redis != nil {
		d.redis.Close()
	}
	_ = os.RemoveAll(d.dir) // a left-over temporary folder does no harm
}

// shop is the service that is deployed. One of its commits is broken.
type shop struct {
	mu     sync.Mutex
	live   func() string
	broken string
}

func (s *shop) setBroken(sha string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = sha
}

// ServeHTTP answers the health probe.
func (s *shop) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	live := s.live()
	if live == s.broken {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = fmt.Fprintf(w, `{"commit":%q}`, live)
}
