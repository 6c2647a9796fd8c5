package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Press says what a person presses: a button by its action_id, its block_id
// and action_id ("block/action"), or its label; an option of a menu by its
// label or value, or where several menus have such a one, by [PlaceOf].
type Press struct {
	User    string `json:"user"`
	Channel string `json:"channel"`
	// TS is the message; left out, it is the newest that the person sees with
	// such a button.
	TS     string `json:"ts"`
	Button string `json:"button"`
	// Version presses the button of an older version of the message (1 is the
	// first), as a person does whose screen is behind. 0 is the current one.
	Version int `json:"version"`
	// InView presses in the person's open modal, or else in their Home tab.
	InView bool `json:"in_view"`
	// Answer is the answer to the dialog that comes up where the element has a
	// confirm object, Yes or No. Nothing is sent before it is given, nor after No.
	Answer string `json:"answer"`
}

// The answers to a dialog.
const (
	Yes = "yes"
	No  = "no"
)

// AskedError says that a dialog has come up, so that nothing is sent yet.
type AskedError struct {
	Title, Text, Confirm, Deny string
}

// Error shows the dialog as a person sees it.
func (e *AskedError) Error() string {
	return fmt.Sprintf("a dialog asks: %s\n%s\n[%s] [%s]", e.Title, e.Text, e.Confirm, e.Deny)
}

// Click presses a button of a message: as a person would press it, so what the
// person cannot see cannot be pressed. Where a dialog comes up it is answered with
// yes.
func (s *Server) Click(ctx context.Context, user, channel, ts, button string) (Delivery, error) {
	return s.Press(ctx, Press{User: user, Channel: channel, TS: ts, Button: button, Answer: Yes})
}

// Press presses what p says. It is an [AskedError] where a dialog comes up that p
// has no answer for.
func (s *Server) Press(ctx context.Context, p Press) (Delivery, error) {
	r, err := s.PressRequest(p)
	if errors.Is(err, errDenied) {
		return Delivery{}, nil // the dialog is gone, and Slack tells the app nothing
	}
	if err != nil {
		return Delivery{}, err
	}
	s.mu.Lock()
	s.note(Change{Kind: ChangePressed, Channel: p.Channel, User: p.User, TS: p.TS, Text: p.Button})
	s.mu.Unlock()
	return s.Send(ctx, r), nil
}

// PressRequest builds and signs what Press sends, without sending it.
func (s *Server) PressRequest(p Press) (Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.user(p.User); u == nil || u.Deleted {
		return Request{}, fmt.Errorf("no user %q", p.User)
	}
	if err := s.placed(); err != nil {
		return Request{}, err
	}
	payload := s.payload("block_actions", p.User)
	var hit *target
	var err error
	if p.InView {
		hit, err = s.pressView(p, payload)
	} else {
		hit, err = s.pressMessage(p, payload)
	}
	if err != nil {
		return Request{}, err
	}
	if asked := hit.asks(); asked != nil && p.Answer != Yes {
		if p.Answer == No {
			return Request{}, errDenied
		}
		return Request{}, asked
	}
	payload["actions"] = []object{hit.action(s.nextTS())}
	return s.payloadRequest(payload)
}

// pressMessage finds the button in a message, and fills in where it stands.
func (s *Server) pressMessage(p Press, payload object) (*target, error) {
	c := s.channel(p.Channel)
	if c == nil || !c.has(p.User) {
		return nil, fmt.Errorf("%s is in no channel %q", p.User, p.Channel)
	}
	m, v, hit := s.findButton(c, p)
	if hit == nil {
		return nil, fmt.Errorf("%s sees no button %q in %s", s.displayName(p.User), p.Button, c.Name)
	}
	container := object{
		"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.EphemeralTo != "",
	}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	} else if c.active(m.TS) { // the first message of a thread is in it, too
		container["thread_ts"] = m.TS
	}
	payload["container"] = container
	payload["channel"] = object{"id": c.ID, "name": c.shownName()}
	payload["state"] = object{"values": stateOf(v.Blocks, nil)}
	if m.EphemeralTo == "" {
		payload["message"] = s.object(m, v)
	}
	payload["response_url"] = s.newHook("actions", hook{channel: c.ID, user: p.User, source: m.TS, threadTS: m.ThreadTS})
	return hit, nil
}

