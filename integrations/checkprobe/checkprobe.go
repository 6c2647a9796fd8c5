// Package checkprobe looks for a check that others set on the released commit, such as
// the analysis of a canary: what it came to is their verdict, which one look is enough
// for. Until it has reported it speaks neither for nor against the release.
//
// It sets no check and starts no analysis; whoever does that is asked about it here.
package checkprobe

import (
	"context"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Name is what the source is called, and the key of its probes.
const Name = "check"

// Checks reads the checks of a commit.
type Checks interface {
	Checks(ctx context.Context, q bot.ChecksQuery) (bot.Checks, error)
}

// Kind is what a probe may say that waits for a check.
func Kind() catalog.Source {
	return catalog.Source{
		Name: Name, Marks: []string{Name},
		Keys: []catalog.Key{{Name: Name, Shape: catalog.Text(
			"The name of a check that others set on the released commit.", "the name of a check, on one line", `^[^\r\n]{1,200}$`)}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Verdicts },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
}

// Source asks.
type Source struct{ checks Checks }

// New makes a Source.
func New(checks Checks) *Source { return &Source{checks} }

const usualTimeout = 10 * time.Second

// Ask looks once. A check of before the release is none of it, so nothing is asked early.
func (s *Source) Ask(ctx context.Context, q bot.Question) bot.Sample {
	if q.Early || q.Plan == nil {
		return bot.Sample{Outcome: bot.NoAnswer}
	}
	timeout := q.Probe.Timeout
	if timeout <= 0 {
		timeout = usualTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	name := q.Probe.Setting(Name)
	checks, err := s.checks.Checks(ctx, bot.ChecksQuery{Repo: q.Plan.Repo, SHA: q.SHA, Names: []string{name}})
	switch {
	case err != nil:
		return bot.Sample{Outcome: bot.NoAnswer, Says: "GitHub does not tell how the check is"}
	case slices.Contains(checks.Failed, name):
		return bot.Sample{Outcome: bot.Bad, Says: "the check failed"}
	case slices.Contains(checks.Pending, name):
		return bot.Sample{Outcome: bot.NoAnswer, Says: "the check is still at work"}
	case !checks.Complete:
		return bot.Sample{Outcome: bot.NoAnswer, Says: "GitHub does not tell how the check is"}
	case !slices.Contains(checks.Known, name):
		return bot.Sample{Outcome: bot.NoAnswer, Says: "the check has not reported"}
	}
	return bot.Sample{Outcome: bot.Good}
}

// Bound says what a good answer is.
func (s *Source) Bound(q bot.Question) string {
	return "the check " + q.Probe.Setting(Name) + " has passed"
}
