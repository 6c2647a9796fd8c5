package httpprobe

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// documentOf reads an answer's JSON, or says why it cannot be read.
func documentOf(a answer) (document any, problem string) {
	if a.cut {
		return nil, "the answer is longer than 64 KiB"
	}
	// Some servers begin JSON with a byte order mark, which parsers may ignore (RFC 8259).
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(a.body, []byte("\ufeff"))))
	decoder.UseNumber() // a float64 would change large numbers
	if decoder.Decode(&document) != nil {
		return nil, "the answer is not JSON"
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, "the answer is not JSON"
	}
	return document, ""
}

// nowhere is the value at a path that does not exist. null exists.
type nowhere struct{}

// lookUp follows a dot path, such as build.commit or 0.sha.
func lookUp(document any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch place := document.(type) {
		case map[string]any:
			found, there := place[step]
			if !there {
				return nowhere{}
			}
			document = found
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(place) {
				return nowhere{}
			}
			document = place[i]
		default:
			return nowhere{}
		}
	}
	return document
}

// judgeJSON checks the value at a path of an answer. If the probe has no bounds, that is
// the value of the sample.
func judgeJSON(sample bot.Sample, probe bot.Probe, a answer, path string) bot.Sample {
	bad := func(says string) bot.Sample {
		sample.Outcome, sample.Says = bot.Bad, says
		return sample
	}
	document, problem := documentOf(a)
	if problem != "" {
		return bad(problem)
	}
	found := lookUp(document, path)
	if want := probe.Setting(keyJSON + "." + keyEquals); want != "" && !equals(found, want) {
		return bad(path + " is " + shown(found))
	}
	low, high := probe.Setting(keyJSON+"."+keyMin), probe.Setting(keyJSON+"."+keyMax)
	if probe.Kind != bot.Values && low == "" && high == "" {
		return sample
	}
	number, ok := numberIn(found)
	switch {
	case !ok:
		return bad(path + " is no number")
	case high != "" && number > bound(high):
		return bad(path + " is " + shown(found) + ", more than " + high)
	case low != "" && number < bound(low):
		return bad(path + " is " + shown(found) + ", less than " + low)
	}
	sample.Value = number
	return sample
}

// bound parses a bound from slipway.yaml, which has been validated.
func bound(written string) float64 {
	value, err := strconv.ParseFloat(written, 64)
	if err != nil {
		return math.NaN() // no number is beyond it
	}
	return value
}

// numberIn converts a value to a number, which may be written as a string.
func numberIn(found any) (float64, bool) {
	var written string
	switch found := found.(type) {
	case json.Number:
		written = found.String()
	case string:
		written = strings.TrimSpace(found)
	default:
		return 0, false
	}
	if strings.ContainsAny(written, "xX_") { // ParseFloat would accept 0x1p-2 and 1_000
		return 0, false
	}
	value, err := strconv.ParseFloat(written, 64)
	return value, err == nil && !math.IsNaN(value) && !math.IsInf(value, 0)
}

// equals compares a value with the one that the operator wrote. Numbers are compared as
// numbers, but whole ones by their digits, since two long ids may be the same float64.
// Everything else is compared as text.
func equals(found any, want string) bool {
	number, ok := found.(json.Number)
	if !ok || isWhole(number.String()) && isWhole(want) {
		return plain(found) == want
	}
	a, err := number.Float64()
	b, also := strconv.ParseFloat(want, 64)
	return err == nil && also == nil && a == b
}

func isWhole(written string) bool { return written != "" && strings.Trim(written, "0123456789") == "" }

// plain is a scalar value as text; empty for a list or an object.
func plain(found any) string {
	switch found := found.(type) {
	case string:
		return found
	case bool:
		return strconv.FormatBool(found)
	case json.Number:
		return found.String()
	case nil:
		return "null"
	}
	return ""
}

// shown describes a value for a message.
func shown(found any) string {
	switch found.(type) {
	case map[string]any, []any:
		return "no single value"
	case nowhere:
		return "not there"
	}
	return cmp.Or(harmless(plain(found)), "empty")
}
