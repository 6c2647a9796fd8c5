package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
)

// object is a JSON object of a block or element that has passed the validator.
type object = map[string]any

func decodeBlocks(raw json.RawMessage) []object {
	var out []object
	_ = json.Unmarshal(raw, &out) // validated before it was stored
	return out
}

// withIDs gives every block its block_id and every element its action_id, as
// Slack does for those that were sent without.
func withIDs(blocks []object) json.RawMessage {
	taken := map[string]bool{}
	for _, b := range blocks {
		taken[str(b, "block_id")] = true
	}
	n := 0
	for _, b := range blocks {
		for str(b, "block_id") == "" {
			n++
			if id := fmt.Sprintf("b%d", n); !taken[id] {
				b["block_id"] = id
			}
		}
		nameElements(b)
	}
	out, _ := json.Marshal(blocks) // it was JSON a moment ago
	return out
}

func nameElements(block object) {
	for i, e := range elements(block) {
		if str(e, "action_id") == "" {
			e["action_id"] = fmt.Sprintf("a%d", i+1)
		}
	}
}

// elements gives the interactive elements of a block, in the order in which a
// person sees them.
func elements(block object) []object {
	var out []object
	switch str(block, "type") {
	case "actions":
		out = objects(block["elements"])
	case "section":
		out = append(out, asObject(block["accessory"]))
	case "input":
		out = append(out, asObject(block["element"]))
	case "data_table":
		rows, _ := block["rows"].([]any)
		for _, row := range rows {
			for _, cell := range objects(row) {
				out = append(out, asObject(cell["element"]))
			}
		}
	}
	return slices.DeleteFunc(out, func(e object) bool { return e == nil || str(e, "type") == "image" })
}

// options gives the options of an element, those in groups included.
func options(element object) []object {
	out := objects(element["options"])
	for _, g := range objects(element["option_groups"]) {
		out = append(out, objects(g["options"])...)
	}
	return out
}

func objects(value any) []object {
	items, _ := value.([]any)
	var out []object
	for _, item := range items {
		if m := asObject(item); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func asObject(value any) object {
	m, _ := value.(map[string]any)
	return m
}

func str(m object, key string) string {
	s, _ := m[key].(string)
	return s
}

// label is the text of a text object under a key.
func label(m object, key string) string { return str(asObject(m[key]), "text") }

// RefuseBlocks makes this workspace one that does not know a type of block yet, as it is
// while Slack brings one out: a message with such a block is refused as a whole.
func (s *Server) RefuseBlocks(kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = append(s.unknown, kind)
}

// unknownHere finds the blocks that this workspace does not know.
func (s *Server) unknownHere(blocks []object) []Violation {
	var found []Violation
	for i, b := range blocks {
		if kind := str(b, "type"); slices.Contains(s.unknown, kind) {
			found = append(found, Violation{Pointer: fmt.Sprintf("/blocks/%d/type", i), Message: "unsupported type: " + kind})
		}
	}
	return found
}
