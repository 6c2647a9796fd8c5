package main

import (
	"context"
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

// world is what slipway is surrounded by in the demo.
type world struct {
	dir     string
	slack   *slacksim.Server
	github  *githubsim.Server
	redis   *miniredis.Miniredis
	shop    *shop
	servers []*http.Server
	program string   // slipway
	env     []string // what it is told of where everything is
	stop    context.CancelFunc
	good    string // the commit that is live and well at the beginning

	mu       sync.Mutex
	child    *child
	redisOff bool
	hooksOff bool
	failNext int // how many runs there will be when the failing one has come; 0: none fails
	moved    int // how often the branch was moved
}

func newWorld(ctx context.Context, program string) (*world, error) {
	dir, err := os.MkdirTemp("", "slipway-demo-")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	d := &world{dir: dir, program: program, stop: stop, shop: &shop{}}
	d.shop.live = d.liveSHA
	d.shop.wasWell(time.Now())
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
	meterURL, err := d.serve(ctx, meter{d.shop})
	if err != nil {
		return err
	}
	options := d.slack.Options()
	d.env = []string{
		"SLACK_URL=" + d.slack.APIURL(), "SLACK_BOT_TOKEN=" + options.Token, "SLACK_SIGNING_SECRET=" + options.SigningSecret,
		"GITHUB_URL=" + githubURL + "/", "GITHUB_TOKEN=" + githubsim.DefaultToken, "GITHUB_WEBHOOK_SECRET=" + hookSecret,
		"REDIS_URL=redis://" + d.redis.Addr() + "/0", "SHOP_URL=" + shopURL, "METER_URL=" + meterURL,
	}
	if err := os.WriteFile(d.configPath(), []byte(config), 0o600); err != nil {
		return err
	}
	go d.age(ctx)
	return d.startChild(ctx)
}

// age lets time pass where nothing does so by itself: miniredis has no clock, and
// nobody shops.
func (d *world) age(ctx context.Context) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	moment := time.NewTicker(sampleEvery)
	defer moment.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-second.C:
			d.redis.FastForward(time.Second)
		case <-moment.C:
			d.shop.measure()
			d.endFailing()
		}
	}
}

func (d *world) configPath() string { return filepath.Join(d.dir, "slipway.yaml") }

// liveSHA is the commit of the last run that succeeded.
func (d *world) liveSHA() string {
	live := d.good
	for _, run := range d.github.Runs() {
		if run.Conclusion == "success" && run.Inputs["sha"] != "" {
			live = run.Inputs["sha"]
		}
	}
	return live
}

// startChild starts slipway, and tells both simulators where it listens.
func (d *world) startChild(ctx context.Context) error {
	c, err := startChild(ctx, d.program, d.configPath(), d.env)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.child = c
	d.mu.Unlock()
	d.slack.SetBotURL("http://" + c.address)
	d.github.SetHook("http://"+c.address+"/github/webhooks", hookSecret)
	return nil
}

// slipway is the child as it was last started; nil before the first time.
func (d *world) slipway() *child {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.child
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
	if c := d.slipway(); c != nil {
		c.end()
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
