package slacksim

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Surface is where blocks are shown; some blocks are refused on some surfaces.
type Surface string

// The surfaces of Slack.
const (
	SurfaceMessage Surface = "message"
	SurfaceModal   Surface = "modal"
	SurfaceHome    Surface = "home"
)

// Violation is one fault that Slack would find in blocks.
type Violation struct {
	Pointer string // where, as a JSON pointer
	Message string
}

// String words a violation as Slack does in response_metadata.messages.
func (v Violation) String() string {
	return "[ERROR] " + v.Message + " [json-pointer:" + v.Pointer + "]"
}

// Validate checks blocks against the limits that Slack documents (and
// slack-go does not check). Blocks and elements that it does not know are
// refused, and so are unknown keys: a misspelt key is a fault, not a wish.
// Lengths are counted in characters.
func Validate(blocks json.RawMessage, surface Surface) []Violation {
	c := newChecker(surface)
	at := "/blocks"
	if surface != SurfaceMessage {
		at = "/view/blocks"
	}
	c.blocks(at, blocks)
	return c.found
}

// ValidateView checks a whole view as views.open, views.update and
// views.publish take it.
func ValidateView(view json.RawMessage) []Violation {
	c := newChecker(SurfaceModal)
	var m map[string]any
	if json.Unmarshal(view, &m) != nil {
		c.add("/view", "must be an object")
		return c.found
	}
	n := node{c: c, at: "/view", m: m}
	switch n.kind() {
	case "modal":
		n.modal()
	case "home":
		c.surface = SurfaceHome
		n.allow("type", "blocks", "private_metadata", "callback_id", "external_id")
	default:
		n.fail("/type", "unsupported type: "+n.kind())
		return c.found
	}
	n.str("private_metadata", 0, 3000)
	n.str("callback_id", 0, 255)
	n.str("external_id", 0, 255)
	n.need("blocks")
	raw, _ := json.Marshal(m["blocks"]) // it was JSON a moment ago
	c.blocks("/view/blocks", raw)
	if n.kind() == "modal" && c.inputs && m["submit"] == nil {
		n.fail("", "missing required field: submit")
	}
	return c.found
}

func (n node) modal() {
	n.allow("type", "title", "blocks", "submit", "close", "private_metadata", "callback_id",
		"external_id", "clear_on_close", "notify_on_close", "submit_disabled")
	n.need("title")
	n.text("title", plain(24))
	n.text("submit", plain(24))
	n.text("close", plain(24))
	n.boolean("clear_on_close")
	n.boolean("notify_on_close")
	n.boolean("submit_disabled")
}

// checker gathers what is wrong with one message or view.
type checker struct {
	surface  Surface
	found    []Violation
	blockIDs map[string]bool
	actions  map[string]bool // action_ids of the block at hand
	kinds    map[string]int  // how many blocks of a type
	markdown int             // characters in all markdown blocks
	inputs   bool            // there is an input block
}

func newChecker(surface Surface) *checker {
	return &checker{surface: surface, blockIDs: map[string]bool{}, kinds: map[string]int{}}
}

func (c *checker) add(at, message string) {
	c.found = append(c.found, Violation{Pointer: at, Message: message})
}

func (c *checker) blocks(at string, raw json.RawMessage) {
	limit := 100
	if c.surface == SurfaceMessage {
		limit = 50
	}
	var list any
	if json.Unmarshal(raw, &list) != nil {
		c.add(at, "must be valid JSON")
		return
	}
	for _, n := range c.list(at, list, span{0, limit}) {
		c.actions = map[string]bool{}
		n.block()
	}
}

// span is the least and the most that is allowed.
type span struct{ least, most int }

// list gives the objects of an array, and checks how many there are.
func (c *checker) list(at string, value any, s span) []node {
	items, isList := value.([]any)
	if !isList {
		c.add(at, "must be an array")
		return nil
	}
	if len(items) > s.most {
		c.add(at, fmt.Sprintf("no more than %d items allowed", s.most))
	}
	if len(items) < s.least {
		c.add(at, fmt.Sprintf("no fewer than %d items allowed", s.least))
	}
	var out []node
	for i, item := range items {
		here := at + "/" + strconv.Itoa(i)
		if m, isObject := item.(map[string]any); isObject {
			out = append(out, node{c: c, at: here, m: m})
		} else {
			c.add(here, "must be an object")
		}
	}
	return out
}

