package slack

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// request is one thing that Slack asks of slipway, read. It is the same whether
// it came as a body over HTTP or in an envelope over a socket: what differs is
// only how it is read and how its [reply] is written.
//
//sumtype:decl
type request interface {
	// id is the request's own, which a repeat has too; empty: repeating it does no
	// harm.
	id() string
}

type (
	// command is a slash command that somebody typed.
	command struct {
		Name       string `json:"command"`
		Text       string `json:"text"`
		User       string `json:"user_id"`
		Channel    string `json:"channel_id"`
		Trigger    string `json:"trigger_id"`
		Hook       string `json:"response_url"`
		Team       string `json:"team_id"`
		Enterprise string `json:"enterprise_id"`
	}
	// action is a button of ours that somebody pressed, or an option of a menu.
	action struct {
		act             bot.Action // empty: another version of slipway made it
		release, value  string
		user, trigger   string
		channel, thread string
		hook            string
		from            origin
	}
	// opening is a button that opens the form of a verb.
	opening struct {
		verb          string
		user, trigger string
		from          origin
	}
	// shortcut is our entry in the menu of a message, which was sent at that time.
	shortcut struct {
		user, trigger   string
		channel, thread string
		hook            string
		at              time.Time
		from            origin
	}
	// submission is a form that somebody sent.
	submission struct {
		form    string // its callback_id
		view    string // its own id, which a form in its place keeps
		key     string // its own id: one form may be sent several times, until it is right
		trigger string
		carried string // what it carried along
		entered map[string]string
		user    string
		from    origin
	}
	// suggestion is what somebody types into a field that asks what there is to choose
	// from.
	suggestion struct {
		form, view   string // the form's callback_id, and its own id
		field, typed string
		carried      string
		user         string
		from         origin
	}
	// choice is what somebody chose in a form that is not sent yet.
	choice struct {
		view, hash string
		raw        []byte // the form as it stands
		entered    map[string]string
		user       string
		from       origin
	}
	// mention is somebody who calls slipway by its name.
	mention struct {
		delivery
		message
	}
	// turnover is somebody, or who is in a group, that has changed.
	turnover struct {
		delivery
		changed bot.Turnover
	}
	// opened is somebody who looks at one of the app's tabs.
	opened struct {
		delivery
		user, tab string
	}
	// moved is a channel that has another id from now on.
	moved struct {
		delivery
		before, after string
	}
	// challenge is Slack's question whether it is slipway that answers at an
	// address.
	challenge struct{ text string }
	// nothing is what asks nothing of slipway: it is acknowledged.
	nothing struct{}
)

func (c command) id() string  { return "command " + c.User + " " + c.Trigger }
func (a action) id() string   { return "action " + a.user + " " + a.trigger }
func (o opening) id() string  { return "opening " + o.user + " " + o.trigger }
func (s shortcut) id() string { return "shortcut " + s.user + " " + s.trigger }
func (suggestion) id() string { return "" }
func (choice) id() string     { return "" }
func (m mention) id() string  { return "event " + m.EventID }
func (t turnover) id() string { return "event " + t.EventID }
func (o opened) id() string   { return "event " + o.EventID }
func (m moved) id() string    { return "event " + m.EventID }
func (challenge) id() string  { return "" }
func (nothing) id() string    { return "" }
func (s submission) id() string {
	if s.trigger == "" {
		return ""
	}
	return "submission " + s.user + " " + s.trigger
}

// reply is where an answer to a command goes.
func (c command) reply() bot.Reply {
	return bot.Reply{To: bot.Person{ID: c.User}, Channel: c.Channel, URL: c.Hook}
}

// errMalformed says that something is no request of Slack's.
var errMalformed = errors.New("this is no request of Slack's")

// commandBody reads a slash command from a body.
func commandBody(body []byte) (request, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errMalformed
	}
	if form.Get("ssl_check") == "1" {
		return nothing{}, nil
	}
	return command{
		Name: form.Get("command"), Text: form.Get("text"), User: form.Get("user_id"), Channel: form.Get("channel_id"),
		Trigger: form.Get("trigger_id"), Hook: form.Get("response_url"), Team: form.Get("team_id"), Enterprise: form.Get("enterprise_id"),
	}.checked()
}

func (c command) checked() (request, error) {
	if !blocks.ValidUserID(c.User) || c.Trigger == "" {
		return nil, errMalformed
	}
	return c, nil
}

// interactionBody reads a click or a form from a body: from the body alone, since
// the signature does not cover the URL.
func interactionBody(body []byte) (request, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errMalformed
	}
	if form.Get("ssl_check") == "1" {
		return nothing{}, nil
	}
	return interaction([]byte(form.Get("payload")))
}

