package alertmanager

import (
	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Name is the name of the source, and the key that marks its probes.
const Name = "alerts"

// The other keys of a probe.
const (
	keyMatching = "matching"
	keyHeaders  = "headers"
)

// Kind describes the probes of this source.
func Kind() catalog.Source {
	return catalog.Source{
		Name: Name, Marks: []string{Name},
		Keys: []catalog.Key{
			{Name: Name, Shape: catalog.Base("The Alertmanager to ask; no alert that matches may fire there, unless it is silenced or inhibited.")},
			{Name: keyMatching, Shape: catalog.Lines(`Which alerts count: those that fit all matchers, such as severity="page" and service="{{service}}"; every one if left out. {{service}}, {{environment}}, {{sha}} and {{release}} are put in.`,
				`a matcher such as severity="page" or team!="web"`, `^[^\r\n]{1,500}$`, broken)},
			{Name: keyHeaders, Shape: catalog.Headers("Headers to send. Their values are secrets.")},
		},
		Kind: func(catalog.Said) bot.SampleKind { return bot.Answers },
		Agrees: func(probe, _ catalog.Said) []catalog.Misfit {
			if probe.Given("max_latency") {
				return []catalog.Misfit{{Key: "max_latency", Says: "is for what a service answers itself"}}
			}
			return nil
		},
	}
}
