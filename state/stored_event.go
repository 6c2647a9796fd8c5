package state

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// storedEvent is an event in an inbox, one JSON text a line.
type storedEvent struct {
	Type eventType  `json:"type"`
	Data *eventData `json:"data,omitempty"`
}

// eventType is how an event is called where it is stored.
type eventType string

const (
	confirmed          eventType = "confirmed"
	approved           eventType = "approved"
	declined           eventType = "declined"
	withdrawn          eventType = "withdrawn"
	pointAcknowledged  eventType = "point_settled"
	cancelAsked        eventType = "cancel_asked"
	yieldAsked         eventType = "yield_asked"
	replaced           eventType = "replaced"
	hinted             eventType = "hinted"
	versionSeen        eventType = "version_seen"
	ranAsserted        eventType = "ran_asserted"
	neverRanAsserted   eventType = "never_ran_asserted"
	looksGood          eventType = "looks_good"
	countdownStopped   eventType = "countdown_stopped"
	watchLonger        eventType = "watch_longer"
	hindsightSaid      eventType = "hindsight_said"
	signedOff          eventType = "signed_off"
	endQuarantineAsked eventType = "pardon_asked"
	runFound           eventType = "run_found"
	memberMoved        eventType = "member_moved"
	mayAsk             eventType = "may_ask"
	letGo              eventType = "let_go"
	stopped            eventType = "stopped"
)

// eventData holds what any of the events says.
type eventData struct {
	By        storedPerson  `json:"by,omitzero"`
	Digest    string        `json:"digest,omitempty"`
	Reason    string        `json:"reason,omitempty"`
	For       string        `json:"for,omitempty"`
	Point     string        `json:"point,omitempty"`
	RunID     int64         `json:"run_id,omitempty"`
	Run       *storedRun    `json:"run,omitempty"`
	Hindsight bot.Hindsight `json:"hindsight,omitempty"`
	// Attempt came later; an older slipway leaves it out and does without.
	Attempt int `json:"attempt,omitempty"`
	// So did Gone, with its event.
	Gone bool `json:"gone,omitempty"`
}

func encodeEvent(ev bot.Event) (string, error) {
	stored, err := storeEvent(ev)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(stored)
	if err != nil {
		return "", damaged("store an event", string(stored.Type), err)
	}
	return string(text), nil
}

func storeEvent(ev bot.Event) (storedEvent, error) {
	switch ev := ev.(type) {
	case bot.Confirmed:
		return storedEvent{confirmed, &eventData{By: storedPerson(ev.By), Digest: ev.Digest}}, nil
	case bot.Approved:
		return storedEvent{approved, &eventData{By: storedPerson(ev.By), Digest: ev.Digest}}, nil
	case bot.Declined:
		return storedEvent{declined, &eventData{By: storedPerson(ev.By), Reason: ev.Reason}}, nil
	case bot.PointAcknowledged:
		return storedEvent{pointAcknowledged, &eventData{By: storedPerson(ev.By), Point: ev.Point}}, nil
	case bot.Withdrawn:
		return storedEvent{withdrawn, &eventData{By: storedPerson(ev.By)}}, nil
	case bot.CancelAsked:
		return storedEvent{cancelAsked, &eventData{By: storedPerson(ev.By), Reason: ev.Reason, For: ev.Batch}}, nil
	case bot.YieldAsked:
		return storedEvent{yieldAsked, &eventData{By: storedPerson(ev.By), For: ev.For}}, nil
	case bot.Replaced:
		return storedEvent{replaced, &eventData{By: storedPerson(ev.By), For: ev.For}}, nil
	case bot.RanAsserted:
		return storedEvent{ranAsserted, &eventData{By: storedPerson(ev.By), RunID: ev.RunID}}, nil
	case bot.NeverRanAsserted:
		return storedEvent{neverRanAsserted, &eventData{By: storedPerson(ev.By)}}, nil
	case bot.SignedOff:
		return storedEvent{signedOff, &eventData{By: storedPerson(ev.By)}}, nil
	case bot.CountdownStopped:
		return storedEvent{countdownStopped, &eventData{By: storedPerson(ev.By)}}, nil
	case bot.WatchLonger:
		return storedEvent{watchLonger, &eventData{By: storedPerson(ev.By)}}, nil
	case bot.HindsightSaid:
		return storedEvent{hindsightSaid, &eventData{By: storedPerson(ev.By), Hindsight: ev.Says}}, nil
	case bot.LooksGood:
		return storedEvent{looksGood, &eventData{By: storedPerson(ev.By)}}, nil
	case bot.EndQuarantineAsked:
		return storedEvent{endQuarantineAsked, &eventData{By: storedPerson(ev.By), Reason: ev.Reason}}, nil
	default:
		return storeNews(ev)
	}
}

