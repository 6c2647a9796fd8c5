package catalog

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

const maxChannels = 2000

// ChannelDefault is the service and the environment that a command means where it is
// typed in a channel and does not name them.
type ChannelDefault struct {
	Channel string
	Service string
	// Environment is empty where the channel has a default service only.
	Environment string
}

// DefaultIn returns the default of a channel; false: it has none.
func (c *Catalog) DefaultIn(channel string) (ChannelDefault, bool) {
	i := slices.IndexFunc(c.ChannelDefaults, func(d ChannelDefault) bool { return channel != "" && d.Channel == channel })
	if i < 0 {
		return ChannelDefault{}, false
	}
	return c.ChannelDefaults[i], true
}

// NamesChannel says whether anything here is about a channel.
func (c *Catalog) NamesChannel(id string) bool {
	told := func(rule bot.NotifyRule) bool {
		return slices.ContainsFunc(rule.To, func(to bot.Recipient) bool { return to.Kind == bot.ToChannel && to.ID == id })
	}
	_, hasDefault := c.DefaultIn(id)
	return id == c.Slack.Alerts || hasDefault || slices.ContainsFunc(c.Notify, told) || slices.ContainsFunc(c.Services, func(s Service) bool {
		return s.Channel == id || slices.ContainsFunc(s.Environments, func(e Environment) bool { return slices.Contains(e.Rules.Channels, id) })
	})
}

func channelsShape() shape {
	return tableOf(object("What is meant in a channel by words that do not say it.",
		required("service", textOf(nameRule(), "The service that is meant where none is named.")),
		optional("environment", textOf(nameRule(), "Where that service goes, if no environment is named there. It is stronger than the service's default_environment.")),
	), channelRule(), maxChannels, "What words mean that are typed in a channel and name no service, by the channel's ID. A word that is the name of a command or a service is that.")
}

// channelsAgree checks that each channel names a service, and an environment of that
// service.
func (c *checker) channelsAgree(root *node) {
	services := root.get("services")
	names := declaredIn(services)
	for _, e := range root.get("channels").entries {
		service := e.value.get("service")
		c.mustBe(service, "a service", "services", names)
		if i := slices.Index(names.list, service.str()); i >= 0 {
			c.mustBe(e.value.get("environment"), "an environment", "services."+service.str()+".environments", declaredIn(services.entries[i].value.get("environments")))
		}
	}
}

func decodeChannels(n *node) []ChannelDefault {
	var all []ChannelDefault
	for _, e := range n.entries {
		all = append(all, ChannelDefault{Channel: e.name, Service: e.value.get("service").str(), Environment: e.value.get("environment").str()})
	}
	return all
}
