// Package workflowprobe is the health source that runs a workflow after the release, such
// as a smoke test: it starts the workflow once, with the inputs of the release, and the
// conclusion of its run is the verdict.
//
// The run has a key of its own, derived from the release's, so that it is never mistaken
// for the run of the release. A start that certainly failed, because of a rate limit or of
// a connection that could not be made, is repeated at the next look. If the answer was
// lost, the run is searched for; if it is not listed in time, the workflow is started once
// more under another key, so that no two runs have the same one, and the first run that is
// listed counts. If slipway dies after the request and before the next record of the watch,
// the workflow may run twice; if both runs are found, a person has to judge.
//
// Only a run that succeeded, failed or timed out is a verdict. One that was cancelled or
// skipped, or could not begin, says nothing about the service.
package workflowprobe

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Name is the name of the source, and the key of its probes.
const Name = bot.SettingStarts

// Runner starts workflows and finds their runs.
type Runner interface {
	Dispatch(ctx context.Context, d bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error)
	FindRun(ctx context.Context, q bot.RunQuery) (bot.Run, error)
}

// Kind describes the probes of this source.
func Kind() catalog.Source {
	return catalog.Source{
		Name: Name, Marks: []string{Name},
		Keys:   []catalog.Key{{Name: Name, Shape: catalog.WorkflowFile("A workflow of the service's repository that looks at what was released. It is started with the same inputs.")}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Verdicts },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
		Acts:   true,
	}
}

// Source runs workflows. It may be used from any goroutine.
type Source struct{ runner Runner }

// New makes a Source.
func New(runner Runner) *Source { return &Source{runner} }

// timeout bounds one look.
const timeout = 10 * time.Second

// Acts says that asking starts something.
func (s *Source) Acts() {}

// Ask starts the workflow the first time, and reads its run afterwards.
func (s *Source) Ask(ctx context.Context, q bot.Question) bot.Sample {
	none := func(says string) bot.Sample { return bot.Sample{Outcome: bot.NoAnswer, Says: says} }
	if q.Early || q.Plan == nil || q.For != bot.ForWatch {
		return none("")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	run, err := s.find(ctx, q)
	switch {
	case err == nil:
		return sampleOf(run)
	case bot.KindOf(err) != bot.NotFound:
		says, _ := bot.ForPeople(err)
		sample := none("it cannot be told how its run is: " + says)
		if !q.Asked {
			sample.Start = bot.NotStarted
		}
		return sample
	case !mayStart(q):
		return none("its run is not listed")
	}
	return s.start(ctx, q)
}

// find looks for the run of each key that may have been sent.
func (s *Source) find(ctx context.Context, q bot.Question) (run bot.Run, err error) {
	for n := range len(q.Doubts) + 1 {
		run, err = s.runner.FindRun(ctx, bot.RunQuery{
			Repo: q.Plan.Repo, Workflow: q.Probe.Setting(Name), Ref: q.Plan.WorkflowRef, RunKey: keyOf(q, n), Since: q.Since,
		})
		if bot.KindOf(err) != bot.NotFound {
			break
		}
	}
	return run, err
}

// A start whose answer was lost is repeated when its run is not listed after a while, for
// GitHub lists one within seconds; but it is sent so many times at most.
const (
	listed    = time.Minute
	mostSends = 3
)

func mayStart(q bot.Question) bool {
	n := len(q.Doubts)
	return !q.Asked || !q.Started && n > 0 && n < mostSends && q.Now.Sub(q.Doubts[n-1]) >= listed
}

// start sends the one request that starts the workflow, by a key that none was sent with
// before.
func (s *Source) start(ctx context.Context, q bot.Question) bot.Sample {
	inputs := maps.Clone(q.Plan.Inputs)
	if inputs == nil {
		inputs = map[string]string{}
	}
	inputs[q.Plan.KeyInput] = keyOf(q, len(q.Doubts))
	run, err := s.runner.Dispatch(ctx, bot.DispatchRequest{
		Repo: q.Plan.Repo, Workflow: q.Probe.Setting(Name), Ref: q.Plan.WorkflowRef, Inputs: inputs,
	}, func(ctx context.Context) error { return ctx.Err() })
	if err != nil {
		says, _ := bot.ForPeople(err)
		return bot.Sample{Outcome: bot.NoAnswer, Says: "it could not be started: " + says, Start: startOf(err)}
	}
	return bot.Sample{Outcome: bot.NoAnswer, Says: "it was started", Link: run.URL, Start: bot.HasStarted}
}

// startOf is what an error proves. What was refused for good is not tried again.
func startOf(err error) bot.Start {
	switch bot.KindOf(err) {
	case bot.Limited, bot.NeverSent:
		return bot.NotStarted
	case bot.NotFound, bot.Invalid, bot.Denied:
		return ""
	case bot.Unavailable, bot.Stale, bot.Gone, bot.Internal:
	}
	return bot.MayHaveStarted
}

// keyOf is the run key of the probe's run. It is derived from that of the release and
// differs from it. After each start whose answer was lost it is another one.
func keyOf(q bot.Question, lost int) string {
	of := q.RunKey + " " + q.Probe.Name
	if lost > 0 {
		of += " " + strconv.Itoa(lost)
	}
	sum := sha256.Sum256([]byte(of))
	mark := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:bot.RunKeyMark]
	return q.Release + "." + mark
}

func sampleOf(run bot.Run) bot.Sample {
	sample := bot.Sample{Link: run.URL}
	switch {
	case run.Status != bot.RunCompleted:
		sample.Outcome, sample.Says = bot.NoAnswer, "its run is under way"
	case run.Conclusion == bot.ConclusionSuccess:
		sample.Outcome = bot.Good
	case run.Conclusion == bot.ConclusionFailure:
		sample.Outcome, sample.Says = bot.Bad, "its run failed"
	case run.Conclusion == bot.ConclusionTimedOut:
		sample.Outcome, sample.Says = bot.Bad, "its run took too long"
	default:
		sample.Outcome, sample.Says = bot.NoAnswer, "its run came to no end of its own"
	}
	return sample
}
