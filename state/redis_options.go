package state

import (
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// Mode is how Redis is run.
type Mode string

// The ways Redis is run. An embedded one is a single one that package embedded
// starts.
const (
	Single   Mode = "single"
	Sentinel Mode = "sentinel"
	Cluster  Mode = "cluster"
)

// Options say where the store is and how it is used.
type Options struct {
	// URL in the forms of go-redis: redis://, rediss:// or unix://; further
	// addresses of a cluster or of Sentinels as addr=HOST:PORT, a Sentinel's
	// master as master_name=NAME.
	URL  string
	Mode Mode // empty: Single
	// WaitReplicas is how many replicas must have a command, a click or the
	// intent to dispatch before it counts.
	WaitReplicas int
	// KeepHistory is how many started releases of a target are kept; 0: 1000.
	KeepHistory int

	prefix string // of all keys; empty: "slipway:"
	head   string // put before each script
}

func (o Options) withDefaults() Options {
	if o.Mode == "" {
		o.Mode = Single
	}
	if o.KeepHistory <= 0 {
		o.KeepHistory = 1000
	}
	if o.prefix == "" {
		o.prefix = "slipway:"
	}
	return o
}

const (
	dialTimeout = time.Second
	ioTimeout   = 2 * time.Second
	poolSize    = 64
	// clusterReload works around redis/go-redis#3979: after a failover the
	// client goes on dialling the dead master until it reloads the cluster's
	// state, which it does by default only once a minute.
	clusterReload = 2 * time.Second
)

// connect makes the client for the mode, without speaking to Redis yet.
func connect(o Options) (redis.UniversalClient, error) {
	switch o.Mode {
	case Single:
		opt, err := redis.ParseURL(o.URL)
		if err != nil {
			return nil, badURL(err)
		}
		opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout, opt.PoolTimeout = dialTimeout, ioTimeout, ioTimeout, ioTimeout
		opt.PoolSize, opt.ContextTimeoutEnabled = poolSize, true
		return redis.NewClient(opt), nil
	case Sentinel:
		opt, err := redis.ParseFailoverURL(o.URL)
		if err != nil {
			return nil, badURL(err)
		}
		opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout, opt.PoolTimeout = dialTimeout, ioTimeout, ioTimeout, ioTimeout
		opt.PoolSize, opt.ContextTimeoutEnabled = poolSize, true
		return redis.NewFailoverClient(opt), nil
	case Cluster:
		opt, err := redis.ParseClusterURL(o.URL)
		if err != nil {
			return nil, badURL(err)
		}
		opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout, opt.PoolTimeout = dialTimeout, ioTimeout, ioTimeout, ioTimeout
		opt.PoolSize, opt.ContextTimeoutEnabled = poolSize, true
		opt.ClusterStateReloadInterval = clusterReload
		return redis.NewClusterClient(opt), nil
	}
	return nil, &bot.Error{
		Kind: bot.Invalid, Op: "open the store", Says: "there is no Redis mode " + string(o.Mode),
		Mend: "Use single, sentinel or cluster.",
	}
}

// badURL says what is wrong with the URL without repeating it: it may hold a
// password, and so does the text of a parse error.
func badURL(err error) error {
	says := "it cannot be parsed"
	// The texts that go-redis makes itself name no more than a scheme, a path
	// or a parameter; net/url quotes the whole.
	if text, found := strings.CutPrefix(err.Error(), "redis: "); found && !strings.Contains(text, "@") {
		says = text
	}
	return &bot.Error{
		Kind: bot.Invalid, Op: "open the store", Says: "the URL of Redis is not usable: " + says,
		Mend: "It looks like redis://HOST:PORT/0, or rediss:// with TLS.",
	}
}

// place names where Redis is, without user and password.
func place(rawURL string) slog.Attr {
	u, err := url.Parse(rawURL)
	if err != nil {
		return slog.String("redis", "")
	}
	return slog.String("redis", u.Scheme+"://"+u.Host+u.Path)
}
