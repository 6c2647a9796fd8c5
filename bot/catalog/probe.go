package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Secrets are the values of a source's secret keys, by path: token,
// headers.X-Scope-OrgID.
type Secrets map[string]Secret

// Reveal returns the values.
func (s Secrets) Reveal() map[string]string {
	shown := make(map[string]string, len(s))
	for name, secret := range s {
		shown[name] = secret.Reveal()
	}
	return shown
}

// sourceOf finds the source of a probe by its marks; false: it has no source, or
// several.
func sourceOf(probe *node) (Source, bool) {
	found := marked(probe)
	if len(found) != 1 {
		return Source{}, false
	}
	return found[0], true
}

// marked lists the sources of which a probe has a mark.
func marked(probe *node) []Source {
	var found []Source
	for _, s := range probe.shape.sources {
		if slices.ContainsFunc(s.Marks, func(mark string) bool { return probe.find(mark) != nil }) {
			found = append(found, s)
		}
	}
	return found
}

// has says whether a key is one of the source's own.
func (s Source) has(name string) bool {
	return slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Name == name })
}

// marksOf lists the keys that assign a probe to a source.
func marksOf(sources []Source) []string {
	var marks []string
	for _, s := range sources {
		marks = append(marks, s.Marks...)
	}
	return marks
}

// settings flattens what the file says at a source's keys. Secrets are returned apart;
// the plan records only that they are set.
func settings(n *node, keys []Key) ([]bot.Setting, Secrets) {
	var said []bot.Setting
	hidden := Secrets{}
	for _, k := range keys {
		said = append(said, flat(k.Name, n.get(k.Name), hidden)...)
	}
	return said, hidden
}

func flat(path string, n *node, hidden Secrets) []bot.Setting {
	switch {
	case n.kind == mapping:
		var said []bot.Setting
		for _, e := range n.entries {
			said = append(said, flat(path+"."+e.name, e.value, hidden)...)
		}
		// The order in the file does not matter.
		slices.SortFunc(said, func(a, b bot.Setting) int { return cmp.Compare(a.Key, b.Key) })
		return said
	case n.kind == sequence:
		var said []bot.Setting
		for i, item := range n.items {
			said = append(said, flat(path+"."+strconv.Itoa(i), item, hidden)...)
		}
		return said
	case n.str() == "":
		return nil
	case n.shape != nil && n.shape.hidden:
		hidden[path] = n.secret()
		return []bot.Setting{{Key: path}}
	case n.shape != nil && n.shape.kind == durationShape:
		return []bot.Setting{{Key: path, Value: n.dur().String()}}
	}
	return []bot.Setting{{Key: path, Value: n.str()}}
}

// commonKeys are the keys that every probe may have.
func commonKeys() []key {
	return []key{
		required("name", textOf(nameRule(), "The name of the probe.")),
		optional("worse", oneOf("Which direction is worse.", string(bot.Higher), string(bot.Lower), string(bot.Either)).or(string(bot.Higher))),
		optional("max", boundShape("The highest good value, or share of bad ones.")),
		optional("min", boundShape("The lowest good value, or share of bad ones.")),
		optional("max_increase", textOf(percentRule(), "How far beyond the median before is good.").asLoose()),
		optional("max_latency", durationOf(time.Millisecond, time.Minute, "How long a good answer may take.")),
		optional("delay", durationOf(0, day, "How long after the run this probe's first look is.").or("0s")),
		optional("every", durationOf(shortestBeat, time.Hour, "How often this probe is asked; as often as the others if left out.")),
		optional("timeout", durationOf(100*time.Millisecond, 10*time.Second, "When to give up waiting.").or("5s")),
	}
}

// probeShape accepts the probes of a watch.
func probeShape(sources []Source) shape {
	return askedShape("A question whose answer shows whether the service is well.", commonKeys(), sources)
}

