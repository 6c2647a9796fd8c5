package slacksim

import (
	"strconv"
	"unicode/utf8"
)

func (n node) table() {
	n.allow("type", "block_id", "rows", "column_settings")
	n.rows(span{1, 100}, "raw_text", "raw_number", "rich_text")
	if total := textIn(n.m["rows"]); total > maxTableText {
		n.fail("/rows", "no more than "+strconv.Itoa(maxTableText)+" characters allowed in all cells together")
	}
	if n.has("column_settings") {
		for _, s := range n.items("column_settings", 0, 20) {
			s.allow("align", "is_wrapped")
			s.oneOf("align", "left", "center", "right")
			s.boolean("is_wrapped")
		}
	}
}

// maxTableText bounds all cells of a table together
// (docs.slack.dev/reference/block-kit/blocks/table-block).
const maxTableText = 10_000

// textIn counts the characters of the texts in a list of rows, cells or elements.
func textIn(part any) int {
	total := 0
	switch part := part.(type) {
	case []any:
		for _, p := range part {
			total += textIn(p)
		}
	case map[string]any:
		for key, value := range part {
			if text, is := value.(string); is && key == "text" {
				total += utf8.RuneCountInString(text)
			} else if !is {
				total += textIn(value)
			}
		}
	}
	return total
}

func (n node) dataTable() {
	n.allow("type", "block_id", "caption", "rows", "page_size", "row_header_column_index")
	n.need("caption")
	n.str("caption", 1, 3000)
	n.integer("page_size", 1, 100)
	n.integer("row_header_column_index", 0, 19)
	n.rows(span{1, 1000}, "raw_text", "raw_number", "rich_text", "action")
}

// rows checks a grid of cells; at most 20 columns.
func (n node) rows(count span, kinds ...string) {
	rows, isList := n.m["rows"].([]any)
	switch {
	case !isList:
		n.need("rows")
		return
	case len(rows) > count.most:
		n.fail("/rows", "no more than "+strconv.Itoa(count.most)+" items allowed")
	case len(rows) < count.least:
		n.fail("/rows", "no fewer than "+strconv.Itoa(count.least)+" items allowed")
	}
	for i, row := range rows {
		for _, cell := range n.c.list(n.at+"/rows/"+strconv.Itoa(i), row, span{1, 20}) {
			cell.cell(kinds)
		}
	}
}

func (n node) cell(kinds []string) {
	known := false
	for _, kind := range kinds {
		known = known || kind == n.kind()
	}
	if !known {
		n.fail("/type", "unsupported type: "+n.kind())
		return
	}
	switch n.kind() {
	case "raw_text":
		n.allow("type", "text")
		n.need("text")
		n.str("text", 0, 3000)
	case "raw_number":
		n.allow("type", "value", "text")
		n.number("value")
	case "rich_text":
		n.richText()
	case "action":
		n.allow("type", "element", "fallback")
		n.need("element")
		if e, found := n.child("element"); found {
			e.element([]string{"button"})
		}
	}
}

func (n node) number(key string) (float64, bool) {
	value, isNumber := n.m[key].(float64)
	if !isNumber {
		n.fail("/"+key, "must be a number")
	}
	return value, isNumber
}

// chart checks a data_visualization block by the limits of
// docs.slack.dev/reference/block-kit/blocks/data-visualization-block.
func (n node) chart() {
	n.allow("type", "block_id", "title", "chart")
	n.need("title", "chart")
	n.str("title", 1, 50)
	c, found := n.child("chart")
	if !found {
		return
	}
	switch c.kind() {
	case "pie":
		c.pie()
	case "bar", "line", "area":
		c.series()
	default:
		c.fail("/type", "unsupported type: "+c.kind())
	}
}

func (n node) pie() {
	n.allow("type", "segments")
	for _, s := range n.items("segments", 1, 6) {
		s.allow("label", "value")
		s.need("label")
		s.str("label", 1, 20)
		if value, isNumber := s.number("value"); isNumber && value <= 0 {
			s.fail("/value", "must be greater than 0")
		}
	}
}

func (n node) series() {
	n.allow("type", "series", "axis_config")
	n.need("axis_config")
	categories := n.categories()
	names := map[string]bool{}
	for _, s := range n.items("series", 1, 6) {
		s.allow("name", "data")
		s.need("name")
		name := s.str("name", 1, 20)
		if names[name] {
			s.fail("/name", "must be unique: "+name)
		}
		names[name] = true
		s.points(categories)
	}
}

// categories gives the labels of the x axis.
func (n node) categories() map[string]bool {
	axis, found := n.child("axis_config")
	if !found {
		return nil
	}
	axis.allow("categories", "x_label", "y_label")
	axis.need("categories")
	axis.str("x_label", 0, 50)
	axis.str("y_label", 0, 50)
	list, _ := axis.m["categories"].([]any)
	if len(list) < 1 || len(list) > 20 {
		axis.fail("/categories", "must have 1 to 20 items")
	}
	out := map[string]bool{}
	for i, item := range list {
		label, _ := item.(string)
		axis.length("/categories/"+strconv.Itoa(i), label, span{1, 20})
		if out[label] {
			axis.fail("/categories/"+strconv.Itoa(i), "must be unique: "+label)
		}
		out[label] = true
	}
	return out
}

// points checks that a series has exactly one point for each category.
func (n node) points(categories map[string]bool) {
	seen := map[string]bool{}
	for _, p := range n.items("data", 1, 20) {
		p.allow("label", "value")
		p.need("label")
		p.number("value")
		label := p.str("label", 1, 20)
		if !categories[label] || seen[label] {
			p.fail("/label", "must be one of axis_config.categories, once: "+label)
		}
		seen[label] = true
	}
	if len(seen) != len(categories) {
		n.fail("/data", "must have exactly one point for every category")
	}
}
