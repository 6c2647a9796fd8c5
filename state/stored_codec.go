package state

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// encodeRelease gives the release's stored form, with what a newer version had
// stored in it.
func encodeRelease(r bot.Release, extra *beyond) (string, error) {
	text, err := json.Marshal(storeRelease(r))
	if err != nil || extra == nil {
		return string(text), err
	}
	known, err := decodeTree(string(text))
	if err != nil {
		return "", err
	}
	text, err = json.Marshal(extra.into(known))
	return string(text), err
}

// decodeRelease reads a stored release, and returns what this version does not
// know of it. taken is who took it back, which is stored apart.
func decodeRelease(text, taken string) (bot.Release, *beyond, error) {
	var stored storedRelease
	var extra *beyond
	strict := json.NewDecoder(strings.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&stored); err != nil || strict.More() {
		stored = storedRelease{}
		if err := json.Unmarshal([]byte(text), &stored); err != nil {
			return bot.Release{}, nil, err
		}
		tree, err := decodeTree(text)
		if err != nil {
			return bot.Release{}, nil, err
		}
		extra = beyondOf(tree, reflect.TypeOf(stored))
	}
	r := loadRelease(stored)
	if taken != "" {
		r.TakenBackBy = taken
	}
	return r, extra, nil
}

// decodeTree reads any JSON text, with its numbers as they are written.
func decodeTree(text string) (any, error) {
	var tree any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&tree)
	return tree, err
}

// readRelease reads a stored release that is not going to be written back.
func readRelease(text, taken string) (bot.Release, error) {
	r, _, err := decodeRelease(text, taken)
	return r, err
}

func storeRelease(r bot.Release) storedRelease {
	requester := storeActor(r.Requester)
	return storedRelease{
		ID: r.ID, RunKey: r.RunKey, CreatedMS: millis(r.RequestedAt), Kind: r.Kind, Target: storedTarget(r.Target),
		Phase: r.Phase, Requester: requester.Person, Rule: requester.Rule, Ref: r.Ref, Reason: r.Reason, Again: r.Again, Seen: r.Seen, Asked: r.Asked, Beside: storedBeside(r.Beside),
		Origin: storedOrigin{Channel: r.Origin.Channel, Thread: r.Origin.Thread, Source: r.Origin.Source, Shell: requester.Shell}, Pace: storedPace(r.Pace), Plan: storePlan(r.Plan),
		Gates: each(r.Decision.Gates, func(g bot.Gate) storedGate { return storedGate(g) }),
		Approvals: each(r.Approvals, func(a bot.Approval) storedApproval {
			return storedApproval{By: storedPerson(a.By), Digest: a.Digest, At: a.At, For: a.For}
		}),
		Withdrawn: each(r.Withdrawn, func(w bot.Withdrawal) storedWithdrawal {
			return storedWithdrawal{By: storedPerson(w.By), At: w.At, Why: w.Why}
		}),
		Reminded: r.Reminded, Escalated: r.Escalated,
		Acknowledged: each(r.Acknowledged, func(p bot.Acknowledgement) storedAcknowledgement {
			return storedAcknowledgement{Point: p.Point, By: storedPerson(p.By), At: p.At}
		}),
		Confirmed: r.Confirmed, Delta: r.Delta, Emergency: storeEmergency(r.Emergency), Reversal: storedReversal(r.Reversal), Place: storedPlace(r.Place),
		Replaces: r.Replaces, Source: r.Source, Overtaken: r.Overtaken, Part: storedPart(r.Part), Members: each(r.Members, storeBatchMember), Branch: storedBranch(r.Branch),
		Dispatch: storeDispatch(r.Dispatch), Run: storeRun(r.Run), Rerun: storeRun(r.Rerun),
		Claims: each(r.Claims, func(c bot.RunClaim) storedClaim { return storedClaim{By: storedPerson(c.By), Run: c.Run} }),
		Cancel: storedCancel{
			AskedAt: r.Cancel.AskedAt, By: storedPerson(r.Cancel.By), Reason: r.Cancel.Reason, Cause: r.Cancel.Cause, For: r.Cancel.For, Forced: r.Cancel.Forced,
			Wait: storedWait(r.Cancel.Wait),
		},
		Watch: storeWatch(r.Watch), Verdict: r.Verdict, Healthy: r.Healthy, Vouched: storedPerson(r.Vouched), Opinions: each(r.Opinions, storeOpinion),
		QuarantineEnd: storedQuarantineEnd{By: storedPerson(r.QuarantineEnd.By), Reason: r.QuarantineEnd.Reason, At: r.QuarantineEnd.At},
		Ending:        storedEnding{By: storedPerson(r.Ending.By), Reason: r.Ending.Reason, Cause: r.Ending.Cause, Mend: r.Ending.Mend},
		Moments:       each(r.Moments, func(m bot.Moment) storedMoment { return storedMoment(m) }), TakenBackBy: r.TakenBackBy,
		DeploymentID: r.DeploymentID, Unrecorded: storedRefused(r.Unrecorded), Recovered: r.Recovered, Carded: r.Carded, WakeAt: r.WakeAt,
		Outbox: each(r.Outbox, func(p bot.Pending) storedPending {
			return storedPending{Effect: storeEffect(p.Effect), Tries: p.Tries, Since: p.Since, Due: p.Due}
		}),
	}
}

