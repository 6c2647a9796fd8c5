package prometheus

import (
	"context"
	"errors"
	"fmt"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/slipwayhq/slipway/bot"
)

// mostPoints is how many points of the past are asked for at once.
const mostPoints = 240

// Past asks what the probe would have been answered from one time to another, at most
// 240 times and step apart at least, oldest first. What could not be had at a time has
// no answer there.
func (s *Source) Past(ctx context.Context, q bot.Question, span bot.Period) ([]bot.Sample, error) {
	server, err := s.server(q.Probe)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, within(q.Probe))
	defer cancel()
	// Prometheus counts in milliseconds, and so are its points told apart.
	span.From, span.To = span.From.Truncate(time.Millisecond), span.To.Truncate(time.Millisecond)
	step := max(span.Step, span.To.Sub(span.From)/mostPoints, time.Second).Round(time.Millisecond)
	found := map[string]map[int64]number{}
	for _, key := range keysOf(q.Probe) {
		if found[key], err = server.past(ctx, fill(q.Probe.Setting(key), q), v1.Range{Start: span.From, End: span.To, Step: step}); err != nil {
			return nil, fmt.Errorf("ask Prometheus for the past: %w", err)
		}
	}
	var samples []bot.Sample
	for at := span.From; !at.After(span.To); at = at.Add(step) {
		numbers := map[string]number{}
		for key, series := range found {
			n, there := series[at.UnixMilli()]
			if !there {
				n.empty = true
			}
			numbers[key] = n
		}
		sample := sampleOf(q.Probe.Kind, numbers)
		if control, asked := numbers[keyControl]; asked && control.had() {
			sample.Control = &control.value
		}
		sample.Probe, sample.At = q.Probe.Name, at
		samples = append(samples, sample)
	}
	return samples, nil
}

// past asks for the one series that a query finds, by its milliseconds.
func (s *server) past(ctx context.Context, query string, r v1.Range) (map[int64]number, error) {
	if !s.enter(ctx) {
		return nil, context.Cause(ctx)
	}
	defer s.leave()
	answer, _, _, err := s.api.QueryRange(ctx, query, r)
	if err != nil {
		return nil, errors.New(blame(err)) // its own words may quote anything
	}
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
