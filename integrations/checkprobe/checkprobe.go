// Package checkprobe is the health source that reads a check on the released commit, such
// as a canary analysis. The check's conclusion is somebody else's verdict, which is taken
// as it is. There is none while the check has not reported, nor if it was cancelled or
// skipped, is neutral, or ended before the release was started: the same commit may have
// been released before, here or elsewhere.
//
// It sets no check and starts no analysis.
package checkprobe

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// name is the name of the source, and the key of its probes.
const name = "check"

// Checks reads the checks of commits.
type Checks interface {
	CheckVerdict(ctx context.Context, q bot.VerdictQuery) (bot.CheckVerdict, error)
}

// Kind describes the probes of this source.
func Kind() catalog.Source {
	return catalog.Source{
		Name: name, Marks: []string{name},
		Keys: []catalog.Key{{Name: name, Shape: catalog.Text(
			"The name of a check that others set on the released commit.", "the name of a check, on one line", `^[^\r\n]{1,200}$`)}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Verdicts },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
}

// Source reads checks. It may be used from any goroutine.
type Source struct{ checks Checks }

// New makes a Source.
func New(checks Checks) *Source { return &Source{checks} }

// Ask reads the check once. Before the release there is nothing to ask for: a check from
// then does not count.
func (s *Source) Ask(ctx context.Context, q bot.Question) bot.Sample {
	if q.Early || q.Plan == nil {
		return bot.Sample{Outcome: bot.NoAnswer}
	}
	ctx, cancel := context.WithTimeout(ctx, reach.Timeout(q.Probe))
	defer cancel()
	verdict, err := s.checks.CheckVerdict(ctx, bot.VerdictQuery{Repo: q.Plan.Repo, SHA: q.SHA, Name: q.Probe.Setting(name), Since: q.Began})
	if err != nil {
		return bot.Sample{Outcome: bot.NoAnswer, Says: "GitHub does not tell how the check is"}
	}
	switch verdict {
	case bot.CheckGood:
		return bot.Sample{Outcome: bot.Good}
	case bot.CheckBad:
		return bot.Sample{Outcome: bot.Bad, Says: "the check failed"}
	case bot.CheckPending:
		return bot.Sample{Outcome: bot.NoAnswer, Says: "the check is still at work"}
	case bot.CheckOpen:
		return bot.Sample{Outcome: bot.NoAnswer, Says: "the check ended without a verdict"}
	case bot.CheckSilent:
	}
	return bot.Sample{Outcome: bot.NoAnswer, Says: "the check has not reported"}
}

// Bound says what a good answer is.
func (s *Source) Bound(q bot.Question) string {
	return "the check " + q.Probe.Setting(name) + " has passed"
}
