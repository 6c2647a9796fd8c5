package readiness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/pelletier/go-toml/v2"
)

// YAML, JSON and TOML documents are all read into maps by text, lists and plain values.
type (
	object = map[string]any
	list   = []any
)

// decoder reads a document.
type decoder func(text string) (any, error)

// byteOrderMark is what some editors put before a text.
const byteOrderMark = "\ufeff"

// rubyTag matches a line of Ruby in YAML, which Rails runs first.
var rubyTag = regexp.MustCompile(`(?m)^\s*<%[^%]*%>\s*$`)

// decodeYAML reads all documents of a YAML file, as a list if there are several. It
// resolves anchors and merges.
func decodeYAML(text string) (any, error) {
	text = rubyTag.ReplaceAllString(strings.TrimPrefix(text, byteOrderMark), "")
	if err := boundYAML(text); err != nil {
		return nil, err
	}
	read := yaml.NewDecoder(strings.NewReader(text), yaml.AllowDuplicateMapKey())
	var all list
	for {
		var one any
		err := read.Decode(&one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read YAML: %w", err)
		}
		all = append(all, one)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func decodeTOML(text string) (any, error) {
	var root object
	if err := toml.Unmarshal([]byte(strings.TrimPrefix(text, byteOrderMark)), &root); err != nil {
		return nil, fmt.Errorf("read TOML: %w", err)
	}
	return root, nil
}

// decodeJSON reads JSON, including the comments and trailing commas that editors and
// .NET accept.
func decodeJSON(text string) (any, error) {
	read := json.NewDecoder(bytes.NewReader(plainJSON(text)))
	read.UseNumber()
	var root any
	if err := read.Decode(&root); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return root, nil
}

// inside returns the value at a path of keys; nil: there is none.
func inside(document any, keys ...string) any {
	for _, key := range keys {
		within, _ := document.(object)
		document = within[key]
	}
	return document
}

// textOf formats a plain value as text; anything else is empty.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// textsOf reads a list of plain values as texts.
func textsOf(value any) []string {
	items, _ := value.(list)
	var texts []string
	for _, item := range items {
		if text := textOf(item); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// wordsOf reads a command, which may be one text or a list of words.
func wordsOf(value any) string {
	if words := textsOf(value); len(words) > 0 {
		return strings.Join(words, " ")
	}
	return textOf(value)
}

// sortedKeys lists the keys of an object in order; of anything else, none.
func sortedKeys(value any) []string {
	within, _ := value.(object)
	return slices.Sorted(maps.Keys(within))
}
