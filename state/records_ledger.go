package state

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// keepLedger is how many verdicts of a service are kept.
const keepLedger = 500

// storedEntry is what the ledger keeps of a verdict. It is written with the release, by
// the same script, and stays when that is forgotten.
type storedEntry struct {
	Environment string          `json:"environment"`
	At          time.Time       `json:"at"`
	Verdict     bot.Verdict     `json:"verdict"`
	Reaction    bot.OnUnhealthy `json:"reaction,omitempty"`
	Probes      []storedProbed  `json:"probes,omitempty"`
	Opinions    []storedOpinion `json:"opinions,omitempty"`
}

type storedProbed struct {
	Probe   string      `json:"probe"`
	Verdict bot.Verdict `json:"verdict"`
}

type storedOpinion struct {
	By   storedPerson  `json:"by"`
	Says bot.Hindsight `json:"says"`
	At   time.Time     `json:"at"`
}

func storeOpinion(o bot.Opinion) storedOpinion {
	return storedOpinion{By: storedPerson(o.By), Says: o.Says, At: o.At}
}

func loadOpinion(o storedOpinion) bot.Opinion {
	return bot.Opinion{By: bot.Person(o.By), Says: o.Says, At: o.At}
}

// ledgerJSON is what the ledger keeps of a release, "" if it has no verdict.
func ledgerJSON(r bot.Release) (string, error) {
	e, has := r.Ledger()
	if !has {
		return "", nil
	}
	text, err := json.Marshal(storedEntry{
		Environment: e.Target.Environment, At: e.At.UTC(), Verdict: e.Verdict, Reaction: e.Reaction,
		Probes:   each(e.Probes, func(p bot.ProbeVerdict) storedProbed { return storedProbed(p) }),
		Opinions: each(e.Opinions, storeOpinion),
	})
	return string(text), err
}

// Ledger reads the verdicts on a service, the newest first. One that cannot be read is
// left out, and said in the log.
func (s *Store) Ledger(ctx context.Context, service string) ([]bot.LedgerEntry, error) {
	const op = "read the ledger"
	p := s.keys.of(service)
	kept, err := s.client.HGetAll(ctx, p.ledger(service)).Result()
	switch {
	case isBadKey(err):
		return nil, damaged(op, service, err)
	case err != nil:
		return nil, unavailable(op, err)
	case len(kept) == 0:
		return nil, nil
	}
	ids := make([]string, 0, len(kept))
	for id := range kept {
		ids = append(ids, id)
	}
	taken, err := s.client.HMGet(ctx, p.control(), withField(ids, "taken")...).Result()
	if err != nil {
		return nil, unavailable(op, err)
	}
	entries := make([]bot.LedgerEntry, 0, len(kept))
	for i, id := range ids {
		var e storedEntry
		if err := json.Unmarshal([]byte(kept[id]), &e); err != nil {
			s.unrecognised.broken(s.log, id, "the ledger has a verdict that cannot be read and is left out", err)
			continue
		}
		entry := bot.LedgerEntry{
			Release: id, Target: bot.Target{Service: service, Environment: e.Environment}, At: e.At, Verdict: e.Verdict, Reaction: e.Reaction,
			Probes:   each(e.Probes, func(p storedProbed) bot.ProbeVerdict { return bot.ProbeVerdict(p) }),
			Opinions: each(e.Opinions, loadOpinion),
		}
		entry.TakenBackBy, _ = taken[i].(string)
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, newestFirst)
	return entries, nil
}

// newestFirst is the order of the ledger; what was judged at one moment stands in the order
// of the releases.
func newestFirst(a, b bot.LedgerEntry) int {
	_, first, _ := bot.ReleaseNumber(a.Release)
	_, second, _ := bot.ReleaseNumber(b.Release)
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(second, first))
}
