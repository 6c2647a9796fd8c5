package state

import (
	"encoding/json"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// storedPast is what History tells of a release. It is kept apart from the
// release, so that a list does not read every health sample.
type storedPast struct {
	Release     string       `json:"release"`
	Kind        bot.Kind     `json:"kind"`
	SHA         string       `json:"sha"`
	Phase       bot.Phase    `json:"phase"`
	Healthy     bool         `json:"healthy,omitempty"`
	Vouched     storedPerson `json:"vouched,omitzero"`
	Watched     bool         `json:"watched,omitempty"`
	Quarantined bool         `json:"quarantined,omitempty"`
	Requester   storedPerson `json:"requester"`
	Shell       string       `json:"shell,omitempty"`
	Rule        string       `json:"rule,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	At          time.Time    `json:"at"`
	Deployment  int64        `json:"deployment,omitempty"`
	TakenBackBy string       `json:"taken_back_by,omitempty"`
	Emergency   bool         `json:"emergency,omitempty"`
	SignedOff   storedPerson `json:"signed_off,omitzero"`
	// Took came later: what was stored before tells nothing of it.
	Took time.Duration `json:"took,omitempty"`
	// So did these: an empty arrival is told from the phase.
	Arrival   bot.Arrival `json:"arrival,omitempty"`
	Recovered bool        `json:"recovered,omitempty"`
	Again     storedAgain `json:"again,omitzero"`
	// And this did.
	Beside storedBeside `json:"beside,omitzero"`
}

type storedAgain struct {
	Attempt    int            `json:"attempt,omitempty"`
	At         time.Time      `json:"at,omitzero"`
	Conclusion bot.Conclusion `json:"conclusion,omitempty"`
}

// pastJSON is what history tells of a release, "" if its run has not started.
func pastJSON(r bot.Release) (string, error) {
	if !r.Started() {
		return "", nil
	}
	at := r.RequestedAt
	if r.Ended() {
		at = r.Since()
	}
	requester := storeActor(r.Requester)
	text, err := json.Marshal(storedPast{
		Release: r.ID, Kind: r.Kind, SHA: r.SHA(), Phase: r.Phase, Healthy: r.Healthy, Vouched: storedPerson(r.Vouched),
		Watched: r.Verdict != "" && r.Verdict != bot.NotWatched, Requester: requester.Person, Shell: requester.Shell, Rule: requester.Rule,
		Reason: r.Reason, At: at.UTC(), Deployment: r.DeploymentID,
		Emergency: r.Emergency.Asked, SignedOff: storedPerson(r.Emergency.SignedOff),
		Took: r.Took(), Arrival: r.Arrival(), Recovered: r.Recovered, Again: storedAgain(r.RanAgain()), Beside: storedBeside(r.Beside),
	})
	return string(text), err
}

func decodePast(text string) (bot.Past, error) {
	var stored storedPast
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return bot.Past{}, err
	}
	return loadPast(stored), nil
}

func storePastPtr(p *bot.Past) *storedPast {
	if p == nil {
		return nil
	}
	requester := storeActor(p.Requester)
	return &storedPast{
		Release: p.Release, Kind: p.Kind, SHA: p.SHA, Phase: p.Phase, Healthy: p.Healthy, Vouched: storedPerson(p.Vouched), Watched: p.Watched,
		Quarantined: p.Quarantined, Requester: requester.Person, Shell: requester.Shell, Rule: requester.Rule, Reason: p.Reason, At: p.At,
		Deployment: p.Deployment, TakenBackBy: p.TakenBackBy, Emergency: p.Emergency, SignedOff: storedPerson(p.SignedOff), Took: p.Took,
		Arrival: p.Arrival, Recovered: p.Recovered, Again: storedAgain(p.Again), Beside: storedBeside(p.Beside),
	}
}

func loadPastPtr(p *storedPast) *bot.Past {
	if p == nil {
		return nil
	}
	past := loadPast(*p)
	return &past
}

// loadPast takes what earlier versions adopted for what it is: nobody had to
// vouch for it then, and it counted as healthy all the same.
func loadPast(p storedPast) bot.Past {
	return bot.Past{
		Release: p.Release, Kind: p.Kind, SHA: p.SHA, Phase: p.Phase,
		Healthy: p.Healthy && (p.Kind != bot.Adopt || p.Vouched.ID != ""), Vouched: bot.Person(p.Vouched), Watched: p.Watched,
		Quarantined: p.Quarantined, Requester: loadActor(storedActor{p.Requester, p.Shell, p.Rule}), Reason: p.Reason, At: p.At,
		Deployment: p.Deployment, TakenBackBy: p.TakenBackBy, Emergency: p.Emergency, SignedOff: bot.Person(p.SignedOff), Took: p.Took,
		Arrival: p.Arrival, Recovered: p.Recovered, Again: bot.Again(p.Again), Beside: bot.Beside(p.Beside),
	}
}
