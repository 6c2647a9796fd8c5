package expression

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// isUnknown says whether nothing can be said of a value.
func isUnknown(v any) bool {
	_, is := v.(Unknown)
	return is
}

func isComposite(v any) bool {
	switch v.(type) {
	case []any, filtered, map[string]any, Open:
		return true
	}
	return false
}

// isTrue says whether a value counts as true.
func isTrue(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0 && !math.IsNaN(v)
	}
	return true
}

// numberOf is a value where a number is asked for.
func numberOf(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		text := strings.TrimSpace(v)
		if text == "" {
			return 0
		}
		if n, ok := parseNumber(text); ok {
			return n
		}
	}
	return math.NaN()
}

// textOf is a value where a text is asked for.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	case float64:
		return numberText(v)
	case []any, filtered:
		return "Array"
	}
	return "Object"
}

func numberText(n float64) string {
	switch {
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(n, 'g', 15, 64)
}

func sortedNames(of map[string]any) []string { return slices.Sorted(maps.Keys(of)) }

// toJSON writes a value in lines, as GitHub does.
func toJSON(v any) any {
	if holdsUnknown(v) {
		return Unknown{}
	}
	if n, is := v.(float64); is {
		return numberText(n)
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return Unknown{}
	}
	return string(text)
}

func holdsUnknown(v any) bool {
	switch v := v.(type) {
	case Unknown, Open:
		return true
	case []any:
		return slices.ContainsFunc(v, holdsUnknown)
	case filtered:
		return slices.ContainsFunc(v, holdsUnknown)
	case map[string]any:
		for _, one := range v {
			if holdsUnknown(one) {
				return true
			}
		}
	}
	return false
}
