package bot

import (
	"strconv"
	"strings"
	"time"
)

// Told is the reason for a private answer to one person.
type Told string

// The reasons.
const (
	TellPreview             Told = "preview"        // what a deploy would do
	TellConfirm             Told = "confirm"        // the rollback's plan, for its requester to confirm
	TellRefused             Told = "refused"        // why it may not go
	TellFailed              Told = "failed"         // why the plan could not be worked out
	TellOldCard             Told = "old_card"       // the plan has changed since
	TellTooLate             Told = "too_late"       // the release has moved on
	TellNotCancelled        Told = "not_cancelled"  // its run ended before it could be cancelled
	TellMayNot              Told = "may_not"        // they have no right to do this
	TellMayNotCancel        Told = "may_not_cancel" // they have no right to cancel it
	TellMayNotAssert        Told = "may_not_settle"
	TellMayNotJudge         Told = "may_not_judge"
	TellOpenPoints          Told = "open_points"     // points of the report are still open
	TellNothingToTake       Told = "nothing_to_take" // they have no approval to withdraw
	TellUnread              Told = "unread"          // it could not be found out whether they have the right
	TellNotMissing          Told = "not_missing"     // nothing that they may approve is missing
	TellAlready             Told = "already"         // they approved it before
	TellAdopted             Told = "adopted"         // the live commit is recorded
	TellConfirmedOnce       Told = "confirmed_once"  // only the requester can confirm
	TellWaiting             Told = "waiting"         // the code host does not answer
	TellMayNotSignOff       Told = "may_not_sign_off"
	TellNotGone             Told = "not_gone"  // an emergency is signed off only once it was carried out
	TellStopped             Told = "stopped"   // a rule now refuses what was approved
	TellReplaced            Told = "replaced"  // a newer one took its place
	TellMayNotEndQuarantine Told = "no_pardon" // they may not end a quarantine here
)

// News is what a note in a card's thread, or in the channel, is about. The state of the
// release comes from the release itself; the fields of a news type tell two of the same
// type apart. Two with the same key are posted once.
//
//sumtype:decl
type News interface{ news() string }

// NewsKey identifies news among all news of its release.
func NewsKey(n News) string {
	if n == nil {
		return ""
	}
	return n.news()
}

// The types of news. Since is when the phase began that the news is about: a release
// may enter a phase again, and then its news are posted again.
type (
	// NoteFailed means: the release failed, or was stopped without slipway.
	NoteFailed struct{}
	// NoteUnhealthy means: the service is not well after the run.
	NoteUnhealthy struct{}
	// NoteHealth means: the watch over the service is over. At is zero the first time, and
	// the end of a watch that somebody extended.
	NoteHealth struct{ At time.Time }
	// NoteDisplaced means: the watch ended early, because By is live by now.
	NoteDisplaced struct {
		By string
		At time.Time
	}
	// NoteCountdown means: it is unhealthy, and an automatic rollback starts at this time.
	NoteCountdown struct{ At time.Time }
	// NoteRecovered means: the service is well again, and the automatic rollback is called
	// off.
	NoteRecovered struct{ At time.Time }
	// NoteShadow means: what the automatic rollback would have done, or why it would not have
	// started.
	NoteShadow struct{ Hindrance string }
	// NoteEnded means: the release is over; the note mentions its requester.
	NoteEnded struct{}
	// NoteUnknown means: nobody can tell whether the workflow was started.
	NoteUnknown struct{ Since time.Time }
	// NoteReminder means: nobody has answered that, for the Number-th time. After the Last
	// one no more are posted.
	NoteReminder struct {
		Number int
		Last   bool
		Since  time.Time
	}
	// NoteMismatch means: the run used a workflow file that was not approved.
	NoteMismatch struct{}
	// NotePlan means: the plan changed, and the approvals are void. Seal identifies the new
	// plan.
	NotePlan struct{ Seal string }
	// NoteRerun means: somebody started the run again at the code host.
	NoteRerun struct{ Attempt int }
	// NoteRerunOver means: that attempt is over.
	NoteRerunOver struct{ Attempt int }
	// NoteBlind means: the run cannot be followed.
	NoteBlind struct{ Since time.Time }
	// NoteBatch means: the batch stopped half way.
	NoteBatch struct{}
	// NoteApprovalDue means: those who are asked to approve have not answered yet.
	NoteApprovalDue struct{ Since time.Time }
	// NoteEscalated means: further groups are asked, for set number Set of the rule.
	NoteEscalated struct {
		Set   int
		Since time.Time
	}
	// NoteEmergency means: it passed these rules as an emergency.
	NoteEmergency struct{ Passed []string }
	// NoteSignedOff means: a second person signed the emergency off.
	NoteSignedOff struct{}
	// NoteReview means: nobody has signed it off, for the Number-th time.
	NoteReview struct{ Number int }
	// NoteQuarantineEnded means: the commit's quarantine is over.
	NoteQuarantineEnded struct{}
)

