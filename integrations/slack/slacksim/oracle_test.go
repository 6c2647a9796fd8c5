package slacksim_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// FuzzValidateAndRender gives the simulator any blocks. Where it finds a fault, the
// fault must be somewhere in what was given; what it takes must stand up to a
// second look, which knows of Slack's limits only the few that hold everywhere;
// and what it shows of that must hold every plain word, and end in no empty line.
func FuzzValidateAndRender(f *testing.F) {
	for _, tests := range [][]validation{textCases(), elementCases(), dataCases()} {
		for _, tt := range tests {
			f.Add(tt.blocks, "*text* <@U1|ann>")
		}
	}
	f.Add(`[{"type":"header","text":{"type":"plain_text","text":"H"}},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"},"action_id":"a"}]}]`, "x\n")
	names := func(string) string { return "" }
	f.Fuzz(func(t *testing.T, blocks, text string) {
		var given any
		isJSON := json.Unmarshal([]byte(blocks), &given) == nil
		for surface, at := range map[slacksim.Surface]string{slacksim.SurfaceMessage: "/blocks", slacksim.SurfaceModal: "/view/blocks"} {
			found := slacksim.Validate(json.RawMessage(blocks), surface)
			if !isJSON && len(found) != 1 {
				t.Errorf("what is no JSON has the faults %v", found)
			}
			for _, v := range found {
				if isJSON && !leads(given, strings.TrimPrefix(v.Pointer, at)) || !strings.HasPrefix(v.Pointer, at) || v.Message == "" {
					t.Errorf("%s: a fault that is nowhere: %s", blocks, v)
				}
			}
			if len(found) == 0 {
				takenBlocks(t, given, surface)
				shownWords(t, given, slacksim.RenderMessage(json.RawMessage(blocks), text, names))
			}
		}
		for _, v := range slacksim.ValidateView(json.RawMessage(blocks)) {
			if isJSON && !leads(given, strings.TrimPrefix(v.Pointer, "/view")) || !strings.HasPrefix(v.Pointer, "/view") {
				t.Errorf("%s: a fault that is nowhere: %s", blocks, v)
			}
		}
		if shown := slacksim.RenderMessage(nil, text, names); strings.HasSuffix(shown, "\n") {
			t.Errorf("%q is shown with an empty line: %q", text, shown)
		}
	})
}

// leads says whether a JSON pointer leads to a value; what is missing may itself be
// pointed to, where it would be.
func leads(value any, pointer string) bool {
	parts := strings.Split(pointer, "/")[1:]
	if pointer == "" {
		return true
	}
	for i, part := range parts {
		switch in := value.(type) {
		case map[string]any:
			next, found := in[part]
			if !found {
				return i == len(parts)-1
			}
			value = next
		case []any:
			n, err := strconv.Atoi(part)
			if err != nil || n < 0 || n >= len(in) {
				return false
			}
			value = in[n]
		default:
			return false
		}
	}
	return true
}

// takenBlocks looks a second time at blocks that were taken.
func takenBlocks(t *testing.T, given any, surface slacksim.Surface) {
	t.Helper()
	most := map[slacksim.Surface]int{slacksim.SurfaceMessage: 50, slacksim.SurfaceModal: 100}[surface]
	list, isList := given.([]any)
	if !isList && given != nil || len(list) > most {
		t.Errorf("%d blocks were taken: %v", len(list), given)
	}
	longest := map[string]int{"header": 150, "section": 3000, "context": 3000, "alert": 3000, "input": 2000}
	ids := map[string]bool{}
	for _, item := range list {
		block, _ := item.(map[string]any)
		kind, _ := block["type"].(string)
		if kind == "" {
			t.Errorf("a block of no type was taken: %v", item)
		}
		if id, _ := block["block_id"].(string); id != "" {
			if ids[id] || utf8.RuneCountInString(id) > 255 {
				t.Errorf("the block_id %q was taken", id)
			}
			ids[id] = true
		}
		each(block, func(o map[string]any) {
			shape, _ := o["type"].(string)
			text, isText := o["text"].(string)
			if isText && (shape == "plain_text" || shape == "mrkdwn") {
				if limit := longest[kind]; text == "" || limit > 0 && utf8.RuneCountInString(text) > limit {
					t.Errorf("a text of %d characters was taken in a %s", utf8.RuneCountInString(text), kind)
				}
			}
			if label, _ := o["text"].(map[string]any); shape == "button" && label["type"] != "plain_text" {
				t.Errorf("a button was taken that says %v", o["text"])
			}
			if elements, is := o["elements"].([]any); is && shape == "actions" && (len(elements) == 0 || len(elements) > 25) {
				t.Errorf("%d elements were taken", len(elements))
			}
		})
	}
}

// shownWords looks for what is written in the places that are always shown.
func shownWords(t *testing.T, given any, shown string) {
	t.Helper()
	list, _ := given.([]any)
	if len(list) == 0 {
		return
	}
	if strings.HasSuffix(shown, "\n") {
		t.Errorf("%v is shown with an empty line: %q", given, shown)
	}
	for _, item := range list {
		block, _ := item.(map[string]any)
		var texts []any
		switch kind, _ := block["type"].(string); {
		case slices.Contains([]string{"header", "section", "alert"}, kind):
			texts = append(texts, block["text"])
		case kind == "input":
			texts = append(texts, block["label"])
		case kind == "actions":
			elements, _ := block["elements"].([]any)
			for _, e := range elements {
				if element, _ := e.(map[string]any); element["type"] == "button" {
					texts = append(texts, element["text"])
				}
			}
		}
		for _, text := range texts {
			o, _ := text.(map[string]any)
			words, _ := o["text"].(string)
			if o["type"] == "plain_text" && !strings.Contains(words, ":") && !strings.Contains(shown, strings.TrimRight(words, "\n ")) {
				t.Errorf("%q is not shown:\n%s", words, shown)
			}
		}
	}
}

// each goes through all objects in a value.
func each(value any, do func(map[string]any)) {
	switch in := value.(type) {
	case map[string]any:
		do(in)
		for _, inner := range in {
			each(inner, do)
		}
	case []any:
		for _, inner := range in {
			each(inner, do)
		}
	}
}
