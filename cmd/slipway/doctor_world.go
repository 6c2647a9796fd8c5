package main

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/watcher"
	"github.com/slipwayhq/slipway/integrations/alertmanager"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
	"github.com/slipwayhq/slipway/integrations/prometheus"
	"github.com/slipwayhq/slipway/integrations/webhook"
)

// reading are the sources that can be asked before anything was released. A workflow is
// not started, and the check of a commit is there only once there is one.
func reading() []source {
	return []source{{httpprobe.Kind(), openHTTP}, {prometheus.Kind(), openPrometheus}, {alertmanager.Kind(), openAlerts}}
}

// worldFindings looks once at every gate on the world. The target's own health is asked
// for as its probes are.
func worldFindings(ctx context.Context, declared *catalog.Catalog) []doctor.Finding {
	looks, err := newWatcher(opening{declared: declared}, reading())
	if err != nil {
		return []doctor.Finding{doctor.Unknown("world", err)}
	}
	var checks []check
	for _, service := range declared.Services {
		for _, env := range service.Environments {
			target := bot.Target{Service: service.Name, Environment: env.Name}
			for _, probe := range env.World {
				if !asked(probe) {
					continue
				}
				checks = append(checks, check{"world", probe.Name + " of " + target.Path(), func(ctx context.Context) []doctor.Finding {
					glance := looks.Glance(ctx, bot.Question{Probe: probe, Target: target, For: bot.ForGate})
					return []doctor.Finding{doctor.World(service.Name+" in "+env.Name, glance)}
				}})
			}
		}
	}
	return each(ctx, checks)
}

func asked(probe bot.Probe) bool {
	for _, s := range reading() {
		if s.kind.Name == probe.Source {
			return true
		}
	}
	return false
}

// openReading opens the sources that can be asked, by their names.
func openReading(declared *catalog.Catalog) (map[string]watcher.Source, error) {
	opened := map[string]watcher.Source{}
	for _, s := range reading() {
		from, err := s.open(opening{declared: declared})
		if err != nil {
			return nil, err
		}
		opened[s.kind.Name] = from
	}
	return opened, nil
}

// hookFindings connects to where the webhooks are, and sends nothing.
func hookFindings(ctx context.Context, declared *catalog.Catalog) []doctor.Finding {
	sender := webhook.New(receivers(declared.Webhooks))
	var checks []check
	seen := map[string]bool{}
	for _, hook := range declared.Webhooks {
		if seen[hook.ID] || !hook.URL.IsSet() {
			continue // what is not set is said of the configuration
		}
		seen[hook.ID] = true
		checks = append(checks, check{"webhooks", "", func(ctx context.Context) []doctor.Finding {
			return []doctor.Finding{doctor.Hook(sender.Reach(ctx, hook.ID))}
		}})
	}
	return each(ctx, checks)
}
