package prometheus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slipwayhq/slipway/bot"
)

// maxPoints is how many points of the past are asked for at once.
const maxPoints = 1000

// Past asks what the probe would have been answered from one time to another, at most
// 1,000 times and step apart at least, oldest first. What could not be had at a time has
// no answer there. Its errors are sentences.
func (s *Source) Past(ctx context.Context, q bot.Question, span bot.Period) ([]bot.Sample, error) {
	server, err := s.server(q.Probe)
	if err != nil {
		return nil, fmt.Errorf("the past cannot be asked for: %w", err)
	}
	if err := known(q); err != nil {
		return nil, err
	}
	if span.To.Before(span.From) {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, within(q.Probe))
	defer cancel()
	// Prometheus counts in milliseconds, and so are its points told apart.
	span.From, span.To = span.From.Truncate(time.Millisecond), span.To.Truncate(time.Millisecond)
	step := max(span.Step, span.To.Sub(span.From)/maxPoints, time.Second).Round(time.Millisecond)
	found := map[string]map[int64]number{}
	for _, key := range keysOf(q.Probe) {
		if found[key], err = server.past(ctx, fill(q.Probe.Setting(key), q), stretch{from: span.From, to: span.To, step: step}); err != nil {
			return nil, fmt.Errorf("the past cannot be asked for: %w", err)
		}
	}
	var samples []bot.Sample
	for at := span.From; !at.After(span.To); at = at.Add(step) {
		samples = append(samples, sampleAt(q.Probe, found, at))
	}
	return samples, nil
}

// known is an error where a query needs what is not known of the release.
func known(q bot.Question) error {
	for _, key := range keysOf(q.Probe) {
		if name := lacking(q.Probe.Setting(key), q); name != "" {
			return errors.New(name + " stands in " + key + ", and it is not known what it was then")
		}
	}
	return nil
}

// sampleAt is what the queries of a probe found at a time.
func sampleAt(probe bot.Probe, found map[string]map[int64]number, at time.Time) bot.Sample {
	numbers := map[string]number{}
	for key, series := range found {
		n, there := series[at.UnixMilli()]
		if !there {
			n.empty = true
		}
		numbers[key] = n
	}
	sample := sampleOf(probe.Kind, numbers)
	if control, asked := numbers[keyControl]; asked && control.had() {
		sample.Control = &control.value
	}
	sample.Probe, sample.At = probe.Name, at
	return sample
}

// past asks for the one series that a query finds, by its milliseconds.
func (s *server) past(ctx context.Context, query string, over stretch) (map[int64]number, error) {
	if !s.enter(ctx) {
		return nil, errors.New(tooMuch) //nolint:staticcheck // it is shown, and begins with a name
	}
	defer s.leave()
	answer, err := s.api.queryRange(ctx, query, over)
	if err != nil {
		return nil, errors.New(blame(err)) // its own words may quote anything
	}
	return seriesIn(answer)
}

// seriesIn is the one series that an answer holds, by its milliseconds.
func seriesIn(answer model.Value) (map[int64]number, error) {
	matrix, ok := answer.(model.Matrix)
	if !ok || len(matrix) > 1 {
		return nil, errors.New("the query found several series, or no numbers")
	}
	series := map[int64]number{}
	for _, stream := range matrix {
		for _, pair := range stream.Values {
			series[int64(pair.Timestamp)] = finite(float64(pair.Value))
		}
	}
	return series, nil
}
