package doctor

import "github.com/slipwayhq/slipway/bot"

const (
	kindWorldGood   = "world-good"
	kindWorldShut   = "world-shut"
	kindWorldSilent = "world-silent"
	kindHookGood    = "webhook-good"
	kindHookAway    = "webhook-away"
)

func worldKinds() []Kind {
	return []Kind{
		{kindWorldGood, "world", OK, "The gate {gate} of {target} answers, and lets deploys go now: {saw}.", "", ""},
		{
			kindWorldShut, "world", Warning, "The gate {gate} of {target} answers, and stops deploys now: {saw} (good: {bound}).", "As long as it is so every deploy there is refused, unless it is an emergency.",
			"If that is right, nothing; otherwise correct the entry under world in slipway.yaml.",
		},
		{
			kindWorldSilent, "world", Error, "The gate {gate} of {target} cannot be asked from here: {saw}.", "What cannot be found out counts as no: every deploy there is refused, unless it is an emergency.",
			"Let this machine reach what the entry asks, or correct it under world in slipway.yaml. A query must find one number, also when all is well: or vector(0) does that.",
		},
	}
}

func hookKinds() []Kind {
	return []Kind{
		{kindHookGood, "webhooks", OK, "The webhook at {host} can be reached. Nothing was sent to it.", "", ""},
		{
			kindHookAway, "webhooks", Error, "The webhook at {host} cannot be reached from here: {why}.", "What notify is to send there does not arrive.",
			"Let this machine connect there, or correct the address under notify in slipway.yaml.",
		},
	}
}

// World judges one look at an entry of world.
func World(target string, g bot.Glance) Finding {
	fill := []string{"gate", g.Probe, "target", target, "saw", g.Saw, "bound", g.Bound}
	switch g.State {
	case bot.Well:
		return find(kindWorldGood, fill...)
	case bot.NotWell:
		return find(kindWorldShut, fill...)
	case bot.NotTold, bot.NotShown:
	}
	return find(kindWorldSilent, fill...)
}

// Hook judges whether the host of a webhook can be reached.
func Hook(host string, err error) Finding {
	if err != nil {
		return find(kindHookAway, "host", host, "why", why(err))
	}
	return find(kindHookGood, "host", host)
}