func loadRelease(r storedRelease) bot.Release {
	return bot.Release{
		ID: r.ID, RunKey: r.RunKey, RequestedAt: fromMillis(r.CreatedMS), Kind: r.Kind, Target: bot.Target(r.Target),
		Phase: r.Phase, Requester: loadActor(storedActor{r.Requester, r.Origin.Shell, r.Rule}), Ref: r.Ref, Reason: r.Reason, Again: r.Again, Seen: r.Seen, Asked: r.Asked, Beside: bot.Beside(r.Beside),
		Origin: bot.Origin{Channel: r.Origin.Channel, Thread: r.Origin.Thread, Source: r.Origin.Source}, Pace: bot.Pace(r.Pace), Plan: loadPlan(r.Plan),
		Decision: bot.Decision{Gates: each(r.Gates, func(g storedGate) bot.Gate { return bot.Gate(g) })},
		Approvals: each(r.Approvals, func(a storedApproval) bot.Approval {
			return bot.Approval{By: bot.Person(a.By), Digest: a.Digest, At: a.At, For: a.For}
		}),
		Withdrawn: each(r.Withdrawn, func(w storedWithdrawal) bot.Withdrawal {
			return bot.Withdrawal{By: bot.Person(w.By), At: w.At, Why: w.Why}
		}),
		Reminded: r.Reminded, Escalated: r.Escalated,
		Acknowledged: each(r.Acknowledged, func(p storedAcknowledgement) bot.Acknowledgement {
			return bot.Acknowledgement{Point: p.Point, By: bot.Person(p.By), At: p.At}
		}),
		Confirmed: r.Confirmed, Delta: r.Delta, Emergency: loadEmergency(r.Emergency), Reversal: bot.Reversal(r.Reversal), Place: bot.Place(r.Place),
		Replaces: r.Replaces, Source: r.Source, Overtaken: r.Overtaken, Part: bot.Part(r.Part), Members: each(r.Members, loadBatchMember), Branch: bot.BranchState(r.Branch),
		Dispatch: loadDispatch(r.Dispatch), Run: loadRun(r.Run), Rerun: loadRun(r.Rerun),
		Claims: each(r.Claims, func(c storedClaim) bot.RunClaim { return bot.RunClaim{By: bot.Person(c.By), Run: c.Run} }),
		Cancel: bot.Cancel{
			AskedAt: r.Cancel.AskedAt, By: bot.Person(r.Cancel.By), Reason: r.Cancel.Reason, Cause: r.Cancel.Cause, For: r.Cancel.For, Forced: r.Cancel.Forced,
			Wait: bot.Wait(r.Cancel.Wait),
		},
		Watch: loadWatch(r.Watch), Verdict: r.Verdict, Healthy: r.Healthy, Vouched: bot.Person(r.Vouched), Opinions: each(r.Opinions, loadOpinion),
		QuarantineEnd: bot.QuarantineEnd{By: bot.Person(r.QuarantineEnd.By), Reason: r.QuarantineEnd.Reason, At: r.QuarantineEnd.At},
		Ending:        bot.Ending{By: bot.Person(r.Ending.By), Reason: r.Ending.Reason, Cause: r.Ending.Cause, Mend: r.Ending.Mend},
		Moments:       each(r.Moments, func(m storedMoment) bot.Moment { return bot.Moment(m) }), TakenBackBy: r.TakenBackBy,
		DeploymentID: r.DeploymentID, Unrecorded: bot.Refused(r.Unrecorded), Recovered: r.Recovered, Carded: r.Carded, WakeAt: r.WakeAt,
		Outbox: each(r.Outbox, func(p storedPending) bot.Pending {
			return bot.Pending{Effect: loadEffect(p.Effect), Tries: p.Tries, Since: p.Since, Due: p.Due}
		}),
	}
}

func storeDispatch(d bot.Dispatch) storedDispatch {
	return storedDispatch{
		State: d.State, Attempt: d.Attempt, At: d.At, Problem: d.Problem, Interrupted: d.Interrupted, NeverRan: storedPerson(d.NeverRan),
	}
}

func loadDispatch(d storedDispatch) bot.Dispatch {
	return bot.Dispatch{
		State: d.State, Attempt: d.Attempt, At: d.At, Problem: d.Problem, Interrupted: d.Interrupted, NeverRan: bot.Person(d.NeverRan),
	}
}

func storeEmergency(e bot.Emergency) storedEmergency {
	return storedEmergency{
		Asked: e.Asked, ReviewBy: e.ReviewBy, SignedOff: storedPerson(e.SignedOff), SignedAt: e.SignedAt, Reminders: e.Reminders,
	}
}

func loadEmergency(e storedEmergency) bot.Emergency {
	return bot.Emergency{
		Asked: e.Asked, ReviewBy: e.ReviewBy, SignedOff: bot.Person(e.SignedOff), SignedAt: e.SignedAt, Reminders: e.Reminders,
	}
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// each converts a list; an empty one becomes nil, as it is stored.
func each[From, To any](list []From, convert func(From) To) []To {
	if len(list) == 0 {
		return nil
	}
	converted := make([]To, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}
