package catalog

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// maxWorld limits what one deploy waits for.
const maxWorld = 10

// ownName is the default name of the entry for the target's own health.
const ownName = "health"

// worldShape accepts probes that a single look can judge. Probes that compare with the
// time before a release, look repeatedly or start something belong to a watch.
func worldShape(sources []Source) shape {
	common := []key{
		optional("name", textOf(nameRule(), "What it is called; health is, if left out, where healthy: true stands.")),
		optional("max", boundShape("The highest good value, or share of bad ones.")),
		optional("min", boundShape("The lowest good value, or share of bad ones.")),
		optional("max_latency", durationOf(time.Millisecond, 10*time.Second, "How long a good answer may take.")),
		optional("timeout", durationOf(100*time.Millisecond, 10*time.Second, "When to give up waiting.").or("5s")),
	}
	return listOf(askedShape("What must be well before a deploy.", common, lookedAtOnce(sources)), maxWorld,
		"What must be well outside before a deploy: each is looked at once, before anybody approves and right before the start.")
}

// lookedAtOnce lists the sources for which a single look suffices, with the keys that
// make sense for it, and the target's own health.
func lookedAtOnce(sources []Source) []Source {
	var fit []Source
	for _, s := range sources {
		if s.Acts {
			continue
		}
		s.Keys = slices.DeleteFunc(slices.Clone(s.Keys), func(k Key) bool { return k.Watch })
		fit = append(fit, s)
	}
	return append(fit, ownHealth())
}

// ownHealth stands for the probes that the target has in its health block.
func ownHealth() Source {
	return Source{
		Name: bot.OwnHealth, Marks: []string{bot.OwnHealth},
		Keys: []Key{{Name: bot.OwnHealth, Shape: Shape{boolOf("true: the target itself is well now, by its own health probes.")}}},
		Kind: func(Said) bot.SampleKind { return bot.Verdicts },
		Agrees: func(probe, _ Said) []Misfit {
			switch {
			case probe.Text(bot.OwnHealth) == "false":
				return []Misfit{{Key: bot.OwnHealth, Says: "must be true; to ask nothing leave the entry out"}}
			case probe.Given("timeout"):
				return []Misfit{{Key: "timeout", Says: "is for a question of its own; the target's health probes have theirs"}}
			}
			return nil
		},
	}
}

// isOwn says whether an entry asks for the target's own health.
func isOwn(n *node) bool { return n.get(bot.OwnHealth).given() }

// worldAgrees checks the entries of one `world`.
func (c *checker) worldAgrees(n *node) {
	names := map[string]bool{}
	for _, entry := range n.items {
		if entry.kind != mapping {
			continue
		}
		c.probeAgrees(entry)
		name := entry.get("name")
		switch called := worldName(entry); {
		case called == "" && !name.given():
			c.fault(name, "is missing: what it is called, as people will read it")
		case called != "" && names[called]:
			c.fault(name, "is the name of another entry already")
		default:
			names[called] = true
		}
		if source, found := sourceOf(entry); found && isNumber(source.Kind(Said{entry})) && !bounded(entry) {
			c.fault(entry, "has nothing that its number is held against: give max, min or both")
		}
	}
}

func worldName(entry *node) string {
	if name := entry.get("name"); name.given() || !isOwn(entry) {
		return name.str()
	}
	return ownName
}

func isNumber(kind bot.SampleKind) bool { return kind == bot.Values || kind == bot.Counts }

func bounded(probe *node) bool { return probe.get("max").given() || probe.get("min").given() }

// worldFits checks, where `world` asks for the target's own health, that its health
// block has a probe that a single look can judge. settings are those of the environment
// and the defaults behind them.
func (c *checker) worldFits(target string, settings ...*node) {
	entries := firstWith("world", settings).items
	at := slices.IndexFunc(entries, isOwn)
	if at < 0 {
		return
	}
	probes := firstWith("health", settings).get("probes").each()
	if !slices.ContainsFunc(probes, tellsAtOnce) {
		c.fault(entries[at].get(bot.OwnHealth), "needs health probes of "+target+" that one look can judge, such as http, or a query with max")
	}
}

// tellsAtOnce says whether a single answer to a health probe can be judged.
func tellsAtOnce(probe *node) bool {
	source, found := sourceOf(probe)
	return found && !source.Acts && (!isNumber(source.Kind(Said{probe})) || bounded(probe))
}

// decodeWorld returns the probes, and their secrets by the probe's name.
func decodeWorld(n *node) (asked []bot.Probe, secrets map[string]Secrets) {
	for _, entry := range n.items {
		probe, hidden := decodeProbe(entry)
		probe.Name = worldName(entry)
		asked = append(asked, probe)
		if len(hidden) > 0 {
			if secrets == nil {
				secrets = map[string]Secrets{}
			}
			secrets[probe.Name] = hidden
		}
	}
	return asked, secrets
}
