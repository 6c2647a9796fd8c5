package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// SubmitView fills in the modal that a person has open and submits it. values
// go by block_id, action_id or label of the input. What the bot answers
// (errors, update, push, clear, or nothing) is carried out. Menus are chosen from
// before that, one after the other as they stand in the form, of which the bot is told
// where it asks for that.
func (s *Server) SubmitView(ctx context.Context, user string, values map[string]string) (Delivery, error) {
	if err := s.chooseAll(ctx, user, values); err != nil {
		return Delivery{}, err
	}
	r, id, err := s.submitRequest(user, values)
	if err != nil {
		return Delivery{}, err
	}
	d := s.Send(ctx, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.openView(func(v *View) bool { return v.ID == id })
	if v == nil {
		return d, nil // closed in the meantime by somebody else
	}
	s.submitAnswer(v, d)
	if now := s.top(user); now != nil {
		d.Shown = renderView(now, s.displayName)
	}
	return d, nil
}

// CloseView closes the modal that a person has open, by its cross. The bot is
// told if the view asks for that.
func (s *Server) CloseView(ctx context.Context, user string) (Delivery, error) {
	s.mu.Lock()
	v := s.top(user)
	if v == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%s has no modal open", user)
	}
	payload := s.payload("view_closed", user)
	delete(payload, "trigger_id") // a closed view opens no other
	payload["view"], payload["is_cleared"], payload["response_urls"] = s.viewObject(v), false, []object{}
	r, err := s.payloadRequest(payload)
	tell := v.NotifyOnClose
	s.closeViews(user, 1)
	s.mu.Unlock()
	if err != nil || !tell {
		return Delivery{}, err
	}
	return s.Send(ctx, r), nil
}

func (s *Server) submitRequest(user string, values map[string]string) (r Request, id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.top(user)
	if v == nil || s.user(user) == nil {
		return Request{}, "", fmt.Errorf("%s has no modal open", user)
	}
	state := v.state(withoutMenus(v.Blocks, values))
	if err := missing(v.Blocks, state); err != nil {
		return Request{}, "", err
	}
	v.Values, v.Errors = state, nil
	s.note(Change{Kind: ChangeSubmitted, User: user, TS: v.ID, Text: rawLabel(v.Title)})
	payload := s.payload("view_submission", user)
	payload["view"], payload["response_urls"] = s.viewObject(v), []object{}
	r, err = s.payloadRequest(payload)
	return r, v.ID, err
}

// chooseAll chooses in every menu of a form whose options come from the bot, or of
// whose choice it wants to know, what is not chosen there already.
func (s *Server) chooseAll(ctx context.Context, user string, values map[string]string) error {
	for _, b := range s.menus(user) {
		value, wanted := enteredIn(b, values)
		if !wanted || s.isChosen(user, b, value) {
			continue
		}
		if _, err := s.Choose(ctx, user, str(b, "block_id"), value); err != nil {
			return err
		}
	}
	return nil
}

// menus are the fields of the modal that somebody has open which are chosen from before
// it is sent.
func (s *Server) menus(user string) []object {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.top(user)
	if v == nil {
		return nil
	}
	return slices.DeleteFunc(decodeBlocks(v.Blocks), func(b object) bool { return !isMenu(b) })
}

func isMenu(block object) bool {
	kind := str(asObject(block["element"]), "type")
	return str(block, "type") == "input" && (kind == "external_select" || kind == "static_select" && block["dispatch_action"] == true)
}

// withoutMenus are the values of the other fields.
func withoutMenus(blocks json.RawMessage, values map[string]string) map[string]string {
	rest := maps.Clone(values)
	for _, b := range decodeBlocks(blocks) {
		if isMenu(b) {
			for _, key := range namesOf(b) {
				delete(rest, key)
			}
		}
	}
	return rest
}

// trouble is what Slack shows in a modal when the bot does not answer well.
const trouble = "We had some trouble connecting. Try again?"

// submitAnswer carries out the bot's answer to a view_submission.
func (s *Server) submitAnswer(v *View, d Delivery) {
	var a struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if !d.Good() || !d.understood() || (d.Body != "" && json.Unmarshal([]byte(d.Body), &a) != nil) {
		s.complain(v, map[string]string{"": trouble})
		return
	}
	switch a.Action {
	case "":
		s.closeViews(v.User, 1)
	case "clear":
		s.closeViews(v.User, maxStack)
	case "errors":
		if !inputsOnly(v.Blocks, a.Errors) {
			a.Errors = map[string]string{"": trouble}
		}
		s.complain(v, a.Errors)
	case "update", "push":
		s.submitView(v, a.Action, a.View)
	default:
		s.complain(v, map[string]string{"": trouble})
	}
}

func (s *Server) submitView(v *View, action string, raw json.RawMessage) {
	fresh, err := s.parseView(string(raw), "modal", v.ID)
	switch {
	case err != nil || (action == "push" && len(s.stacks[v.User]) >= maxStack):
		s.complain(v, map[string]string{"": trouble})
	case action == "push":
		s.push(v.User, fresh)
	default:
		s.replace(v, fresh)
	}
}

func (s *Server) complain(v *View, errors map[string]string) {
	v.Errors = errors
	s.noteView(v)
}

// inputsOnly says whether all errors stand at input blocks, the only place
// where Slack shows them.
func inputsOnly(blocks json.RawMessage, errors map[string]string) bool {
	inputs := map[string]bool{}
	for _, b := range decodeBlocks(blocks) {
		inputs[str(b, "block_id")] = str(b, "type") == "input"
	}
	for id := range errors {
		if !inputs[id] {
			return false
		}
	}
	return len(errors) > 0
}
