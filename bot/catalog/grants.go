package catalog

import "github.com/slipwayhq/slipway/bot"

// Grants lists the groups that have rights on the targets, in the same order. On a
// target that is not declared nobody has any.
func (c *Catalog) Grants(targets []bot.Target) []bot.Grants {
	grants := make([]bot.Grants, len(targets))
	for i, t := range targets {
		service, _ := c.Service(t.Service)
		if env, declared := service.Environment(t.Environment); declared {
			grants[i] = bot.Grants{Declared: true, Deployers: env.Deployers, Approvals: env.Approvals, Emergency: env.Emergency}
		}
	}
	return grants
}