// askedShape accepts the given keys and those of all sources. A key of several sources
// is listed once.
func askedShape(about string, keys []key, sources []Source) shape {
	for _, s := range sources {
		for _, k := range keysOf(s.Keys) {
			if !slices.ContainsFunc(keys, func(known key) bool { return known.name == k.name }) {
				keys = append(keys, k)
			}
		}
	}
	made := object(about, keys...)
	made.sources = sources
	return made
}

// onceKeys are the keys at the top of the file for the settings that all probes of a
// source share.
func onceKeys(sources []Source) []key {
	var keys []key
	for _, s := range sources {
		if len(s.Once) > 0 {
			keys = append(keys, optional(s.Name, object("What holds for all probes of the kind "+s.Name+".", keysOf(s.Once)...)))
		}
	}
	return keys
}

// decodeProbe reads a probe and, apart from it, its secrets.
func decodeProbe(n *node) (bot.Probe, Secrets) {
	probe := bot.Probe{
		Name: n.get("name").str(), Conditions: decodeConditions(n),
		Delay: n.get("delay").dur(), Every: n.get("every").dur(), Timeout: n.get("timeout").dur(),
	}
	source, found := sourceOf(n)
	if !found {
		return probe, nil
	}
	var hidden Secrets
	probe.Source = source.Name
	probe.Settings, hidden = settings(n, source.Keys)
	probe.Kind = source.Kind(Said{n})
	return probe, hidden
}

func decodeConditions(n *node) bot.Conditions {
	said := Said{n}
	c := bot.Conditions{
		Worse: bot.Worse(n.get("worse").str()), Max: said.Decimal("max"), Min: said.Decimal("min"), MaxLatency: n.get("max_latency").dur(),
	}
	if share, err := strconv.ParseFloat(strings.TrimSuffix(n.get("max_increase").str(), "%"), 64); err == nil {
		share /= 100
		c.MaxIncrease = &share
	}
	return c
}

// probeAgrees checks that a probe has one source, and only keys that this source knows.
func (c *checker) probeAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	source, found := sourceOf(n)
	if !found {
		says := "asks for nothing: give one of "
		if len(marked(n)) > 1 {
			says = "asks in more than one way: keep one of "
		}
		c.fault(n, says+strings.Join(marksOf(n.shape.sources), ", "))
		return
	}
	for _, e := range n.entries {
		others := slices.ContainsFunc(n.shape.sources, func(s Source) bool { return s.has(e.name) })
		if others && !source.has(e.name) {
			c.fault(e.value, "is for other probes than one of the kind "+source.Name)
		}
	}
	for _, m := range source.Agrees(Said{n}, Said{c.root.get(source.Name)}) {
		c.misfit(n, m)
	}
	c.conditionsAgree(n, source.Kind(Said{n}))
}

func (c *checker) misfit(n *node, m Misfit) {
	if m.Key != "" {
		for name := range strings.SplitSeq(m.Key, ".") {
			n = n.get(name)
		}
	}
	c.fault(n, m.Says)
}

func (c *checker) conditionsAgree(n *node, kind bot.SampleKind) {
	latency, timeout := n.get("max_latency"), n.get("timeout")
	if latency.valid && timeout.valid && latency.dur() > timeout.dur() {
		c.fault(latency, "is longer than timeout ("+written(timeout.dur())+"), so no answer could be that slow")
	}
	if kind == bot.Answers || kind == bot.Verdicts {
		for _, name := range []string{"max", "min", "max_increase"} {
			if n.get(name).given() {
				c.fault(n.get(name), "is for numbers, and the answers of this probe are only good or bad")
			}
		}
	}
	if kind != bot.Answers && latency.given() {
		c.fault(latency, "is for answers whose time is measured, and those of this probe are not")
	}
	low, high := Said{n}.Decimal("min"), Said{n}.Decimal("max")
	if low != nil && high != nil && *low > *high {
		c.fault(n.get("min"), "is more than max, so that nothing could be good")
	}
}
