package slacksim

import (
	"fmt"
	"strconv"
	"strings"
)

// rich shows rich text, inline elements and lists alike.
func (r renderer) rich(list []object) string {
	var out []string
	for _, e := range list {
		inner := objects(e["elements"])
		switch str(e, "type") {
		case "rich_text_list":
			for i, item := range inner {
				bullet := "• "
				if str(e, "style") == "ordered" {
					bullet = strconv.Itoa(i+1) + ". "
				}
				out = append(out, bullet+indentRest(r.inline(objects(item["elements"])), "  "))
			}
		case "rich_text_quote":
			out = append(out, "> "+indentRest(r.inline(inner), "> "))
		default:
			out = append(out, strings.TrimRight(r.inline(inner), "\n"))
		}
	}
	return strings.Join(out, "\n")
}

func (r renderer) inline(list []object) string {
	var out strings.Builder
	for _, e := range list {
		switch str(e, "type") {
		case "text":
			out.WriteString(str(e, "text"))
		case "link":
			out.WriteString(strings.TrimLeft(str(e, "text")+" <"+str(e, "url")+">", " "))
		case "user":
			out.WriteString("@" + firstOf(r.names(str(e, "user_id")), str(e, "user_id")))
		case "usergroup":
			out.WriteString("@" + firstOf(r.names(str(e, "usergroup_id")), str(e, "usergroup_id")))
		case "channel":
			out.WriteString("#" + firstOf(r.names(str(e, "channel_id")), str(e, "channel_id")))
		case "broadcast":
			out.WriteString("@" + str(e, "range"))
		case "emoji":
			out.WriteString(emoji(":" + str(e, "name") + ":"))
		case "date":
			out.WriteString(str(e, "fallback"))
		}
	}
	return out.String()
}

// data shows tables and charts.
func (r renderer) data(b object) string {
	switch str(b, "type") {
	case "table":
		return r.grid(b)
	case "data_table":
		return str(b, "caption") + "\n" + r.grid(b)
	case "data_visualization":
		return str(b, "title") + "\n" + chart(asObject(b["chart"]))
	default:
		return ""
	}
}

func (r renderer) grid(b object) string {
	var rows [][]string
	var widths []int
	list, _ := b["rows"].([]any)
	for _, row := range list {
		var cells []string
		for i, c := range objects(row) {
			cells = append(cells, r.cell(c))
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(cells[i]))
		}
		rows = append(rows, cells)
	}
	lines := make([]string, len(rows))
	for i, cells := range rows {
		for j, cell := range cells {
			cells[j] = pad(cell, widths[j])
		}
		lines[i] = strings.TrimRight(strings.Join(cells, "  "), " ")
	}
	return strings.Join(lines, "\n")
}

func (r renderer) cell(c object) string {
	switch str(c, "type") {
	case "raw_number":
		if text := str(c, "text"); text != "" {
			return text
		}
		return number(c["value"])
	case "rich_text":
		return r.rich(objects(c["elements"]))
	case "action":
		return r.element(asObject(c["element"]))
	default:
		return str(c, "text")
	}
}

func number(value any) string {
	f, _ := value.(float64)
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// chart shows a series as a row of bars with its first, last and highest
// value, and a pie as its shares.
func chart(c object) string {
	var lines []string
	for _, s := range objects(c["segments"]) {
		lines = append(lines, pad(str(s, "label"), 20)+"  "+number(s["value"]))
	}
	for _, s := range objects(c["series"]) {
		lines = append(lines, pad(str(s, "name"), 20)+"  "+bars(objects(s["data"])))
	}
	return strings.Join(lines, "\n")
}

func bars(points []object) string {
	var values []float64
	low, high := 0.0, 0.0
	for _, p := range points {
		v, _ := p["value"].(float64)
		values = append(values, v)
		low, high = min(low, v), max(high, v)
	}
	steps := []rune("▁▂▃▄▅▆▇█")
	var out strings.Builder
	for _, v := range values {
		step := 0
		if high > low {
			step = int((v - low) / (high - low) * float64(len(steps)-1))
		}
		out.WriteRune(steps[step])
	}
	if len(values) == 0 {
		return ""
	}
	return fmt.Sprintf("%s  %g … %g ↑ %g", out.String(), values[0], values[len(values)-1], high)
}
