package catalog

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Catalog is what the operator declared, checked and with every default filled
// in. It is never changed after Parse made it, so any number of readers may
// share it.
type Catalog struct {
	Slack  Slack
	GitHub GitHub
	Redis  Redis
	// Listen is the host and port on which slipway serves HTTP.
	Listen string
	// ListenAdmin is where /readyz and /metrics are served in place of there;
	// empty: they are served there.
	ListenAdmin string
	// PublicURL is where Slack and GitHub reach slipway, without a slash at its end;
	// empty if that is not said.
	PublicURL string
	// LockNag is after how long, and how often, the owner of a lock without an
	// end is asked whether it is still needed.
	LockNag time.Duration
	People  []Person
	Groups  []Group
	// Operators are the groups that hear of slipway's own troubles. Being in one
	// allows nothing.
	Operators []string
	Defaults  Settings
	// ProbesMayReach are the hosts, addresses and ranges that probes may ask; none:
	// all.
	ProbesMayReach []string
	// Sources are what the file says once for all probes of a source, by its name.
	Sources map[string]Once
	// Notify says who is told of what; Webhooks are those that it names.
	Notify   []bot.NotifyRule
	Webhooks []Webhook
	// ChannelDefaults say what is meant in a channel by words that name no service.
	ChannelDefaults []ChannelDefault
	// Services are in the order of the file.
	Services []Service
}

// Once is what the file says once for all probes of a source.
type Once struct {
	Settings []bot.Setting
	Secrets  Secrets
}

// SlackMode is the way in which Slack's requests reach slipway.
type SlackMode string

// The ways in which Slack's requests reach slipway.
const (
	SlackHTTP   SlackMode = "http"
	SlackSocket SlackMode = "socket"
)

// Slack is the workspace that slipway serves and how it is reached.
type Slack struct {
	Mode     SlackMode
	BotToken Secret
	// AppToken is set where slipway connects to Slack itself.
	AppToken Secret
	// SigningSecrets are all accepted: while the secret is being changed, the
	// old one and the new one are valid side by side.
	SigningSecrets []Secret
	// APIURL ends with a slash.
	APIURL   string
	Team     string
	Commands Commands
	// Alerts is the channel for what needs a person; empty if there is none.
	Alerts string
	// MentionSuccess says that who asked for a release is called in its thread also
	// when it has gone well.
	MentionSuccess bool
	// EditPause is the least time between two edits of one card.
	EditPause time.Duration
}

// Commands are the names under which the slash commands are registered.
type Commands struct {
	Deploy, Rollback, Status string
}

// GitHub is how GitHub is reached: either Token is set or App is not nil.
type GitHub struct {
	Token Secret
	App   *App
	// APIURL ends with a slash.
	APIURL string
	// WebhookSecret is not set where runs are followed by polling alone.
	WebhookSecret Secret
	// StateKeys sign what slipway keeps at GitHub for the day on which the store
	// has forgotten: the first one signs, any of them proves. Without them the
	// store keeps a key.
	StateKeys []Secret
	// Poll is how often an unfinished run is read.
	Poll time.Duration
	// Settle is how long after the intent to start it a run may stay unlisted. It
	// is at least a second, since the request itself takes part of it to leave:
	// see bot.Pace.
	Settle time.Duration
}

// App is the installation of a GitHub App.
type App struct {
	ID, InstallationID int64
	PrivateKeyFile     string
}

// RedisMode is the kind of Redis that slipway stores in.
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
	// URL may bear a password, hence a secret. It is not set when embedded.
	URL  Secret
	Mode RedisMode
	// DataDir is set when embedded only.
	DataDir string
	// WaitReplicas is how many replicas must have a write before it counts.
	WaitReplicas int
	// KeepHistory is how many started releases of each target are kept.
	KeepHistory int
}

// ProbeSecrets are the values of the secrets of a probe that is asked, by the paths of
// their keys.
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

// Channel is the one channel in which all of some services are shown; empty if
// there is none.
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

// CardChannel is where a release of some services is shown that was asked for in a
// channel: the one of the services, or where it was asked for.
func (c *Catalog) CardChannel(services []string, asked string) string {
	return cmp.Or(c.Channel(services), asked, c.Slack.Alerts)
}

// AlertChannel is where what needs a person is said of a service; empty if there
// is no such channel.
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
