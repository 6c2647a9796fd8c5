package bot

import (
	"strconv"
	"strings"
	"time"
)

// Told is why one person is answered privately.
type Told string

// What a Tell says.
const (
	TellPreview             Told = "preview"        // what a deploy would do
	TellConfirm             Told = "confirm"        // the rollback's plan, to say yes to
	TellRefused             Told = "refused"        // why it may not go
	TellFailed              Told = "failed"         // why the plan could not be worked out
	TellOldCard             Told = "old_card"       // the plan was changed since
	TellTooLate             Told = "too_late"       // the release has moved on
	TellNotCancelled        Told = "not_cancelled"  // its run was over before it could be cancelled
	TellMayNot              Told = "may_not"        // their word does not count here
	TellMayNotCancel        Told = "may_not_cancel" // nor do these
	TellMayNotAssert        Told = "may_not_settle"
	TellMayNotJudge         Told = "may_not_judge"
	TellOpenPoints          Told = "open_points"     // something is to be seen to first
	TellNothingToTake       Told = "nothing_to_take" // they have given no yes
	TellUnread              Told = "unread"          // it could not be found out whether it does
	TellNotMissing          Told = "not_missing"     // what they may approve is approved
	TellAlready             Told = "already"         // they said yes before
	TellAdopted             Told = "adopted"         // the live commit is recorded
	TellConfirmedOnce       Told = "confirmed_once"  // only the requester confirms
	TellWaiting             Told = "waiting"         // the code host does not answer yet
	TellMayNotSignOff       Told = "may_not_sign_off"
	TellNotGone             Told = "not_gone"  // an emergency is signed off afterwards
	TellStopped             Told = "stopped"   // a rule refuses what was approved
	TellReplaced            Told = "replaced"  // a newer one took its place
	TellMayNotEndQuarantine Told = "no_pardon" // they may not end a quarantine here
)

// News is what a note in a card's thread, or out loud, is about. How the release
// stands it takes from the release; what stands in its fields tells it from news of
// the same kind: two with the same key are said once.
//
//sumtype:decl
type News interface{ news() string }

// NewsKey names news among all news of its release.
func NewsKey(n News) string {
	if n == nil {
		return ""
	}
	return n.news()
}

// The news. Since is when the phase began that the news is about: a release may
// come into a phase again, and what is said of it is then said again.
type (
	// NoteFailed means: the release failed, or was stopped past slipway.
	NoteFailed struct{}
	// NoteUnhealthy means: the service is not well after the run.
	NoteUnhealthy struct{}
	// NoteHealth means: the watch over the service is over. At is zero the first time,
	// and when it was over where somebody wanted it to be watched for longer.
	NoteHealth struct{ At time.Time }
	// NoteDisplaced means: it is not watched for longer, since By is live by now.
	NoteDisplaced struct {
		By string
		At time.Time
	}
	// NoteCountdown means: it is unhealthy, and a rollback goes by itself at this time.
	NoteCountdown struct{ At time.Time }
	// NoteRecovered means: the service is well again, and that rollback does not go.
	NoteRecovered struct{ At time.Time }
	// NoteShadow means: a rollback would have gone by itself, or would not.
	NoteShadow struct{ Hindrance string }
	// NoteEnded means: the release is over, with a call to its requester.
	NoteEnded struct{}
	// NoteUnknown means: nobody can say whether the workflow was started.
	NoteUnknown struct{ Since time.Time }
	// NoteReminder means: nobody has answered that, for the Number-th time; Last, that
	// it is not said again.
	NoteReminder struct {
		Number int
		Last   bool
		Since  time.Time
	}
	// NoteMismatch means: the run used a workflow file that was not approved.
	NoteMismatch struct{}
	// NotePlan means: the plan changed, and the yeses are void. Seal names the new
	// one.
	NotePlan struct{ Seal string }
	// NoteRerun means: somebody started the run again at the code host.
	NoteRerun struct{ Attempt int }
	// NoteRerunOver means: and that attempt is over.
	NoteRerunOver struct{ Attempt int }
	// NoteBlind means: the run cannot be followed.
	NoteBlind struct{ Since time.Time }
	// NoteBatch means: the batch stopped half way.
	NoteBatch struct{}
	// NoteApprovalDue means: those who are asked have not answered yet.
	NoteApprovalDue struct{ Since time.Time }
	// NoteEscalated means: further groups are asked, for the Set-th set of the
	// rule.
	NoteEscalated struct {
		Set   int
		Since time.Time
	}
	// NoteEmergency means: these rules were passed.
	NoteEmergency struct{ Passed []string }
	// NoteSignedOff means: somebody else answers for the emergency too.
	NoteSignedOff struct{}
	// NoteReview means: nobody has done so, for the Number-th time.
	NoteReview struct{ Number int }
	// NoteQuarantineEnded means: the quarantine of the commit is over.
	NoteQuarantineEnded struct{}
)

// The news of what somebody said or did.
type (
	// NoteWithdrawn means: By took their yes back.
	NoteWithdrawn struct {
		By Person
		At time.Time
	}
	// NoteLost means: By's yes does not count any more.
	NoteLost struct {
		By Person
		At time.Time
	}
	// NoteCountdownStopped means: By stopped a rollback that would have gone by itself.
	NoteCountdownStopped struct {
		By Person
		At time.Time
	}
	// NoteWatchLonger means: By wants another window first.
	NoteWatchLonger struct {
		By Person
		At time.Time
	}
	// NoteItRan means: By says that the uncertain dispatch did arrive.
	NoteItRan struct {
		By      Person
		Attempt int
	}
	// NoteSendAgain means: By says that it did not, and may be sent again.
	NoteSendAgain struct {
		By      Person
		Attempt int
	}
	// NoteNeverRan means: By says that it did not, and it is to stop.
	NoteNeverRan struct {
		By      Person
		Attempt int
	}
	// NoteRanAfterAll means: a run was found of which By said that it never was.
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

// news of a plan needs no more of its digest than tells it from others; how often
// it was worked out again follows the digest.
func (n NotePlan) news() string {
	digest, looks, _ := strings.Cut(n.Seal, "-")
	key := "plan_changed_" + digest[:min(len(digest), 12)]
	if looks != "" {
		key += "-" + looks
	}
	return key
}

func numbered(key string, n int) string { return key + "_" + strconv.Itoa(n) }
