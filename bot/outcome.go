package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// ReleaseOutcome is the result of a release, or of something done without slipway, as
// others are told of it.
type ReleaseOutcome string

// The outcomes.
const (
	OutcomeSucceeded    ReleaseOutcome = "succeeded"
	OutcomeFailed       ReleaseOutcome = "failed"
	OutcomeUnhealthy    ReleaseOutcome = "unhealthy"
	OutcomeInconclusive ReleaseOutcome = "inconclusive" // live, but nobody can tell whether it is well
	OutcomeCancelled    ReleaseOutcome = "cancelled"
	OutcomeRejected     ReleaseOutcome = "rejected"
	OutcomeExpired      ReleaseOutcome = "expired"
	OutcomeSuperseded   ReleaseOutcome = "superseded"
	OutcomeUnknown      ReleaseOutcome = "unknown"     // nobody knows whether it was started
	OutcomeRolledBack   ReleaseOutcome = "rolled_back" // a rollback has taken something back
	OutcomeOutOfBand    ReleaseOutcome = "out_of_band" // something was done without slipway
)

// Outcomes lists them in the order of a release's life.
func Outcomes() []ReleaseOutcome {
	return []ReleaseOutcome{
		OutcomeSucceeded, OutcomeFailed, OutcomeUnhealthy, OutcomeInconclusive, OutcomeCancelled, OutcomeRejected,
		OutcomeExpired, OutcomeSuperseded, OutcomeUnknown, OutcomeRolledBack, OutcomeOutOfBand,
	}
}

// Outcome is the release's result; empty while it goes on, and for what only its
// requester needs to hear of: a preview, the record of a live commit, and a batch,
// since each of its releases has its own.
func (r Release) Outcome() ReleaseOutcome {
	switch {
	case r.Kind != Deploy && r.Kind != Rollback:
		return ""
	case r.Phase.EndedWell() && r.Kind == Rollback:
		return OutcomeRolledBack
	case r.Phase.EndedWell() && r.Verdict == NotHealthy:
		return OutcomeUnhealthy
	case r.Phase.EndedWell() && !r.Well():
		return OutcomeInconclusive
	}
	switch r.Phase {
	case Succeeded:
		return OutcomeSucceeded
	case Failed:
		return OutcomeFailed
	case Unhealthy:
		return OutcomeUnhealthy
	case Cancelled:
		return OutcomeCancelled
	case Rejected:
		return OutcomeRejected
	case Expired:
		return OutcomeExpired
	case Superseded:
		return OutcomeSuperseded
	case Unknown:
		return OutcomeUnknown
	case Requested, AwaitingApproval, Queued, Dispatching, Running, Verifying:
	}
	return ""
}

// Severity is how urgently an outcome needs a person.
type Severity string

// The severities.
const (
	Critical Severity = "critical"
	Warning  Severity = "warning"
	Info     Severity = "info"
)

// Severities lists them, the worst first.
func Severities() []Severity { return []Severity{Critical, Warning, Info} }

// Before says whether the severity is worse than another.
func (s Severity) Before(other Severity) bool { return s.rank() < other.rank() }

func (s Severity) rank() int {
	for i, known := range Severities() {
		if s == known {
			return i
		}
	}
	return len(Severities())
}

// Occurrence is one outcome of one release, as others are told of it. The run key,
// Outcome and At together identify it.
type Occurrence struct {
	Release    Release
	Outcome    ReleaseOutcome
	At         time.Time
	Production bool
	Links      []Link
}

// Severity is how much it calls for a person.
func (o Occurrence) Severity() Severity {
	switch o.Outcome {
	case OutcomeFailed, OutcomeUnhealthy, OutcomeUnknown:
		if o.Production {
			return Critical
		}
		return Warning
	case OutcomeInconclusive, OutcomeRolledBack, OutcomeOutOfBand:
		return Warning
	case OutcomeSucceeded, OutcomeCancelled, OutcomeRejected, OutcomeExpired, OutcomeSuperseded:
	}
	return Info
}

// NotifyRule is one entry of notify: which occurrences it is about, and who is told. An
// empty condition matches anything.
type NotifyRule struct {
	Services     []string
	Environments []string
	Outcomes     []ReleaseOutcome
	Severities   []Severity
	To           []Recipient
}

// Recipient is somebody or something that is notified.
type Recipient struct {
	Kind RecipientKind
	// ID is the id of a channel, an account or a webhook, or the name of a group.
	ID string
}

// RecipientKind is the kind of a recipient.
type RecipientKind string

// The kinds of recipient.
const (
	ToChannel RecipientKind = "channel"
	ToPerson  RecipientKind = "person"
	ToGroup   RecipientKind = "group"
	ToWebhook RecipientKind = "webhook"
	// ToAuthor is somebody who subscribed to their own changes.
	ToAuthor RecipientKind = "author"
)

// WebhookID identifies a webhook without showing its address, which may contain a
// secret.
func WebhookID(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:8])
}
