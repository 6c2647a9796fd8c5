package main

import (
	"cmp"
	"log/slog"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/watcher"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/integrations/alertmanager"
	"github.com/slipwayhq/slipway/integrations/checkprobe"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
	"github.com/slipwayhq/slipway/integrations/prometheus"
	"github.com/slipwayhq/slipway/integrations/workflowprobe"
)

// source is a kind of health source: what a probe of it may say, and who asks it.
type source struct {
	kind catalog.Source
	open func(with opening) (watcher.Source, error)
}

// opening is what sources are made of. Without a log nothing is logged.
type opening struct {
	declared *catalog.Catalog
	host     *github.Client
	log      *slog.Logger
}

// sources are all of them, a line each.
func sources() []source {
	return []source{
		{httpprobe.Kind(), openHTTP},
		{prometheus.Kind(), openPrometheus},
		{workflowprobe.Kind(), func(with opening) (watcher.Source, error) { return workflowprobe.New(with.host), nil }},
		{alertmanager.Kind(), openAlerts},
		{checkprobe.Kind(), func(with opening) (watcher.Source, error) { return checkprobe.New(with.host), nil }},
	}
}

func openHTTP(with opening) (watcher.Source, error) {
	return httpprobe.New(httpprobe.Options{Allowed: with.declared.ProbesMayReach, Secrets: with.declared.ProbeSecrets}), nil
}

func openAlerts(with opening) (watcher.Source, error) {
	return alertmanager.New(alertmanager.Options{Allowed: with.declared.ProbesMayReach, Secrets: with.declared.ProbeSecrets}), nil
}

func openPrometheus(with opening) (watcher.Source, error) {
	once := with.declared.Sources[prometheus.Name]
	return prometheus.New(prometheus.Options{Settings: once.Settings, Secrets: once.Secrets.Reveal(), Allowed: with.declared.ProbesMayReach})
}

// vocabulary is what slipway.yaml may say of sources, and what no service is called.
func vocabulary() catalog.Vocabulary {
	known := catalog.Vocabulary{Verbs: commands.Verbs()}
	for _, s := range sources() {
		known.Sources = append(known.Sources, s.kind)
	}
	return known
}

// newWatcher opens all sources.
func newWatcher(with opening, from []source) (*watcher.Watcher, error) {
	opened := map[string]watcher.Source{}
	for _, s := range from {
		var err error
		if opened[s.kind.Name], err = s.open(with); err != nil {
			return nil, err
		}
	}
	return watcher.New(opened, cmp.Or(with.log, slog.New(slog.DiscardHandler))), nil
}
