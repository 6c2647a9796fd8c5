package bot

import "time"

// The effects that tell others what came of a release.
type (
	// Notify finds out who is told of an outcome; Routed.
	Notify struct {
		Outcome ReleaseOutcome
		At      time.Time
	}
	// Deliver tells one of them; Routed, where that one stands for several.
	Deliver struct {
		Outcome ReleaseOutcome
		At      time.Time
		To      Recipient
	}
)

// Routed means: these are told of an outcome.
type Routed struct {
	Outcome ReleaseOutcome
	At      time.Time
	To      []Recipient
}

// The news for those who are told beside the channel of the service.
type (
	// NoteOutcome means: this came of the release.
	NoteOutcome struct {
		Outcome ReleaseOutcome
		At      time.Time
	}
	// NoteYours means: this came of a release with changes of the account Whose.
	NoteYours struct {
		Outcome ReleaseOutcome
		At      time.Time
		Whose   string
	}
	// NoteUndelivered means: a webhook could not be told of an outcome, and is not
	// tried any more. Says is why, as the end of a sentence.
	NoteUndelivered struct {
		Outcome ReleaseOutcome
		At      time.Time
		To      Recipient
		Says    string
	}
)

// Digest is what many notes for one channel, or one person, become that come at once,
// the worst first. Others are what concerns slipway itself: [Forgotten], [Notice] and
// [Trouble].
type Digest struct {
	Notes  []Note
	Others []Body
}

func (Digest) body()   {}
func (Digest) answer() {}

// Note is an answer where it is written to one person.
func (Note) answer() {}

func (Routed) event() {}

func (e Notify) key() string { return joinKey("notify "+string(e.Outcome), e.At) }

func (e Deliver) key() string {
	return joinKey("deliver "+string(e.Outcome), e.At) + " " + string(e.To.Kind) + " " + e.To.ID
}

func (n NoteOutcome) news() string { return joinKey(string(n.Outcome), n.At) }
func (n NoteYours) news() string   { return joinKey("yours_"+string(n.Outcome), n.At) }
func (n NoteUndelivered) news() string {
	return joinKey("undelivered_"+string(n.Outcome), n.At) + n.To.ID
}

// Changed are the commits that a release brings, or takes away.
func (r Release) Changed() []Commit {
	if r.Plan == nil {
		return nil
	}
	changes := r.Plan.Changes
	if r.Kind == Deploy && len(changes.Commits) == 0 && r.Plan.Current == nil { // nothing is known to be live
		return []Commit{r.Plan.Commit}
	}
	return changes.Commits
}
