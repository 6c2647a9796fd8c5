package bot

import "time"

// Draft is a release that is to be created.
type Draft struct {
	Kind      Kind
	Target    Target
	Ref       string
	Reason    string
	Requester Actor
	Origin    Origin
	Pace      Pace
	Reversal  Reversal
	Confirmed bool
	Emergency bool   // it is asked for as an emergency
	Again     bool   // it is to go even if its commit is live already
	Seen      bool   // what was done past slipway was looked at
	Beside    Beside // what was done past slipway, of which this is to be the entry
	Replaces  string // the release that it starts over
	Source    string // the release whose commit is promoted
	Part      Part   // the batch that it goes with
	Members   []BatchMember
	// Key makes the creation happen once: the request's own id. A repeat gets
	// the release that the first one made.
	Key string
	// Sameness, if not empty, names what makes two requests identical. While a
	// release with it is unfinished, or younger than SameFor, it is the answer.
	Sameness string
	Reply    Reply
}

// SameFor is how long after its creation a release answers an identical
// request even if it has ended.
const SameFor = 10 * time.Second

// Created is what came of a draft.
type Created struct {
	Release Release
	// Existing says that an identical request had made the release before.
	Existing bool
}