// The news of what somebody said or did.
type (
	// NoteWithdrawn means: By withdrew their approval.
	NoteWithdrawn struct {
		By Person
		At time.Time
	}
	// NoteLost means: By's approval no longer counts.
	NoteLost struct {
		By Person
		At time.Time
	}
	// NoteCountdownStopped means: By stopped an automatic rollback.
	NoteCountdownStopped struct {
		By Person
		At time.Time
	}
	// NoteWatchLonger means: By wants another window of watching first.
	NoteWatchLonger struct {
		By Person
		At time.Time
	}
	// NoteItRan means: By says that the uncertain dispatch arrived.
	NoteItRan struct {
		By      Person
		Attempt int
	}
	// NoteSendAgain means: By says that it did not, and may be sent again.
	NoteSendAgain struct {
		By      Person
		Attempt int
	}
	// NoteNeverRan means: By says that it did not, and is not to be sent again.
	NoteNeverRan struct {
		By      Person
		Attempt int
	}
	// NoteRanAfterAll means: a run was found although By said that there was none.
	NoteRanAfterAll struct {
		By      Person
		Attempt int
	}
)

func (NoteFailed) news() string      { return "failed" }
func (NoteUnhealthy) news() string   { return "unhealthy" }
func (n NoteHealth) news() string    { return joinKey("health", n.At) }
func (n NoteDisplaced) news() string { return joinKey("displaced", n.At) }
func (n NoteCountdown) news() string { return "countdown_" + strconv.FormatInt(n.At.UnixMilli(), 36) }

func (n NoteRecovered) news() string { return "recovered_" + strconv.FormatInt(n.At.UnixMilli(), 36) }
func (NoteShadow) news() string      { return "shadow" }
func (n NoteCountdownStopped) news() string {
	return "countdown_stopped_" + strconv.FormatInt(n.At.UnixMilli(), 36)
}

func (n NoteWatchLonger) news() string {
	return "watch_longer_" + strconv.FormatInt(n.At.UnixMilli(), 36)
}
func (NoteEnded) news() string           { return "ended" }
func (n NoteUnknown) news() string       { return joinKey("unknown", n.Since) }
func (n NoteReminder) news() string      { return joinKey(numbered("unknown_reminder", n.Number), n.Since) }
func (NoteMismatch) news() string        { return "mismatch" }
func (n NoteRerun) news() string         { return numbered("rerun", n.Attempt) }
func (n NoteRerunOver) news() string     { return numbered("rerun_over", n.Attempt) }
func (n NoteBlind) news() string         { return joinKey("blind", n.Since) }
func (NoteBatch) news() string           { return "batch" }
func (n NoteApprovalDue) news() string   { return joinKey("approval_due", n.Since) }
func (n NoteEscalated) news() string     { return joinKey(numbered("escalated", n.Set), n.Since) }
func (n NoteEmergency) news() string     { return "emergency_" + strings.Join(n.Passed, "_") }
func (NoteSignedOff) news() string       { return "signed_off" }
func (n NoteReview) news() string        { return numbered("review", n.Number) }
func (NoteQuarantineEnded) news() string { return "pardoned" }
func (n NoteWithdrawn) news() string     { return joinKey("withdrawn", n.At) + n.By.ID }
func (n NoteLost) news() string          { return joinKey("lost", n.At) + n.By.ID }
func (n NoteItRan) news() string         { return numbered("it_ran", n.Attempt) + n.By.ID }
func (n NoteSendAgain) news() string     { return numbered("send_again", n.Attempt) + n.By.ID }
func (n NoteNeverRan) news() string      { return numbered("never_ran", n.Attempt) + n.By.ID }
func (n NoteRanAfterAll) news() string   { return numbered("ran_after_all", n.Attempt) + n.By.ID }

// Part of the digest suffices to tell the news of plans apart; Looks follows the
// digest.
func (n NotePlan) news() string {
	digest, looks, _ := strings.Cut(n.Seal, "-")
	key := "plan_changed_" + digest[:min(len(digest), 12)]
	if looks != "" {
		key += "-" + looks
	}
	return key
}

func numbered(key string, n int) string { return key + "_" + strconv.Itoa(n) }
