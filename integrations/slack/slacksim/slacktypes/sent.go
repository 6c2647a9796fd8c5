package slacktypes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// ManifestWritten stands for the method of what was not sent but written for somebody to
// paste: the manifest of an app.
const ManifestWritten = "manifest"

// Kept reads what stories sent, out of the folder where each left it, and says how many
// they were.
func Kept(folder string, do func(story string, sent slacksim.Sent) error) (stories int, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if folder == "" || err != nil {
		return 0, err
	}
	for _, file := range files {
		if err := keptIn(file, do); err != nil {
			return 0, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return len(files), nil
}

func keptIn(path string, do func(story string, sent slacksim.Sent) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	for lines := json.NewDecoder(file); ; {
		var sent slacksim.Sent
		switch err := lines.Decode(&sent); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := do(filepath.Base(path), sent); err != nil {
			return err
		}
	}
}

// Sent takes one thing that a bot sent: the arguments of a call must be those of the
// method in Slack's client, an answer one that its framework could give, and blocks and
// views what they must be anywhere. Of texts and numbers only those stay that the types
// name, so that what differs in nothing else is looked at once.
func (l *Literals) Sent(name string, sent slacksim.Sent) error {
	name += " " + sent.Method
	switch {
	case sent.Method == ManifestWritten:
		l.Manifest(name, []byte(sent.Body))
		return nil
	case sent.Args == nil:
		return l.body(name, sent)
	}
	args := map[string]any{}
	for key, text := range sent.Args {
		args[key] = decoded(key, text)
	}
	if err := l.shown(name, args); err != nil {
		return err
	}
	path := strings.ReplaceAll(sent.Method, ".", `"]["`)
	return l.shape(fmt.Sprintf(`Parameters<WebClient["%s"]>[0]`, path), name, args)
}

// body takes what was posted to a response_url, or answered to what Slack sent.
func (l *Literals) body(name string, sent slacksim.Sent) error {
	var body map[string]any
	if !strings.HasPrefix(sent.Body, "{") {
		return nil // a plain text, as an answer to a command may be
	}
	if err := json.Unmarshal([]byte(sent.Body), &body); err != nil {
		return fmt.Errorf("read what %s says: %w", name, err)
	}
	if err := l.shown(name, body); err != nil {
		return err
	}
	kind := "RespondArguments"
	switch {
	case body["response_action"] != nil:
		kind = "ViewResponseAction"
	case body["options"] != nil || body["option_groups"] != nil:
		kind = "{ options: Option[] } | { option_groups: OptionGroup[] }"
	case body["challenge"] != nil:
		kind = "{ challenge: string }"
	}
	return l.shape(kind, name, body)
}

// shown takes the blocks and the view out of arguments.
func (l *Literals) shown(name string, args map[string]any) error {
	if blocks, found := args["blocks"].([]any); found {
		if err := l.reduced(name, blocks); err != nil {
			return err
		}
		args["blocks"] = []any{}
	}
	if view, found := args["view"].(map[string]any); found {
		blocks, _ := view["blocks"].([]any)
		if err := l.reduced(name, blocks); err != nil {
			return err
		}
		view["blocks"] = []any{}
	}
	return nil
}

func (l *Literals) reduced(name string, blocks []any) error {
	for _, block := range blocks {
		if err := l.shape("Block", name, block); err != nil {
			return err
		}
	}
	return nil
}

// shape takes a value by its shape.
func (l *Literals) shape(kind, name string, value any) error {
	raw, err := json.Marshal(shape("", value))
	if err != nil {
		return fmt.Errorf("write what %s holds: %w", name, err)
	}
	l.add(kind, name, raw)
	return nil
}

// decoded is an argument of a form as it is meant. In forms 1 and 0 stand for true and
// false too.
func decoded(key, text string) any {
	switch key {
	case "inclusive", "include_all_metadata":
		return text == "1" || text == "true"
	}
	var value any
	isJSON := slices.Contains([]string{"blocks", "view", "metadata", "attachments", "files"}, key)
	isWord := text == "true" || text == "false"
	isNumber := slices.Contains([]string{"limit", "count", "length"}, key)
	if (isJSON || isWord || isNumber) && json.Unmarshal([]byte(text), &value) == nil {
		return value
	}
	return text
}

// words are the keys whose texts the types name one by one, and figures those whose
// numbers they do. One that is missing here shows: the compiler refuses what stands in
// its place.
func words(key string) bool {
	return slices.Contains([]string{"type", "style", "response_action", "response_type", "parse", "color_scheme", "align"}, key)
}

func figures(key string) bool { return key == "level" }

// shape is a value without what may be anything: texts and numbers become one and the
// same, and in a list what looks like one before goes.
func shape(key string, value any) any {
	switch v := value.(type) {
	case string:
		if words(key) {
			return v
		}
		return "a text"
	case float64:
		if figures(key) {
			return v
		}
		return 1
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = shape(key, value)
		}
		return out
	case []any:
		return shapes(key, v)
	}
	return value
}

func shapes(key string, list []any) []any {
	out, seen := []any{}, map[string]bool{}
	for _, value := range list {
		is := shape(key, value)
		raw, _ := json.Marshal(is) // it was JSON a moment ago
		if !seen[string(raw)] {
			seen[string(raw)] = true
			out = append(out, is)
		}
	}
	return out
}
