package slacksim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// stateOf is state.values: what stands in the input elements of blocks, either
// entered by the person or given by the bot to begin with. entered goes by
// block_id, by action_id, or by the label of the input.
func stateOf(blocks json.RawMessage, entered map[string]string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, b := range decodeBlocks(blocks) {
		for _, e := range elements(b) {
			kind := str(e, "type")
			if kind == "button" || kind == "overflow" {
				continue
			}
			id := str(b, "block_id")
			if out[id] == nil {
				out[id] = map[string]any{}
			}
			out[id][str(e, "action_id")] = stateEntry(b, e, entered)
		}
	}
	return out
}

func stateEntry(block, element object, entered map[string]string) object {
	if value, found := enteredIn(block, entered); found {
		return entry(element, value)
	}
	return initialEntry(element)
}

// initialEntry is an element that nobody has touched.
func initialEntry(e object) object {
	kind := str(e, "type")
	out := object{"type": kind, valueKey(kind): nil}
	for _, key := range []string{
		"initial_value", "initial_option", "initial_options", "initial_user", "initial_users",
		"initial_conversation", "initial_conversations", "initial_channel", "initial_channels",
		"initial_date", "initial_time", "initial_date_time",
	} {
		if value, found := e[key]; found {
			out[valueKey(kind)] = value
		}
	}
	return out
}

// entry is an element into which a person has put a value; several choices are
// separated by commas.
func entry(e object, value string) object {
	kind := str(e, "type")
	out := object{"type": kind}
	switch key := valueKey(kind); key {
	case "selected_option":
		out[key] = pick(e, value)
	case "selected_options":
		var all []any
		for part := range strings.SplitSeq(value, ",") {
			if option := pick(e, part); option != nil {
				all = append(all, option)
			}
		}
		out[key] = all
	case "selected_users", "selected_conversations", "selected_channels":
		out[key] = strings.Split(value, ",")
	case "selected_date_time":
		seconds, _ := strconv.ParseInt(value, 10, 64) // what is no number is refused by the bot
		out[key] = seconds
	default:
		out[key] = value
	}
	return out
}

// pick gives the option of that value or label, or the one whose label begins
// with that word. Nobody can choose what a menu does not list: then it is nil.
// A menu whose options come from the bot lists none here: then it is the value
// itself.
func pick(e object, value string) any {
	all := options(e)
	for _, o := range all {
		if str(o, "value") == value || label(o, "text") == value {
			return o
		}
	}
	for _, o := range all {
		if strings.HasPrefix(label(o, "text"), value+" ") {
			return o
		}
	}
	if len(all) > 0 {
		return nil
	}
	return object{"text": object{"type": "plain_text", "text": value}, "value": value}
}

// valueKey is the key under which state.values holds an element's value.
func valueKey(kind string) string {
	switch kind {
	case "static_select", "external_select", "radio_buttons":
		return "selected_option"
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options"
	case "datepicker":
		return "selected_date"
	case "timepicker":
		return "selected_time"
	case "datetimepicker":
		return "selected_date_time"
	case "users_select", "conversations_select", "channels_select":
		return "selected_" + strings.TrimSuffix(kind, "s_select")
	case "multi_users_select", "multi_conversations_select", "multi_channels_select":
		return "selected_" + strings.TrimSuffix(strings.TrimPrefix(kind, "multi_"), "_select")
	default:
		return "value"
	}
}

// chosen is the choice of an option as an action of block_actions has it.
func chosen(kind string, option object) object {
	if strings.HasPrefix(kind, "multi_") || kind == "checkboxes" {
		return object{"selected_options": []object{option}}
	}
	return object{"selected_option": option}
}

// missing names the first input that the person must still fill in; Slack's
// client does not submit before.
func missing(blocks json.RawMessage, state map[string]map[string]any) error {
	for _, b := range decodeBlocks(blocks) {
		if str(b, "type") != "input" || b["optional"] == true {
			continue
		}
		e := asObject(b["element"])
		have := asObject(state[str(b, "block_id")][str(e, "action_id")])
		if value := have[valueKey(str(e, "type"))]; value == nil || value == "" {
			return fmt.Errorf("the form cannot be submitted: %q is empty", label(b, "label"))
		}
	}
	return nil
}