// storeNews stores the events that no person brings.
func storeNews(ev bot.Event) (storedEvent, error) {
	switch ev := ev.(type) {
	case bot.Hinted:
		if ev.Attempt == 0 {
			return storedEvent{hinted, nil}, nil
		}
		return storedEvent{hinted, &eventData{Attempt: ev.Attempt}}, nil
	case bot.VersionSeen:
		return storedEvent{versionSeen, &eventData{Gone: ev.Gone}}, nil
	case bot.RunFound:
		return storedEvent{runFound, &eventData{Run: storeRun(ev.Run)}}, nil
	case bot.MemberMoved:
		return storedEvent{memberMoved, nil}, nil
	case bot.MayAsk:
		return storedEvent{mayAsk, nil}, nil
	case bot.LetGo:
		return storedEvent{letGo, nil}, nil
	case bot.Stopped:
		return storedEvent{stopped, &eventData{Reason: ev.Cause}}, nil
	default:
		return storedEvent{}, invalid("store an event", fmt.Sprintf("a %T is not for an inbox", ev))
	}
}

// loadEvent says false for an event of a type that this version does not know.
func loadEvent(stored storedEvent) (bot.Event, bool) {
	data := stored.Data
	if data == nil {
		data = &eventData{}
	}
	by := bot.Person(data.By)
	switch stored.Type {
	case confirmed:
		return bot.Confirmed{By: by, Digest: data.Digest}, true
	case approved:
		return bot.Approved{By: by, Digest: data.Digest}, true
	case declined:
		return bot.Declined{By: by, Reason: data.Reason}, true
	case pointAcknowledged:
		return bot.PointAcknowledged{By: by, Point: data.Point}, true
	case withdrawn:
		return bot.Withdrawn{By: by}, true
	case cancelAsked:
		return bot.CancelAsked{By: by, Reason: data.Reason, Batch: data.For}, true
	case yieldAsked:
		return bot.YieldAsked{By: by, For: data.For}, true
	case replaced:
		return bot.Replaced{By: by, For: data.For}, true
	case ranAsserted:
		return bot.RanAsserted{By: by, RunID: data.RunID}, true
	case neverRanAsserted:
		return bot.NeverRanAsserted{By: by}, true
	case signedOff:
		return bot.SignedOff{By: by}, true
	case looksGood:
		return bot.LooksGood{By: by}, true
	case countdownStopped:
		return bot.CountdownStopped{By: by}, true
	case watchLonger:
		return bot.WatchLonger{By: by}, true
	case hindsightSaid:
		return bot.HindsightSaid{By: by, Says: data.Hindsight}, true
	case endQuarantineAsked:
		return bot.EndQuarantineAsked{By: by, Reason: data.Reason}, true
	case hinted, versionSeen, runFound, memberMoved, mayAsk, letGo, stopped:
		return loadNews(stored.Type, *data)
	}
	return nil, false
}

func loadNews(t eventType, data eventData) (bot.Event, bool) {
	switch t { //nolint:exhaustive // loadEvent knows the others
	case hinted:
		return bot.Hinted{Attempt: data.Attempt}, true
	case versionSeen:
		return bot.VersionSeen{Gone: data.Gone}, true
	case runFound:
		return bot.RunFound{Run: loadRun(data.Run)}, true
	case memberMoved:
		return bot.MemberMoved{}, true
	case mayAsk:
		return bot.MayAsk{}, true
	case letGo:
		return bot.LetGo{}, true
	case stopped:
		return bot.Stopped{Cause: data.Reason}, true
	}
	return nil, false
}

// decodeInbox reads the events of an inbox, at most as many, up to the first
// that this version does not know. stuck says that there is such a one, and
// err which.
func decodeInbox(box string, limit int) (events []bot.Event, stuck bool, err error) {
	for line := range strings.Lines(box) {
		if len(events) == limit {
			return events, false, nil
		}
		var stored storedEvent
		if err := json.Unmarshal([]byte(line), &stored); err != nil {
			return events, true, err
		}
		ev, known := loadEvent(stored)
		if !known {
			return events, true, fmt.Errorf("event type %q", stored.Type)
		}
		events = append(events, ev)
	}
	return events, false, nil
}
