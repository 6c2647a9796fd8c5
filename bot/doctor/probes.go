package doctor

import "github.com/slipwayhq/slipway/bot"

const (
	kindProbeGood   = "probe-good"
	kindProbeBad    = "probe-bad"
	kindProbeSilent = "probe-silent"
)

func probeKinds() []Kind {
	return []Kind{
		{kindProbeGood, "probes", OK, "The probe {probe} of {target} answers well.", "", ""},
		{
			kindProbeBad, "probes", Warning, "The probe {probe} of {target} answers badly: {why}.", "If it stays so, every release there is found unhealthy.",
			"Look whether {target} is well; if it is, correct the probe in slipway.yaml: an address that answers by itself, the headers that it wants, or the status that is right.",
		},
		{
			kindProbeSilent, "probes", Error, "The probe {probe} of {target} cannot be asked from here: {why}.", "slipway cannot tell whether a release there is well, so each one ends inconclusive.",
			"Let this machine reach what the probe asks, or correct its address or query in slipway.yaml.",
		},
	}
}

// Probe judges one answer to a probe. NotYet is good as well: nothing was released whose
// version could be expected; numbers that measure nothing are no answer, as they are none
// to a watch.
func Probe(target string, s bot.Sample) Finding {
	s = s.Believed()
	fill := []string{"probe", s.Probe, "target", target, "why", s.Says}
	switch s.Outcome {
	case bot.Good, bot.NotYet:
		return find(kindProbeGood, fill...)
	case bot.Bad:
		return find(kindProbeBad, fill...)
	case bot.NoAnswer:
	}
	return find(kindProbeSilent, fill...)
}
