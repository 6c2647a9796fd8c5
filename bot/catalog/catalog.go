package catalog

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Catalog is what the operator declared, checked and with every default filled in. It
// never changes after Parse returned it, so any number of goroutines may read it.
type Catalog struct {
	Slack  Slack
	GitHub GitHub
	Redis  Redis
	// Listen is the host and port on which slipway serves HTTP.
	Listen string
	// ListenAdmin is where /readyz and /metrics are served; empty: at Listen.
	ListenAdmin string
	// PublicURL is where Slack and GitHub reach slipway, without a trailing slash;
	// empty: unknown.
	PublicURL string
	// LockNag is how long after the beginning of a lock without an end, and how often
	// from then on, its owner is asked whether it is still needed.
	LockNag time.Duration
	People  []Person
	Groups  []Group
	// Operators are the groups that are told of slipway's own troubles. Being in one
	// grants no rights.
	Operators []string
	Defaults  Settings
	// ProbesMayReach are the hosts, addresses and ranges that probes may ask; empty:
	// any.
	ProbesMayReach []string
	// Sources holds, by the source's name, what the file says once for all probes of a
	// source.
	Sources map[string]Once
	// Notify says who is told of what; Webhooks are the webhooks in it.
	Notify   []bot.NotifyRule
	Webhooks []Webhook
	// ChannelDefaults say what a command means that is typed in a channel and names no
	// service.
	ChannelDefaults []ChannelDefault
	// Services are in the order of the file.
	Services []Service
}

// Once is what the file says once for all probes of a source.
type Once struct {
	Settings []bot.Setting
	Secrets  Secrets
}

// SlackMode is how Slack's requests reach slipway.
type SlackMode string

// The values of SlackMode.
const (
	SlackHTTP   SlackMode = "http"
	SlackSocket SlackMode = "socket"
)

// Slack is the workspace that slipway serves, and how to reach it.
type Slack struct {
	Mode     SlackMode
	BotToken Secret
	// AppToken is set where slipway opens the connections to Slack.
	AppToken Secret
	// SigningSecrets are all accepted: during a rotation the old secret and the new one
	// are valid side by side.
	SigningSecrets []Secret
	// APIURL ends with a slash.
	APIURL   string
	Team     string
	Commands Commands
	// Alerts is the channel for what needs a person; empty: there is none.
	Alerts string
	// MentionSuccess mentions the requester in the thread of a release that went well,
	// too.
	MentionSuccess bool
	// EditPause is the shortest time between two edits of one card.
	EditPause time.Duration
}

// Commands are the names under which the slash commands are registered.
type Commands struct {
	Deploy, Rollback, Status string
}

// GitHub is how to reach GitHub: either Token is set or App is not nil.
type GitHub struct {
	Token Secret
	App   *App
	// APIURL ends with a slash.
	APIURL string
	// WebhookSecret is unset where runs are followed by polling alone.
	WebhookSecret Secret
	// StateKeys sign the records that slipway keeps at GitHub in case the store loses
	// its own: the first key signs, and any of them verifies. Without them the store
	// keeps a key.
	StateKeys []Secret
	// Poll is how often an unfinished run is read.
	Poll time.Duration
	// Settle is how long after the intent to start it a run may stay unlisted. It is at
	// least a second, since part of it is the time in which the request may leave: see
	// bot.Pace.
	Settle time.Duration
}

// App is the installation of a GitHub App.
type App struct {
	ID, InstallationID int64
	PrivateKeyFile     string
}

// RedisMode is the kind of Redis in which slipway stores.
type RedisMode string

// The kinds of Redis. With RedisEmbedded slipway starts a redis-server itself.
const (
	RedisSingle   RedisMode = "single"
	RedisSentinel RedisMode = "sentinel"
	RedisCluster  RedisMode = "cluster"
	RedisEmbedded RedisMode = "embedded"
)

// Redis is where releases are stored.
type Redis struct {
	// URL may contain a password, so it is a secret. It is unset in embedded mode.
	URL  Secret
	Mode RedisMode
	// DataDir is set in embedded mode only.
	DataDir string
	// WaitReplicas is how many replicas must have a write before it counts.
	WaitReplicas int
	// KeepHistory is how many started releases of each target are kept.
	KeepHistory int
}

// ProbeSecrets returns the secrets of the probe that a question belongs to, by the
// paths of their keys.
func (c *Catalog) ProbeSecrets(q bot.Question) map[string]string {
	service, _ := c.Service(q.Target.Service)
	environment, _ := service.Environment(q.Target.Environment)
	secrets := environment.Health.Secrets
	if q.For == bot.ForGate {
		secrets = environment.WorldSecrets
	}
	return secrets[q.Probe.Name].Reveal()
}

// Service finds a service by its name.
func (c *Catalog) Service(name string) (Service, bool) {
	i := slices.IndexFunc(c.Services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return c.Services[i], true
}

// Channel is the channel in which all of these services are shown; empty: they share
// none.
func (c *Catalog) Channel(services []string) string {
	channel := ""
	for i, name := range services {
		service, _ := c.Service(name)
		if i > 0 && service.Channel != channel {
			return ""
		}
		channel = service.Channel
	}
	return channel
}

// CardChannel is where a release of these services is shown: in the channel that they
// share or, without one, where it was asked for.
func (c *Catalog) CardChannel(services []string, asked string) string {
	return cmp.Or(c.Channel(services), asked, c.Slack.Alerts)
}

// AlertChannel is where it is said that a service needs a person; empty: nowhere.
func (c *Catalog) AlertChannel(service string) string {
	s, _ := c.Service(service)
	return cmp.Or(c.Slack.Alerts, s.Channel)
}

// ServiceNames gives the names of all services in alphabetical order.
func (c *Catalog) ServiceNames() []string {
	names := make([]string, 0, len(c.Services))
	for _, service := range c.Services {
		names = append(names, service.Name)
	}
	slices.Sort(names)
	return names
}