// findButton looks through the messages that a person sees, the newest first.
func (s *Server) findButton(c *conversation, p Press) (*Message, Version, *target) {
	for _, m := range slices.Backward(c.messages) {
		if (p.TS != "" && m.TS != p.TS) || c.shown(m.TS, p.User) != m || p.Version > len(m.Versions) {
			continue
		}
		v := m.Current()
		if p.Version > 0 {
			v = m.Versions[p.Version-1]
		}
		if hit := find(v.Blocks, p.Button); hit != nil {
			return m, v, hit
		}
	}
	return nil, Version{}, nil
}

func (s *Server) pressView(p Press, payload object) (*target, error) {
	v := s.top(p.User)
	if v == nil {
		v = s.homes[p.User]
	}
	if v == nil {
		return nil, fmt.Errorf("%s has no view open", s.displayName(p.User))
	}
	hit := find(v.Blocks, p.Button)
	if hit == nil {
		return nil, fmt.Errorf("%s sees no button %q in the view", s.displayName(p.User), p.Button)
	}
	payload["container"] = object{"type": "view", "view_id": v.ID}
	payload["view"] = s.viewObject(v)
	return hit, nil
}

// errDenied says that a dialog was answered with no.
var errDenied = errors.New("the dialog was answered with no, so there is no request")

// asks is the dialog that comes up before the press is sent; nil: none does.
func (t *target) asks() *AskedError {
	d := asObject(t.element["confirm"])
	if d == nil {
		return nil
	}
	return &AskedError{Title: label(d, "title"), Text: label(d, "text"), Confirm: label(d, "confirm"), Deny: label(d, "deny")}
}

// target is the element that is pressed, and the option within it.
type target struct {
	blockID         string
	element, option object
}

func find(blocks json.RawMessage, what string) *target {
	for _, b := range decodeBlocks(blocks) {
		id := str(b, "block_id")
		for _, e := range elements(b) {
			if hit, option := match(e, id, what); hit {
				return &target{blockID: id, element: e, option: option}
			}
		}
	}
	return nil
}

// match says whether an element, or one of its options, is what is meant.
func match(e object, blockID, what string) (hit bool, option object) {
	action := str(e, "action_id")
	if what == action || what == blockID+"/"+action || (what != "" && strings.EqualFold(what, plainLabel(e))) {
		return true, nil
	}
	for _, o := range options(e) {
		if strings.EqualFold(what, label(o, "text")) || what == str(o, "value") || what == PlaceOf(blockID, action, str(o, "value")) {
			return true, o
		}
	}
	return false, nil
}

// plainLabel is a button's text as it is seen: emoji shown, and no matter
// whether what is looked for names them. People find a label whatever its case.
func plainLabel(e object) string { return strings.TrimSpace(emoji(label(e, "text"))) }

// action is the pressed element in the shape of block_actions.
func (t *target) action(ts string) object {
	out := object{"action_ts": ts, "block_id": t.blockID}
	for _, key := range []string{"type", "action_id", "text", "value", "style", "confirm", "url"} {
		if value, found := t.element[key]; found {
			out[key] = value
		}
	}
	if t.option != nil {
		maps.Copy(out, chosen(str(t.element, "type"), t.option))
	}
	return out
}

// payload is what all interactive payloads have in common.
func (s *Server) payload(kind, user string) object {
	u := s.user(user)
	team, enterprise := s.source(user)
	return object{
		"type": kind, "team": team, "enterprise": enterprise, "is_enterprise_install": s.opts.OrgWide,
		"user":       object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"api_app_id": s.opts.AppID, "token": legacyProof, "trigger_id": s.newTrigger(u.ID),
	}
}

func (s *Server) payloadRequest(payload object) (Request, error) {
	raw, err := json.Marshal(payload)
	if err != nil {
		return Request{}, fmt.Errorf("write the payload: %w", err)
	}
	return s.formRequest("/slack/interactions", url.Values{"payload": {string(raw)}}), nil
}
