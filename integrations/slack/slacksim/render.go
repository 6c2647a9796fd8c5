package slacksim

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// RenderMessage shows a message as a person sees it, in plain text without a
// line break at its end: its blocks, or where it has none its text.
func RenderMessage(blocks json.RawMessage, text string, names Names) string {
	r := renderer{names: names}
	list := decodeBlocks(blocks)
	if len(list) == 0 {
		return r.plain(text)
	}
	return strings.TrimRight(r.blocks(list), "\n")
}

// renderView shows a modal or a Home tab.
func renderView(v *View, names Names) string {
	r := renderer{names: names, errors: v.Errors}
	var lines []string
	if title := rawLabel(v.Title); title != "" {
		lines = append(lines, "┌ "+title)
	}
	if trouble := v.Errors[""]; trouble != "" {
		lines = append(lines, "! "+trouble)
	}
	lines = append(lines, r.blocks(decodeBlocks(v.Blocks)))
	var buttons []string
	for _, raw := range []json.RawMessage{v.Submit, v.Close} {
		if text := rawLabel(raw); text != "" {
			buttons = append(buttons, "["+text+"]")
		}
	}
	if len(buttons) > 0 {
		lines = append(lines, strings.Join(buttons, " "))
	}
	return strings.Join(lines, "\n")
}

func rawLabel(raw json.RawMessage) string {
	var t object
	_ = json.Unmarshal(raw, &t) // validated before it was stored
	return emoji(str(t, "text"))
}

// renderer turns blocks into lines.
type renderer struct {
	names  Names
	errors map[string]string // by block_id
}

func (r renderer) plain(mrkdwn string) string {
	return strings.TrimRight(plainText(mrkdwn, r.names), "\n ")
}

// text shows a text object: marks count in mrkdwn only.
func (r renderer) text(value any) string {
	t := asObject(value)
	if str(t, "type") == "plain_text" {
		return emoji(str(t, "text"))
	}
	return r.plain(str(t, "text"))
}

func (r renderer) blocks(list []object) string {
	var out []string
	for _, b := range list {
		if shown := r.block(b); shown != "" {
			out = append(out, shown)
		}
	}
	return strings.Join(out, "\n")
}

func (r renderer) block(b object) string {
	switch str(b, "type") {
	case "header":
		title := r.text(b["text"])
		return title + "\n" + strings.Repeat("━", width(title))
	case "divider":
		return strings.Repeat("─", 24)
	case "section":
		return r.section(b)
	case "context":
		return r.context(b)
	case "actions":
		return r.elements(objects(b["elements"]))
	case "image":
		return "(picture: " + str(b, "alt_text") + ")"
	case "input":
		return r.input(b)
	case "markdown":
		return str(b, "text")
	case "alert":
		return "! " + r.text(b["text"])
	case "rich_text":
		return r.rich(objects(b["elements"]))
	default:
		return r.data(b)
	}
}

func (r renderer) section(b object) string {
	var parts []string
	if b["text"] != nil {
		parts = append(parts, r.text(b["text"]))
	}
	if fields := objects(b["fields"]); len(fields) > 0 {
		parts = append(parts, r.fields(fields))
	}
	if accessory := asObject(b["accessory"]); accessory != nil {
		parts = append(parts, r.elements([]object{accessory}))
	}
	return strings.Join(parts, "\n")
}

// fields shows the fields of a section. Those of the usual form, a bold label
// and below it a value, become two columns.
func (r renderer) fields(fields []object) string {
	type row struct{ label, value string }
	rows, widest := make([]row, len(fields)), 0
	for i, f := range fields {
		text := str(f, "text")
		first, rest, _ := strings.Cut(text, "\n")
		if bold := strings.Trim(first, "*: "); strings.HasPrefix(first, "*") && strings.HasSuffix(first, "*") && rest != "" {
			rows[i] = row{r.plain(bold), r.plain(rest)}
			widest = max(widest, width(rows[i].label))
		} else {
			rows[i] = row{"", r.text(f)}
		}
	}
	var lines []string
	for _, row := range rows {
		if row.label == "" {
			lines = append(lines, row.value)
			continue
		}
		lines = append(lines, indentRest(pad(row.label, widest)+"  "+row.value, strings.Repeat(" ", widest+2)))
	}
	return strings.Join(lines, "\n")
}

func (r renderer) context(b object) string {
	var parts []string
	for _, e := range objects(b["elements"]) {
		if str(e, "type") == "image" {
			continue // a small picture beside a text that says the same
		}
		parts = append(parts, r.text(e))
	}
	return indentRest("· "+strings.Join(parts, "  ·  "), "  ")
}

func (r renderer) input(b object) string {
	out := r.text(b["label"])
	if b["optional"] == true {
		out += " (optional)"
	}
	out += ": " + r.element(asObject(b["element"]))
	if hint := r.text(b["hint"]); hint != "" {
		out += "\n  " + hint
	}
	if wrong := r.errors[str(b, "block_id")]; wrong != "" {
		out += "\n  ! " + wrong
	}
	return out
}

func (r renderer) elements(list []object) string {
	var out []string
	for _, e := range list {
		if shown := r.element(e); shown != "" {
			out = append(out, shown)
		}
	}
	return strings.Join(out, " ")
}

func (r renderer) element(e object) string {
	switch str(e, "type") {
	case "button":
		if url := str(e, "url"); url != "" {
			return "[" + r.text(e["text"]) + " <" + url + ">]"
		}
		return "[" + r.text(e["text"]) + "]"
	case "overflow":
		return "[⋯ " + r.optionList(e) + "]"
	case "radio_buttons", "checkboxes":
		return "(" + r.optionList(e) + ")"
	case "image":
		return ""
	default:
		return "[" + firstOf(r.initial(e), r.text(e["placeholder"]), "…") + "]"
	}
}

func (r renderer) initial(e object) string {
	if o := asObject(e["initial_option"]); o != nil {
		return r.text(o["text"])
	}
	for _, key := range []string{"initial_value", "initial_date", "initial_time"} {
		if value := str(e, key); value != "" {
			return value
		}
	}
	return r.names(str(e, "initial_user"))
}

func (r renderer) optionList(e object) string {
	var out []string
	for _, o := range options(e) {
		out = append(out, r.text(o["text"]))
	}
	return strings.Join(out, " | ")
}

func width(s string) int { return utf8.RuneCountInString(s) }

func pad(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }

// indentRest indents all lines but the first.
func indentRest(text, by string) string { return strings.ReplaceAll(text, "\n", "\n"+by) }