// node is an object within the blocks, and where it stands.
type node struct {
	c  *checker
	at string
	m  map[string]any
}

func (n node) fail(below, message string) { n.c.add(n.at+below, message) }

func (n node) kind() string {
	kind, _ := n.m["type"].(string)
	return kind
}

func (n node) has(key string) bool { return n.m[key] != nil }

// allow refuses all other keys.
func (n node) allow(keys ...string) {
	for _, key := range slices.Sorted(maps.Keys(n.m)) {
		if !slices.Contains(keys, key) {
			n.fail("", "invalid additional property: "+key)
		}
	}
}

func (n node) need(keys ...string) {
	for _, key := range keys {
		if !n.has(key) {
			n.fail("", "missing required field: "+key)
		}
	}
}

// str checks a string's length, and gives the string.
func (n node) str(key string, least, limit int) string {
	if !n.has(key) {
		return ""
	}
	text, isString := n.m[key].(string)
	if !isString {
		n.fail("/"+key, "must be a string")
		return ""
	}
	n.length("/"+key, text, span{least, limit})
	return text
}

func (n node) length(below, text string, s span) {
	size := utf8.RuneCountInString(text)
	if size > s.most {
		n.fail(below, fmt.Sprintf("must be less than %d characters", s.most+1))
	}
	if size < s.least {
		n.fail(below, fmt.Sprintf("must be more than %d characters", s.least-1))
	}
}

func (n node) boolean(key string) {
	if _, isBool := n.m[key].(bool); n.has(key) && !isBool {
		n.fail("/"+key, "must be a boolean")
	}
}

func (n node) integer(key string, least, limit int) {
	if !n.has(key) {
		return
	}
	value, isNumber := n.m[key].(float64)
	if !isNumber || value != math.Trunc(value) || value < float64(least) || value > float64(limit) {
		n.fail("/"+key, fmt.Sprintf("must be an integer from %d to %d", least, limit))
	}
}

func (n node) oneOf(key string, allowed ...string) {
	if value, _ := n.m[key].(string); n.has(key) && !slices.Contains(allowed, value) {
		n.fail("/"+key, "must be a valid enum value")
	}
}

// items gives the objects of a required array.
func (n node) items(key string, least, limit int) []node {
	if !n.has(key) {
		n.need(key)
		return nil
	}
	return n.c.list(n.at+"/"+key, n.m[key], span{least, limit})
}

func (n node) child(key string) (node, bool) {
	if !n.has(key) {
		return node{}, false
	}
	m, isObject := n.m[key].(map[string]any)
	if !isObject {
		n.fail("/"+key, "must be an object")
	}
	return node{c: n.c, at: n.at + "/" + key, m: m}, isObject
}

// textRule says what a text object may be.
type textRule struct {
	most  int
	plain bool
}

func plain(limit int) textRule  { return textRule{most: limit, plain: true} }
func mrkdwn(limit int) textRule { return textRule{most: limit} }

// text checks a text object, if there is one.
func (n node) text(key string, rule textRule) {
	if t, found := n.child(key); found {
		t.textObject(rule)
	}
}

func (n node) textObject(rule textRule) {
	n.allow("type", "text", "emoji", "verbatim")
	n.need("type", "text")
	n.boolean("emoji")
	n.boolean("verbatim")
	switch {
	case n.kind() != "plain_text" && n.kind() != "mrkdwn":
		n.fail("/type", "unsupported type: "+n.kind())
	case rule.plain && n.kind() != "plain_text":
		n.fail("/type", "must be plain_text")
	case n.kind() == "mrkdwn" && n.has("emoji"):
		n.fail("", "invalid additional property: emoji")
	case n.kind() == "plain_text" && n.has("verbatim"):
		n.fail("", "invalid additional property: verbatim")
	}
	n.str("text", 1, rule.most)
}
