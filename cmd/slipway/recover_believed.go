package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// mostListed bounds how many of the deployments that are left out are named.
const mostListed = 20

// believed are the deployments that slipway recorded. The others are listed.
func (r *recovery) believed(t bot.Target, found []bot.DeploymentRecord) []bot.DeploymentRecord {
	var believed, foreign, unsigned []bot.DeploymentRecord
	for _, d := range found {
		switch {
		case d.Provenance == bot.Signed, d.Provenance == bot.Unsigned && r.unsigned:
			believed = append(believed, d)
		case d.Provenance == bot.Unsigned:
			unsigned = append(unsigned, d)
		default:
			foreign = append(foreign, d)
		}
	}
	if len(foreign) > 0 {
		r.print("%s: left out, since somebody else recorded it: %s", t, byName(foreign))
	}
	if len(unsigned) > 0 {
		r.print("%s: unsigned: %s", t, byName(unsigned))
		r.doubted = append(r.doubted, t.String())
	}
	return believed
}

// byName lists deployments by their ids at GitHub, with what they say they are.
func byName(records []bot.DeploymentRecord) string {
	var all []string
	for _, d := range records[:min(len(records), mostListed)] {
		all = append(all, fmt.Sprintf("%d (%s, by %s)", d.ID, d.Release, d.Creator))
	}
	text := strings.Join(all, ", ")
	if more := len(records) - mostListed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// withEnds reads how the lost ones ended. There is one release under way on a
// target: of those without an end the newest can be it, and only if Redis knows
// of none. How the others ended is recorded nowhere, so they are left out, and
// are not lost any more.
func (r *recovery) withEnds(ctx context.Context, t bot.Target, past []bot.DeploymentRecord, lost map[string]bool) ([]bot.DeploymentRecord, error) {
	states, err := r.m.store.Targets(ctx, []bot.Target{t})
	if err != nil {
		return nil, err
	}
	taken := states[0].Under != nil
	var kept []bot.DeploymentRecord
	for _, d := range slices.Backward(past) { // newest first
		if lost[d.Release] {
			if d.End, err = r.m.host.PastEnd(ctx, d.Repo, d.ID); err != nil {
				return nil, err
			}
			if d.End.Phase == "" && taken {
				r.print("%s: left out: nothing tells how %s ended, and another release is under way", t, d.Release)
				delete(lost, d.Release)
				continue
			}
			taken = taken || d.End.Phase == ""
		}
		kept = append(kept, d)
	}
	slices.Reverse(kept)
	return kept, nil
}
