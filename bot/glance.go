package bot

// OwnHealth is the source of what asks for the health of the target itself: its own
// probes are asked, and no other.
const OwnHealth = "healthy"

// Purpose is what a probe is asked for.
type Purpose string

// What a probe is asked for.
const (
	// ForWatch: a release is watched, or will be.
	ForWatch Purpose = ""
	// ForGate: a deploy waits for the answer. The probe is one of the world's.
	ForGate Purpose = "gate"
	// ForLook: somebody is to see how things are. Nothing is started for that.
	ForLook Purpose = "look"
)

// Glance is what one look at a probe showed, held against what is asked of it.
type Glance struct {
	Probe string
	State Wellness
	// Saw is what was seen, or why nothing was, in a few words; Bound is what would be
	// good, empty where nothing was asked for.
	Saw, Bound string
}

// Wellness is what one look can tell of how something is.
type Wellness string

// What one look can tell.
const (
	Well    Wellness = "well"
	NotWell Wellness = "not_well"
	// NotTold: it could not be found out.
	NotTold Wellness = "untold"
	// NotShown: one look cannot show it, however it is, since the probe has no bound, or
	// would start something.
	NotShown Wellness = "not_shown"
)

// WellnessOf is what several looks come to: what is bad counts before what could not
// be found out, and that before what is good.
func WellnessOf(glances []Glance) Wellness {
	worst := NotShown
	for _, g := range glances {
		switch {
		case g.State == NotWell, worst == NotWell:
			worst = NotWell
		case g.State == NotTold, worst == NotTold:
			worst = NotTold
		case g.State == Well:
			worst = Well
		}
	}
	return worst
}
