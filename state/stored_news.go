package state

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// storedNews is what is said to everybody of a release. Number is that of the
// reminder, the set or the attempt that it is about.
type storedNews struct {
	Of     newsKind     `json:"of"`
	Number int          `json:"number,omitempty"`
	Last   bool         `json:"last,omitempty"`
	Since  time.Time    `json:"since,omitzero"`
	Seal   string       `json:"seal,omitempty"`
	Passed []string     `json:"passed,omitempty"`
	Says   string       `json:"says,omitempty"`
	By     storedPerson `json:"by,omitzero"`
	At     time.Time    `json:"at,omitzero"`
	// These are of what others are told.
	Outcome   bot.ReleaseOutcome `json:"outcome,omitempty"`
	Recipient storedRecipient    `json:"recipient,omitzero"`
}

// newsKind is how news is called where it is stored.
type newsKind string

const (
	newsFailed          newsKind = "failed"
	newsUnhealthy       newsKind = "unhealthy"
	newsHealth          newsKind = "health"
	newsEnded           newsKind = "ended"
	newsCountdown       newsKind = "countdown"
	newsRecovered       newsKind = "recovered"
	newsShadow          newsKind = "shadow"
	newsDisplaced       newsKind = "displaced"
	newsStopped         newsKind = "countdown_stopped"
	newsLonger          newsKind = "watch_longer"
	newsUnknown         newsKind = "unknown"
	newsReminder        newsKind = "unknown_reminder"
	newsMismatch        newsKind = "mismatch"
	newsPlan            newsKind = "plan_changed"
	newsRerun           newsKind = "rerun"
	newsRerunOver       newsKind = "rerun_over"
	newsBlind           newsKind = "blind"
	newsBatch           newsKind = "batch"
	newsApprovalDue     newsKind = "approval_due"
	newsEscalated       newsKind = "escalated"
	newsEmergency       newsKind = "emergency"
	newsSignedOff       newsKind = "signed_off"
	newsReview          newsKind = "review"
	newsQuarantineEnded newsKind = "pardoned"
	newsWithdrawn       newsKind = "withdrawn"
	newsLost            newsKind = "lost"
	newsItRan           newsKind = "it_ran"
	newsSendAgain       newsKind = "send_again"
	newsNeverRan        newsKind = "never_ran"
	newsRanAfterAll     newsKind = "ran_after_all"
	newsOutcome         newsKind = "outcome"
	newsYours           newsKind = "yours"
	newsUndelivered     newsKind = "undelivered"
)

// bareNews is that without fields.
func bareNews() map[newsKind]bot.News {
	return map[newsKind]bot.News{
		newsFailed: bot.NoteFailed{}, newsUnhealthy: bot.NoteUnhealthy{}, newsEnded: bot.NoteEnded{},
		newsMismatch: bot.NoteMismatch{}, newsBatch: bot.NoteBatch{}, newsSignedOff: bot.NoteSignedOff{}, newsQuarantineEnded: bot.NoteQuarantineEnded{},
	}
}

func storeNote(n bot.News) storedNews {
	switch n := n.(type) {
	case bot.NoteUnknown:
		return storedNews{Of: newsUnknown, Since: n.Since}
	case bot.NoteReminder:
		return storedNews{Of: newsReminder, Number: n.Number, Last: n.Last, Since: n.Since}
	case bot.NotePlan:
		return storedNews{Of: newsPlan, Seal: n.Seal}
	case bot.NoteCountdown:
		return storedNews{Of: newsCountdown, At: n.At}
	case bot.NoteRecovered:
		return storedNews{Of: newsRecovered, At: n.At}
	case bot.NoteShadow:
		return storedNews{Of: newsShadow, Says: n.Hindrance}
	case bot.NoteHealth:
		return storedNews{Of: newsHealth, At: n.At}
	case bot.NoteDisplaced:
		return storedNews{Of: newsDisplaced, At: n.At, Says: n.By}
	case bot.NoteRerun:
		return storedNews{Of: newsRerun, Number: n.Attempt}
	case bot.NoteRerunOver:
		return storedNews{Of: newsRerunOver, Number: n.Attempt}
	case bot.NoteBlind:
		return storedNews{Of: newsBlind, Since: n.Since}
	case bot.NoteApprovalDue:
		return storedNews{Of: newsApprovalDue, Since: n.Since}
	case bot.NoteEscalated:
		return storedNews{Of: newsEscalated, Number: n.Set, Since: n.Since}
	case bot.NoteEmergency:
		return storedNews{Of: newsEmergency, Passed: n.Passed}
	case bot.NoteReview:
		return storedNews{Of: newsReview, Number: n.Number}
	default:
		return storeWords(n)
	}
}

