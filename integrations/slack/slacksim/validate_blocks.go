package slacksim

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// block checks one block: what all have in common, then what its type asks.
func (n node) block() {
	if !n.has("type") {
		n.need("type")
		return
	}
	if id := n.str("block_id", 0, 255); id != "" {
		if n.c.blockIDs[id] {
			n.fail("/block_id", "block_id already exists: "+id)
		}
		n.c.blockIDs[id] = true
	}
	n.c.kinds[n.kind()]++
	switch n.kind() {
	case "section":
		n.section()
	case "header":
		n.allow("type", "block_id", "text", "level")
		n.need("text")
		n.text("text", plain(150))
		n.integer("level", 1, 4)
	case "context":
		n.context()
	case "actions":
		n.allow("type", "block_id", "elements")
		for _, e := range n.items("elements", 1, 25) {
			e.element(inActions())
		}
	case "divider":
		n.allow("type", "block_id")
	case "image":
		n.allow("type", "block_id", "image_url", "slack_file", "alt_text", "title")
		n.picture()
		n.text("title", plain(2000))
	case "input":
		n.input()
	default:
		n.richBlock()
	}
}

// richBlock checks the block types that hold more than a few texts.
func (n node) richBlock() {
	switch n.kind() {
	case "rich_text":
		n.richText()
	case "markdown":
		n.onlyOn(SurfaceMessage)
		n.markdown()
	case "table":
		n.onlyOn(SurfaceMessage)
		n.atMost(1)
		n.table()
	case "data_table":
		n.dataTable()
	case "data_visualization":
		n.atMost(2)
		n.chart()
	case "alert":
		n.onlyOn(SurfaceModal)
		n.allow("type", "block_id", "text", "level")
		n.need("text")
		n.text("text", mrkdwn(3000))
		n.oneOf("level", "default", "info", "warning", "error", "success")
	default:
		n.fail("/type", "unsupported type: "+n.kind())
	}
}

// onlyOn refuses a block on all surfaces but one.
func (n node) onlyOn(surface Surface) {
	if n.c.surface != surface {
		n.fail("/type", "unsupported type: "+n.kind())
	}
}

// atMost refuses more than so many blocks of this type.
func (n node) atMost(limit int) {
	if n.c.kinds[n.kind()] > limit {
		n.fail("", fmt.Sprintf("no more than %d %s blocks allowed", limit, n.kind()))
	}
}

func (n node) section() {
	n.allow("type", "block_id", "text", "fields", "accessory", "expand")
	if !n.has("text") && !n.has("fields") {
		n.need("text")
	}
	n.text("text", mrkdwn(3000))
	n.boolean("expand")
	if n.has("fields") {
		for _, f := range n.items("fields", 1, 10) {
			f.textObject(mrkdwn(2000))
		}
	}
	if e, found := n.child("accessory"); found {
		e.element(append(inActions(), "image"))
	}
}

func (n node) context() {
	n.allow("type", "block_id", "elements")
	for _, e := range n.items("elements", 1, 10) {
		if e.kind() == "image" {
			e.element([]string{"image"})
		} else {
			e.textObject(mrkdwn(3000))
		}
	}
}

func (n node) picture() {
	n.need("alt_text")
	n.str("alt_text", 1, 2000)
	n.str("image_url", 1, 3000)
	if n.has("image_url") == n.has("slack_file") {
		n.fail("", "must have exactly one of image_url and slack_file")
	}
	f, found := n.child("slack_file")
	if !found {
		return
	}
	f.allow("id", "url")
	if f.has("id") == f.has("url") {
		f.fail("", "must have exactly one of id and url")
	}
	const ids = `^[F][A-Z0-9]{8,}$` // as Slack words it: slackapi/python-slack-sdk#1521
	if id := f.str("id", 0, 255); f.has("id") && !regexp.MustCompile(ids).MatchString(id) {
		f.fail("/id", "input must match regex pattern: "+ids)
	}
}

func (n node) input() {
	n.c.inputs = true
	n.allow("type", "block_id", "label", "element", "hint", "optional", "dispatch_action")
	n.need("label", "element")
	n.text("label", plain(2000))
	n.text("hint", plain(2000))
	n.boolean("optional")
	n.boolean("dispatch_action")
	if e, found := n.child("element"); found {
		e.element(inInput())
	}
}

func (n node) markdown() {
	n.allow("type", "block_id", "text")
	n.need("text")
	n.c.markdown += utf8.RuneCountInString(n.str("text", 1, 12_000))
	if n.c.markdown > 12_000 {
		n.fail("/text", "must be less than 12001 characters in all markdown blocks together")
	}
}

func (n node) richText() {
	n.allow("type", "block_id", "elements")
	for _, e := range n.items("elements", 0, 3000) {
		e.richPart()
	}
}

func (n node) richPart() {
	switch n.kind() {
	case "rich_text_section":
		n.allow("type", "elements")
	case "rich_text_preformatted":
		n.allow("type", "elements", "border", "language")
	case "rich_text_quote":
		n.allow("type", "elements", "border")
	case "rich_text_list":
		n.allow("type", "elements", "style", "indent", "border", "offset")
		n.need("style")
		n.oneOf("style", "bullet", "ordered")
		for _, e := range n.items("elements", 0, 3000) {
			e.richPart()
		}
		return
	default:
		n.fail("/type", "unsupported type: "+n.kind())
		return
	}
	for _, e := range n.items("elements", 0, 3000) {
		e.richInline()
	}
}

func (n node) richInline() {
	required := map[string]string{
		"text": "text", "link": "url", "user": "user_id", "usergroup": "usergroup_id", "channel": "channel_id",
		"emoji": "name", "broadcast": "range", "date": "timestamp", "color": "value", "team": "team_id",
	}
	key, known := required[n.kind()]
	if !known {
		n.fail("/type", "unsupported type: "+n.kind())
		return
	}
	n.need(key)
}
