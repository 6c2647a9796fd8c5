package slack

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// payload is what slipway reads of an interaction; what it does not know of is
// ignored. slack-go's own type reads the blocks of the message as well, and
// one block that it does not know makes a click fail.
// Source: docs.slack.dev/reference/interaction-payloads.
type payload struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Team        struct {
		ID           string `json:"id"`
		EnterpriseID string `json:"enterprise_id"`
	} `json:"team"` // null where the app is installed for an organisation
	Enterprise struct {
		ID string `json:"id"`
	} `json:"enterprise"`
	User struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"container"`
	Actions []did `json:"actions"`
	View    view  `json:"view"`
	// CallbackID, MessageTS and Message are of an entry in the menu of a message.
	CallbackID string `json:"callback_id"`
	MessageTS  string `json:"message_ts"`
	Message    struct {
		ThreadTS string `json:"thread_ts"`
	} `json:"message"`
	// BlockID and Value are the field in which somebody types, and what, where it
	// asks for options.
	BlockID string `json:"block_id"`
	Value   string `json:"value"`
}

// did is what somebody pressed or chose.
type did struct {
	Type     string `json:"type"`
	BlockID  string `json:"block_id"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"` // of a button
	URL      string `json:"url"`   // of a button that is a link
	Selected struct {
		Value string `json:"value"`
	} `json:"selected_option"` // of a menu
}

// asks says that something is wanted by it: a link leads there by itself, and a field
// of a form is read when that is sent.
func (d did) asks() bool { return d.Type == "button" && d.URL == "" || d.Type == "overflow" }

type view struct {
	ID              string `json:"id"`
	Hash            string `json:"hash"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	State           struct {
		Values map[string]map[string]json.RawMessage `json:"values"`
	} `json:"state"`
	raw []byte
}

// UnmarshalJSON reads a view, and keeps it as it came: a form is drawn again from it.
func (v *view) UnmarshalJSON(raw []byte) error {
	type plain view
	if err := json.Unmarshal(raw, (*plain)(v)); err != nil {
		return err
	}
	v.raw = bytes.Clone(raw)
	return nil
}

// channel is where the click happened, as far as the payload says. A view names none,
// and carries where it was asked for.
func (p payload) channel() string {
	carried, _ := blocks.ReadContext(p.View.PrivateMetadata) // a message carries nothing
	return cmp.Or(p.Container.ChannelID, p.Channel.ID, carried.Channel)
}

// thread is the thread that was clicked in; empty for a message that stands in
// the channel, also if it is the first one of a thread: there an answer is to be
// seen.
func (p payload) thread() string {
	if p.Container.ThreadTS == p.Container.MessageTS {
		return ""
	}
	return p.Container.ThreadTS
}

// origin is where the payload says that it comes from.
func (p payload) origin() origin {
	return origin{team: p.Team.ID, own: p.User.TeamID, enterprise: cmp.Or(p.Team.EnterpriseID, p.Enterprise.ID)}
}

// entered are the values of a form's fields, by block_id. Every field of ours
// holds one element, so its action_id does not matter.
func (v view) entered() map[string]string {
	out := map[string]string{}
	for field, elements := range v.State.Values {
		for _, raw := range elements {
			var e struct {
				Value    string `json:"value"`
				Selected struct {
					Value string `json:"value"`
				} `json:"selected_option"`
			}
			if json.Unmarshal(raw, &e) != nil {
				continue
			}
			if out[field] = e.Value; e.Value == "" {
				out[field] = e.Selected.Value
			}
		}
	}
	return out
}
