package bot

import "time"

// Approval is a person's yes to one plan digest.
type Approval struct {
	By     Person
	Digest string
	At     time.Time
}

// Outcome is what a gate says.
type Outcome string

// What a gate says.
const (
	Pass   Outcome = "pass"
	Refuse Outcome = "refuse"
	Warn   Outcome = "warn" // passes, and is worth reading
)

// Gate is one rule that must hold before a release may go on, with its outcome
// and the reason for it.
type Gate struct {
	Name    string
	Outcome Outcome
	Reason  string // one sentence
	Mend    string // what would make it pass; empty when it passes
	// Who could do something about it, as people or groups are called.
	Who []string
	// Where are the channels in which it would pass, for a rule about them.
	Where []string
}

// Decision is the outcome of all gates, in the order in which they are shown.
type Decision struct {
	Gates []Gate
}

// Allowed says that no gate refuses.
func (d Decision) Allowed() bool { return len(d.Refusals()) == 0 }

// Refusals are the gates that refuse.
func (d Decision) Refusals() []Gate {
	var refusals []Gate
	for _, g := range d.Gates {
		if g.Outcome == Refuse {
			refusals = append(refusals, g)
		}
	}
	return refusals
}
