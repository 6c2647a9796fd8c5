package catalog

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// maxWorld bounds what one deploy waits for.
const maxWorld = 10

// ownName is what the target's own health is called where the file does not say.
const ownName = "health"

// worldShape has the probes that one look can judge. What compares with the time before
// a release, or looks again and again, is for a watch; what starts something is too.
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

// lookedAtOnce are the sources that one look suffices for, with those of their keys that
// make sense then, and the health of the target itself.
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

// ownHealth stands for the probes that the target has already.
func ownHealth() Source {
	return Source{
		Name: bot.OwnHealth, Marks: []string{bot.OwnHealth},
		Keys: []Key{{Name: bot.OwnHealth, Shape: Shape{truthOf("true: the target itself is well now, by its own health probes.")}}},
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

// worldAgrees checks the entries of one world.
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

// worldFits checks that a target whose own health is asked for has some that one look
// can tell, in the settings of an environment and the defaults behind them.
func (c *checker) worldFits(target string, settings ...*node) {
	entries := whoSays("world", settings).items
	at := slices.IndexFunc(entries, isOwn)
	if at < 0 {
		return
	}
	probes := whoSays("health", settings).get("probes").each()
	if !slices.ContainsFunc(probes, tellsAtOnce) {
		c.fault(entries[at].get(bot.OwnHealth), "needs health probes of "+target+" that one look can judge, such as http, or a query with max")
	}
}

// tellsAtOnce says whether one answer to a health probe shows by itself how it is.
func tellsAtOnce(probe *node) bool {
	source, found := sourceOf(probe)
	return found && !source.Acts && (!isNumber(source.Kind(Said{probe})) || bounded(probe))
}

// decodeWorld gives what is asked, and the secrets of it by its name.
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
