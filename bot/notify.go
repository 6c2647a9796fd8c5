package bot

import "time"

// The effects that notify people, and other programs, of an outcome.
type (
	// Notify finds out who is to be notified; it is answered by Routed.
	Notify struct {
		Outcome ReleaseOutcome
		At      time.Time
	}
	// Deliver notifies one recipient; it is answered by Routed if that one stands for
	// several.
	Deliver struct {
		Outcome ReleaseOutcome
		At      time.Time
		To      Recipient
	}
)

// Routed means: these are to be notified of an outcome.
type Routed struct {
	Outcome ReleaseOutcome
	At      time.Time
	To      []Recipient
}

// The news for those who are notified beyond the service's channel.
type (
	// NoteOutcome means: the outcome of the release.
	NoteOutcome struct {
		Outcome ReleaseOutcome
		At      time.Time
	}
	// NoteYours means: the outcome of a release with changes by the account Whose.
	NoteYours struct {
		Outcome ReleaseOutcome
		At      time.Time
		Whose   string
	}
	// NoteUndelivered means: a webhook could not be delivered, and will not be tried again.
	// Says is why, as the end of a sentence.
	NoteUndelivered struct {
		Outcome ReleaseOutcome
		At      time.Time
		To      Recipient
		Says    string
	}
)

// Digest combines many notes that one channel, or one person, would get at once, the
// worst first. Others are those about slipway itself: [Forgotten], [Notice],
// [Trouble] and [Held].
type Digest struct {
	Notes  []Note
	Others []Body
}

func (Digest) body()   {}
func (Digest) answer() {}

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

// Changed lists the commits that a release brings or takes away.
func (r Release) Changed() []Commit {
	if r.Plan == nil {
		return nil
	}
	changes := r.Plan.Changes
	if r.Kind == Deploy && len(changes.Commits) == 0 && r.Plan.Current == nil { // no live commit is known
		return []Commit{r.Plan.Commit}
	}
	return changes.Commits
}
