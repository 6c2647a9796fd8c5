package slacksim

import (
	"slices"
	"strings"
)

// inActions are the elements of an actions block; a section's accessory may be
// one of them or an image.
func inActions() []string {
	return []string{
		"button", "overflow", "radio_buttons", "checkboxes", "datepicker", "timepicker", "datetimepicker",
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
		"multi_static_select", "multi_external_select", "multi_users_select",
		"multi_conversations_select", "multi_channels_select",
	}
}

// inInput are the elements of an input block: no buttons, but text fields.
func inInput() []string {
	fields := slices.DeleteFunc(inActions(), func(kind string) bool { return kind == "button" || kind == "overflow" })
	return append(fields, "plain_text_input", "number_input", "email_text_input", "url_text_input")
}

// element checks an element that stands where only some types are allowed.
func (n node) element(allowed []string) {
	if !slices.Contains(allowed, n.kind()) {
		n.fail("/type", "unsupported type: "+n.kind())
		return
	}
	n.claimAction()
	n.confirm()
	switch n.kind() {
	case "image":
		n.allow("type", "image_url", "slack_file", "alt_text")
		n.picture()
	case "button":
		n.button()
	case "overflow":
		n.allow("type", "action_id", "options", "confirm")
		for _, o := range n.items("options", 1, 5) { // one is enough: slackapi/python-slack-sdk#1218
			o.option(plain(75), "url")
		}
	case "radio_buttons", "checkboxes":
		n.allow("type", "action_id", "options", "initial_option", "initial_options", "confirm", "focus_on_load", "visible_to_user_ids")
		for _, o := range n.items("options", 1, 10) {
			o.option(mrkdwn(75))
		}
		n.boolean("focus_on_load")
	case "datepicker", "timepicker", "datetimepicker":
		n.allow("type", "action_id", "placeholder", "initial_date", "initial_time", "initial_date_time",
			"timezone", "confirm", "focus_on_load")
		n.text("placeholder", plain(150))
		n.boolean("focus_on_load")
	default:
		if strings.HasSuffix(n.kind(), "_select") {
			n.choice()
		} else {
			n.textField()
		}
	}
}

// claimAction checks the action_id and that no other element of the block
// has it.
func (n node) claimAction() {
	id := n.str("action_id", 0, 255)
	if id == "" {
		return
	}
	if n.c.actions[id] {
		n.fail("/action_id", "action_id already exists: "+id)
	}
	n.c.actions[id] = true
}

// confirm checks the dialog that asks "are you sure?".
func (n node) confirm() {
	d, found := n.child("confirm")
	if !found {
		return
	}
	d.allow("title", "text", "confirm", "deny", "style")
	d.need("title", "text", "confirm", "deny")
	d.text("title", plain(100))
	d.text("text", mrkdwn(300))
	d.text("confirm", plain(30))
	d.text("deny", plain(30))
	d.oneOf("style", "primary", "danger")
}

func (n node) button() {
	n.allow("type", "action_id", "text", "url", "value", "style", "confirm", "accessibility_label", "visible_to_user_ids")
	n.need("text")
	n.text("text", plain(75))
	n.str("url", 0, 3000)
	n.str("value", 0, 2000)
	n.str("accessibility_label", 0, 75)
	n.oneOf("style", "primary", "danger")
}

func (n node) option(rule textRule, extra ...string) {
	n.allow(append([]string{"text", "value", "description"}, extra...)...)
	n.need("text", "value")
	n.text("text", rule)
	n.str("value", 0, 75)
	n.text("description", textRule{most: 75, plain: rule.plain})
	n.str("url", 0, 3000)
}

// choice checks the select menus, of one and of many.
func (n node) choice() {
	common := []string{"type", "action_id", "placeholder", "confirm", "focus_on_load", "max_selected_items"}
	n.text("placeholder", plain(150))
	n.boolean("focus_on_load")
	switch strings.TrimPrefix(n.kind(), "multi_") {
	case "static_select":
		n.allow(append(common, "options", "option_groups", "initial_option", "initial_options")...)
		n.staticOptions()
	case "external_select":
		n.allow(append(common, "min_query_length", "initial_option", "initial_options")...)
	case "users_select":
		n.allow(append(common, "initial_user", "initial_users")...)
	case "conversations_select":
		n.allow(append(common, "initial_conversation", "initial_conversations",
			"default_to_current_conversation", "response_url_enabled", "filter")...)
	case "channels_select":
		n.allow(append(common, "initial_channel", "initial_channels", "response_url_enabled")...)
	}
}

func (n node) staticOptions() {
	if n.has("options") == n.has("option_groups") {
		n.fail("", "must have exactly one of options and option_groups")
		return
	}
	if n.has("options") {
		n.optionList()
		return
	}
	for _, g := range n.items("option_groups", 1, 100) {
		g.allow("label", "options")
		g.need("label")
		g.text("label", plain(75))
		g.optionList()
	}
}

func (n node) optionList() {
	for _, o := range n.items("options", 1, 100) {
		o.option(plain(75))
	}
}

func (n node) textField() {
	common := []string{"type", "action_id", "placeholder", "initial_value", "dispatch_action_config", "focus_on_load"}
	n.text("placeholder", plain(150))
	n.str("initial_value", 0, 3000)
	n.boolean("focus_on_load")
	switch n.kind() {
	case "plain_text_input":
		n.allow(append(common, "multiline", "min_length", "max_length")...)
		n.boolean("multiline")
		n.integer("min_length", 0, 3000)
		n.integer("max_length", 1, 3000)
	case "number_input":
		n.allow(append(common, "is_decimal_allowed", "min_value", "max_value")...)
		n.need("is_decimal_allowed")
	default:
		n.allow(common...)
	}
}