// interaction reads what somebody did in a message or a view.
func interaction(raw []byte) (request, error) {
	var p payload
	if json.Unmarshal(raw, &p) != nil || !blocks.ValidUserID(p.User.ID) {
		return nil, errMalformed
	}
	switch p.Type {
	case "block_actions":
		if p.chose() {
			return choice{view: p.View.ID, hash: p.View.Hash, raw: p.View.raw, entered: p.View.entered(), user: p.User.ID, from: p.origin()}, nil
		}
		return p.action(), nil
	case "view_submission":
		return submission{
			form: p.View.CallbackID, view: p.View.ID, key: "view." + p.View.ID + "." + p.View.Hash + "." + p.TriggerID, carried: p.View.PrivateMetadata,
			trigger: p.TriggerID, entered: p.View.entered(), user: p.User.ID, from: p.origin(),
		}, nil
	case "message_action":
		return p.shortcut()
	case "block_suggestion":
		return suggestion{
			form: p.View.CallbackID, view: p.View.ID, field: p.BlockID, typed: p.Value, carried: p.View.PrivateMetadata, user: p.User.ID, from: p.origin(),
		}, nil
	}
	return nothing{}, nil
}

// chose says whether something was chosen in a form, of which more is shown then.
func (p payload) chose() bool {
	for _, a := range p.Actions {
		if p.View.ID != "" && blocks.IsChoice(p.View.CallbackID, a.BlockID) {
			return true
		}
	}
	return false
}

// action is the button of ours that was pressed. A link asks nothing.
func (p payload) action() request {
	for _, a := range p.Actions {
		if p.TriggerID == "" {
			return nothing{}
		}
		if verb, opens := blocks.Opens(a.ActionID); opens {
			return opening{verb: verb, user: p.User.ID, trigger: p.TriggerID, from: p.origin()}
		}
		id, encoded, ours := blocks.Pressed(a.ActionID, a.Value, a.Selected.Value)
		release, value, valid := blocks.Decode(encoded)
		switch {
		case ours && valid:
			return p.pressed(action{act: id, release: release, value: value})
		case ours || a.asks():
			return p.pressed(action{})
		}
	}
	return nothing{}
}

// pressed adds who pressed a button, and where.
func (p payload) pressed(a action) action {
	a.user, a.trigger, a.from = p.User.ID, p.TriggerID, p.origin()
	a.channel, a.thread, a.hook = p.channel(), p.thread(), p.ResponseURL
	return a
}

// delivery is what slipway reads of how an event was delivered.
// Source: docs.slack.dev/apis/events-api.
type delivery struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	EnterpriseID   string          `json:"enterprise_id"`
	EventID        string          `json:"event_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		TeamID string `json:"team_id"`
		UserID string `json:"user_id"`
	} `json:"authorizations"`
	AuthedUsers []string `json:"authed_users"` // older deliveries
}

// isFor says whether the event is told to slipway in a workspace. Where one of
// another workspace happens in a channel that is shared, the delivery names that
// one, and ours among the authorizations.
func (d delivery) isFor(team string) bool {
	for _, a := range d.Authorizations {
		if a.TeamID == team {
			return true
		}
	}
	return d.TeamID == team
}

// names are the accounts by which an event may call slipway.
func (d delivery) names(botUser string) []string {
	names := append([]string{botUser}, d.AuthedUsers...)
	for _, a := range d.Authorizations {
		names = append(names, a.UserID)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// event reads an event.
func event(raw []byte) (request, error) {
	var d delivery
	if json.Unmarshal(raw, &d) != nil {
		return nil, errMalformed
	}
	switch {
	case d.Type == "url_verification":
		return challenge{d.Challenge}, nil
	case d.Type != "event_callback" || d.EventID == "":
		return nothing{}, nil
	}
	var inner struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(d.Event, &inner) // what cannot be read has no type
	switch inner.Type {
	case "app_mention":
		return d.mention()
	case "user_change", "team_join", "subteam_members_changed", "subteam_updated", "subteam_created":
		return d.turnover()
	case "app_home_opened":
		return d.opened()
	case "channel_id_changed":
		return d.moved()
	}
	return nothing{}, nil
}

func (d delivery) mention() (request, error) {
	m := mention{delivery: d}
	if json.Unmarshal(d.Event, &m.message) != nil {
		return nil, errMalformed
	}
	return m, nil
}

// opened is who looks at which of the app's tabs.
func (d delivery) opened() (request, error) {
	var o struct {
		User string `json:"user"`
		Tab  string `json:"tab"`
	}
	if json.Unmarshal(d.Event, &o) != nil {
		return nil, errMalformed
	}
	return opened{d, o.User, o.Tab}, nil
}

// moved is which channel got which id. What is no id of a channel's asks nothing.
func (d delivery) moved() (request, error) {
	var m struct {
		Before string `json:"old_channel_id"`
		After  string `json:"new_channel_id"`
	}
	if json.Unmarshal(d.Event, &m) != nil {
		return nil, errMalformed
	}
	if !blocks.ValidChannelID(m.Before) || !blocks.ValidChannelID(m.After) || m.Before == m.After {
		return nothing{}, nil
	}
	return moved{d, m.Before, m.After}, nil
}

// turnover is whom an event about people is about. What they are by now is asked
// for, so that an event which comes late says nothing old.
func (d delivery) turnover() (request, error) {
	var t struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
		SubteamID string `json:"subteam_id"`
		Subteam   struct {
			ID string `json:"id"`
		} `json:"subteam"`
	}
	if json.Unmarshal(d.Event, &t) != nil {
		return nil, errMalformed
	}
	changed := bot.Turnover{Account: t.User.ID, Group: t.SubteamID}
	if changed.Group == "" {
		changed.Group = t.Subteam.ID
	}
	return turnover{d, changed}, nil
}
