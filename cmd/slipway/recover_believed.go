package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// maxListed bounds how many of the deployments that are left out are named.
const maxListed = 20

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
	for _, d := range records[:min(len(records), maxListed)] {
		all = append(all, fmt.Sprintf("%d (%s, by %s)", d.ID, d.Release, d.Creator))
	}
	text := strings.Join(all, ", ")
	if more := len(records) - maxListed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// withEnds reads how the lost ones ended. One release at a time is under way on a
// target, so the newest may be without an end, if Redis knows of none that is
// under way. How others without one ended is recorded nowhere, so they are left
// out, and are not lost any more.
func (r *recovery) withEnds(ctx context.Context, t bot.Target, past []bot.DeploymentRecord, lost map[string]bool) ([]bot.DeploymentRecord, error) {
	states, err := r.m.store.Targets(ctx, []bot.Target{t})
	if err != nil {
		return nil, err
	}
	later := states[0].Under != nil // something came after it
	var kept []bot.DeploymentRecord
	for _, d := range slices.Backward(past) { // newest first
		if !lost[d.Release] {
			kept, later = append(kept, d), true
			continue
		}
		d.End, err = r.m.host.PastEnd(ctx, d.Repo, d.ID)
		if err != nil && !isItsOwn(err) {
			return nil, err
		}
		if why := leftOut(d, err, later); why != "" {
			r.print("%s: left out: %s", t, why)
			delete(lost, d.Release)
		} else {
			kept = append(kept, d)
		}
		later = true
	}
	slices.Reverse(kept)
	return kept, nil
}

// isItsOwn says that GitHub refuses to tell of this one deployment.
func isItsOwn(err error) bool {
	kind := bot.KindOf(err)
	return kind == bot.NotFound || kind == bot.Invalid
}

// leftOut says why a release is not put back; empty: it is.
func leftOut(d bot.DeploymentRecord, untold error, later bool) string {
	switch {
	case untold != nil:
		return fmt.Sprintf("GitHub does not tell how %s ended: %v", d.Release, untold)
	case d.End.Phase == "" && later:
		return fmt.Sprintf("nothing tells how %s ended, and another release came after it", d.Release)
	default:
		return ""
	}
}
