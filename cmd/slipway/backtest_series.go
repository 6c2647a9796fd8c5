package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The bounds of a file of series. What lies beyond is no measurement.
const (
	longestSeriesLine = 64 << 10
	maxSeriesLines    = 1_000_000
	maxSeriesProbes   = 100
	longestProbeName  = 100
	largestValue      = 1e100
	largestCount      = 1e15
	longestLatency    = 24 * time.Hour
	firstYear         = 1970
	lastYear          = 2200
)

// series are the readings of a file, by probe, in the order in which the file first
// names them.
type series struct {
	names    []string
	kinds    map[string]bot.SampleKind
	readings map[string][]bot.Reading
}

// seriesLine is one line of a file. Which fields are there says what kind it is.
type seriesLine struct {
	Probe     string          `json:"probe"`
	At        time.Time       `json:"at"`
	Value     json.RawMessage `json:"value"`
	Bad       json.RawMessage `json:"bad"`
	Total     json.RawMessage `json:"total"`
	OK        json.RawMessage `json:"ok"`
	LatencyMS json.RawMessage `json:"latency_ms"`
}

// readSeries reads one JSON object a line. It names the line that it cannot use.
func readSeries(from io.Reader) (series, error) {
	read := series{kinds: map[string]bot.SampleKind{}, readings: map[string][]bot.Reading{}}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, longestSeriesLine)
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
		if text == "" {
			continue
		}
		if n > maxSeriesLines {
			return series{}, fmt.Errorf("line %d: there are more lines than the %d that are read", n, maxSeriesLines)
		}
		if err := read.add([]byte(text)); err != nil {
			return series{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return series{}, fmt.Errorf("line %d is longer than the %d bytes that are read", n+1, longestSeriesLine)
		}
		return series{}, fmt.Errorf("line %d: %w", n+1, err)
	}
	return read, nil
}

func (s *series) add(text []byte) error {
	var line seriesLine
	if err := json.Unmarshal(text, &line); err != nil {
		return fmt.Errorf(`this is not one JSON object with probe, at and a reading: %w`, err)
	}
	switch {
	case line.Probe == "" || len(line.Probe) > longestProbeName:
		return fmt.Errorf("probe must be a name of at most %d bytes", longestProbeName)
	case line.At.Year() < firstYear || line.At.Year() > lastYear:
		return errors.New(`at must be a time such as "2026-11-29T10:00:00Z"`)
	}
	kind, reading, err := line.reading()
	if err != nil {
		return err
	}
	known, seen := s.kinds[line.Probe]
	switch {
	case !seen && len(s.names) == maxSeriesProbes:
		return fmt.Errorf("there are more probes than the %d that are judged together", maxSeriesProbes)
	case !seen:
		s.names = append(s.names, line.Probe)
		s.kinds[line.Probe] = kind
	case known != kind:
		return fmt.Errorf("the readings of %s are %s here and were %s before", line.Probe, kind, known)
	}
	s.readings[line.Probe] = append(s.readings[line.Probe], reading)
	return nil
}

// reading reads what the line holds: a value, counts or an answer.
func (l seriesLine) reading() (bot.SampleKind, bot.Reading, error) {
	given := func(raw json.RawMessage) int {
		if raw != nil {
			return 1
		}
		return 0
	}
	reading := bot.Reading{At: l.At}
	if given(l.Value)+given(l.Bad)+given(l.OK) != 1 || given(l.Bad) != given(l.Total) {
		return "", reading, errors.New(`there must be either value, or bad and total, or ok`)
	}
	var err error
	switch {
	case l.Value != nil:
		reading.Value, reading.Missing, err = number(l.Value, -largestValue, largestValue)
		return bot.Values, reading, ofField("value", err)
	case l.Bad != nil:
		var noBad, noTotal bool
		if reading.Bad, noBad, err = number(l.Bad, 0, largestCount); err != nil {
			return "", reading, ofField("bad", err)
		}
		reading.Total, noTotal, err = number(l.Total, 0, largestCount)
		reading.Missing = noBad || noTotal
		return bot.Counts, reading, ofField("total", err)
	}
	if string(l.OK) == "null" {
		reading.Missing = true
	} else if err := json.Unmarshal(l.OK, &reading.OK); err != nil {
		return "", reading, errors.New("ok must be true, false or null")
	}
	if l.LatencyMS != nil {
		ms, _, err := number(l.LatencyMS, 0, float64(longestLatency/time.Millisecond))
		if err != nil {
			return "", reading, ofField("latency_ms", err)
		}
		reading.Latency = time.Duration(ms * float64(time.Millisecond))
	}
	return bot.Answers, reading, nil
}

func ofField(field string, err error) error {
	if err != nil {
		return fmt.Errorf("%s %w", field, err)
	}
	return nil
}

// number reads a number, or says that there is none: null, and what Prometheus
// writes where there is no number.
func number(raw json.RawMessage, low, high float64) (value float64, missing bool, err error) {
	switch string(raw) {
	case "null", `"NaN"`, `"Inf"`, `"+Inf"`, `"-Inf"`:
		return 0, true, nil
	}
	if err := json.Unmarshal(raw, &value); err != nil || math.IsNaN(value) || value < low || value > high {
		return 0, false, fmt.Errorf("must be a number from %g to %g, or null", low, high)
	}
	return value, false, nil
}
