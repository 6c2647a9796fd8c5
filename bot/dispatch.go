package bot

import (
	"slices"
	"time"
)

// Dispatch is how far the one request that starts the workflow has come.
type Dispatch struct {
	State   DispatchState
	Attempt int       // counts from 1
	At      time.Time // when the intent of this attempt was stored
	Problem string    // what went wrong with it
	// Interrupted says that the attempt's holder vanished before it could
	// write down what came of it.
	Interrupted bool
	// NeverRan is who said that no request arrived, so that the run is looked for
	// and, if there is none, another one is sent; nobody: no word is being acted
	// upon.
	NeverRan Person
}

// RunClaim is somebody's word that an uncertain dispatch did arrive, as a run.
type RunClaim struct {
	By  Person
	Run int64
}

// MaxRunClaims is how many claims are kept, the last ones.
const MaxRunClaims = 10

// Seconded says that two people named the same run.
func (r Release) Seconded(run int64) bool {
	var by []string
	for _, c := range r.Claims {
		if c.Run == run && c.By.ID != "" && !slices.Contains(by, c.By.ID) {
			by = append(by, c.By.ID)
		}
	}
	return len(by) > 1
}

// DispatchState is how far a dispatch has come.
type DispatchState string

// The states of a dispatch.
const (
	// NotSent: no request has left, or it is certain that none arrived.
	NotSent DispatchState = ""
	// Sending: the intent is stored. Whoever stored it sends at once; whoever
	// else finds it must look for the run and never send.
	Sending DispatchState = "sending"
	// Searching: the request may have arrived; its run is looked for.
	Searching DispatchState = "searching"
	// Sent: the run is known.
	Sent DispatchState = "sent"
)