// storeWords stores the news of what somebody said or did, and that without fields.
func storeWords(n bot.News) storedNews {
	switch n := n.(type) {
	case bot.NoteCountdownStopped:
		return storedNews{Of: newsStopped, By: storedPerson(n.By), At: n.At}
	case bot.NoteWatchLonger:
		return storedNews{Of: newsLonger, By: storedPerson(n.By), At: n.At}
	case bot.NoteWithdrawn:
		return storedNews{Of: newsWithdrawn, By: storedPerson(n.By), At: n.At}
	case bot.NoteLost:
		return storedNews{Of: newsLost, By: storedPerson(n.By), At: n.At}
	case bot.NoteItRan:
		return storedNews{Of: newsItRan, By: storedPerson(n.By), Number: n.Attempt}
	case bot.NoteSendAgain:
		return storedNews{Of: newsSendAgain, By: storedPerson(n.By), Number: n.Attempt}
	case bot.NoteNeverRan:
		return storedNews{Of: newsNeverRan, By: storedPerson(n.By), Number: n.Attempt}
	case bot.NoteRanAfterAll:
		return storedNews{Of: newsRanAfterAll, By: storedPerson(n.By), Number: n.Attempt}
	default:
		return storeOther(n)
	}
}

// storeOther is for what others are told, and for news without fields.
func storeOther(n bot.News) storedNews {
	switch n := n.(type) {
	case bot.NoteOutcome:
		return storedNews{Of: newsOutcome, Outcome: n.Outcome, At: n.At}
	case bot.NoteYours:
		return storedNews{Of: newsYours, Outcome: n.Outcome, At: n.At, By: storedPerson{ID: n.Whose}}
	case bot.NoteUndelivered:
		return storedNews{Of: newsUndelivered, Outcome: n.Outcome, At: n.At, Recipient: storedRecipient(n.To), Says: n.Says}
	default:
		for kind, bare := range bareNews() {
			if bot.NewsKey(bare) == bot.NewsKey(n) {
				return storedNews{Of: kind}
			}
		}
		return storedNews{}
	}
}

// loadOutcome reads what others are told.
func loadOutcome(s storedNews) (bot.News, bool) {
	switch s.Of { //nolint:exhaustive // the others are none of an outcome
	case newsOutcome:
		return bot.NoteOutcome{Outcome: s.Outcome, At: s.At}, true
	case newsYours:
		return bot.NoteYours{Outcome: s.Outcome, At: s.At, Whose: s.By.ID}, true
	case newsUndelivered:
		return bot.NoteUndelivered{Outcome: s.Outcome, At: s.At, To: bot.Recipient(s.Recipient), Says: s.Says}, true
	}
	return nil, false
}

// loadNote says false for news that this version does not know.
func loadNote(s storedNews) (bot.News, bool) {
	switch s.Of { //nolint:exhaustive // loadWords knows the others
	case newsUnknown:
		return bot.NoteUnknown{Since: s.Since}, true
	case newsCountdown:
		return bot.NoteCountdown{At: s.At}, true
	case newsRecovered:
		return bot.NoteRecovered{At: s.At}, true
	case newsShadow:
		return bot.NoteShadow{Hindrance: s.Says}, true
	case newsHealth:
		return bot.NoteHealth{At: s.At}, true
	case newsDisplaced:
		return bot.NoteDisplaced{At: s.At, By: s.Says}, true
	case newsReminder:
		return bot.NoteReminder{Number: s.Number, Last: s.Last, Since: s.Since}, true
	case newsPlan:
		return bot.NotePlan{Seal: s.Seal}, true
	case newsRerun:
		return bot.NoteRerun{Attempt: s.Number}, true
	case newsRerunOver:
		return bot.NoteRerunOver{Attempt: s.Number}, true
	case newsBlind:
		return bot.NoteBlind{Since: s.Since}, true
	case newsApprovalDue:
		return bot.NoteApprovalDue{Since: s.Since}, true
	case newsEscalated:
		return bot.NoteEscalated{Set: s.Number, Since: s.Since}, true
	case newsEmergency:
		return bot.NoteEmergency{Passed: s.Passed}, true
	case newsReview:
		return bot.NoteReview{Number: s.Number}, true
	}
	return loadWords(s)
}

func loadWords(s storedNews) (bot.News, bool) {
	by := bot.Person(s.By)
	switch s.Of { //nolint:exhaustive // the others have no fields
	case newsStopped:
		return bot.NoteCountdownStopped{By: by, At: s.At}, true
	case newsLonger:
		return bot.NoteWatchLonger{By: by, At: s.At}, true
	case newsWithdrawn:
		return bot.NoteWithdrawn{By: by, At: s.At}, true
	case newsLost:
		return bot.NoteLost{By: by, At: s.At}, true
	case newsItRan:
		return bot.NoteItRan{By: by, Attempt: s.Number}, true
	case newsSendAgain:
		return bot.NoteSendAgain{By: by, Attempt: s.Number}, true
	case newsNeverRan:
		return bot.NoteNeverRan{By: by, Attempt: s.Number}, true
	case newsRanAfterAll:
		return bot.NoteRanAfterAll{By: by, Attempt: s.Number}, true
	}
	if n, known := loadOutcome(s); known {
		return n, true
	}
	n, known := bareNews()[s.Of]
	return n, known
}
