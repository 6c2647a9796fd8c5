package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// usualQuery is how many letters Slack waits for where a menu does not say.
const usualQuery = 3

// Offer is one option that a menu offers.
type Offer struct {
	Group       string `json:"group,omitempty"`
	Text        string `json:"text"`
	Description string `json:"description,omitempty"`
	Value       string `json:"value"`
	option      object
}

// String is an option as it is read.
func (o Offer) String() string {
	return strings.TrimSpace(emoji(o.Text) + " " + strings.TrimSpace(emoji(o.Description)))
}

// Suggest types into a menu of the modal that a person has open, and gives what the
// bot offers for it. The menu is meant by its block_id, action_id or label. Where
// fewer letters were typed than the menu waits for, the bot is not asked.
func (s *Server) Suggest(ctx context.Context, user, field, typed string) ([]Offer, Delivery, error) {
	r, err := s.SuggestRequest(user, field, typed)
	if errors.Is(err, errTooShort) {
		return nil, Delivery{}, nil
	}
	if err != nil {
		return nil, Delivery{}, err
	}
	d := s.Send(ctx, r)
	if !d.Good() || !d.understood() {
		return nil, d, nil // the menu says that it could not be loaded
	}
	offers, err := readOffers([]byte(d.Body))
	d.Shown = shownOffers(offers)
	return offers, d, err
}

var errTooShort = errors.New("the menu waits for more letters")

// SuggestRequest builds and signs what Suggest sends, without sending it.
func (s *Server) SuggestRequest(user, field, typed string) (Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, block, err := s.fieldOf(user, field)
	if err != nil {
		return Request{}, err
	}
	e := asObject(block["element"])
	if str(e, "type") != "external_select" {
		return Request{}, fmt.Errorf("the options of %q do not come from the bot", field)
	}
	least := usualQuery
	if n, says := e["min_query_length"].(float64); says {
		least = int(n)
	}
	if utf8.RuneCountInString(typed) < least {
		return Request{}, errTooShort
	}
	payload := s.payload("block_suggestion", user)
	delete(payload, "trigger_id") // a menu opens nothing
	maps.Copy(payload, object{
		"block_id": str(block, "block_id"), "action_id": str(e, "action_id"), "value": typed,
		"container": object{"type": "view", "view_id": v.ID},
	})
	// What stands in the other fields is not told here (slackapi/bolt-js#1146).
	view := s.viewObject(v)
	view["state"] = object{"values": object{}}
	payload["view"] = view
	return s.payloadRequest(payload)
}

// fieldOf finds an input of the modal that a person has open.
func (s *Server) fieldOf(user, field string) (*View, object, error) {
	v := s.top(user)
	if v == nil || s.user(user) == nil {
		return nil, nil, fmt.Errorf("%s has no modal open", user)
	}
	for _, b := range decodeBlocks(v.Blocks) {
		if str(b, "type") == "input" && slices.Contains(namesOf(b), field) {
			return v, b, nil
		}
	}
	return nil, nil, fmt.Errorf("the form has no field %q", field)
}

// readOffers reads what the bot offers, and refuses what Slack would.
func readOffers(body []byte) ([]Offer, error) {
	var answer struct {
		Options *[]object `json:"options"`
		Groups  *[]object `json:"option_groups"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("read what the bot offers: %w", err)
	}
	if (answer.Options == nil) == (answer.Groups == nil) {
		return nil, errors.New("the bot must offer exactly one of options and option_groups")
	}
	var raw object
	_ = json.Unmarshal(body, &raw) // read a moment ago
	if answer.Groups == nil && len(*answer.Options) == 0 {
		return nil, nil // nothing was found, which Slack says
	}
	c := newChecker(SurfaceModal)
	node{c: c, at: "", m: raw}.staticOptions()
	if len(c.found) > 0 {
		return nil, fmt.Errorf("the options of the bot are refused: %v", c.found)
	}
	var offers []Offer
	add := func(group string, list []object) {
		for _, o := range list {
			offers = append(offers, Offer{group, label(o, "text"), label(o, "description"), str(o, "value"), o})
		}
	}
	add("", objects(raw["options"]))
	for _, g := range objects(raw["option_groups"]) {
		add(label(g, "label"), objects(g["options"]))
	}
	if len(offers) > maxOffers {
		return nil, fmt.Errorf("the bot offers %d options, at most %d are taken", len(offers), maxOffers)
	}
	return offers, nil
}

// maxOffers is how many options a menu takes from the bot.
const maxOffers = 100

func shownOffers(offers []Offer) string {
	var lines []string
	group := ""
	for _, o := range offers {
		if o.Group != group {
			group = o.Group
			lines = append(lines, group+":")
		}
		lines = append(lines, o.String())
	}
	if len(lines) == 0 {
		return "No results"
	}
	return strings.Join(lines, "\n")
}

// Choose chooses an option in a menu of the modal that a person has open, by its value
// or what it reads as; where the bot offers the options, the person types that first.
// An empty value empties the field. The bot is told if the field asks for that.
func (s *Server) Choose(ctx context.Context, user, field, value string) (Delivery, error) {
	option, err := s.optionFor(ctx, user, field, value)
	if err != nil {
		return Delivery{}, err
	}
	r, tell, err := s.chooseRequest(user, field, option)
	if err != nil || !tell {
		return Delivery{}, err
	}
	return s.Send(ctx, r), nil
}

// isChosen says whether a field holds a value already.
func (s *Server) isChosen(user string, block object, value string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.top(user)
	if v == nil {
		return false
	}
	at := asObject(v.Values[str(block, "block_id")][str(asObject(block["element"]), "action_id")])
	return at != nil && str(asObject(at["selected_option"]), "value") == value
}

// optionFor is the option that somebody means; nil: none.
func (s *Server) optionFor(ctx context.Context, user, field, value string) (object, error) {
	s.mu.Lock()
	_, block, err := s.fieldOf(user, field)
	s.mu.Unlock()
	if err != nil || value == "" {
		return nil, err
	}
	e := asObject(block["element"])
	if str(e, "type") != "external_select" {
		if option := asObject(pick(e, value)); option != nil {
			return option, nil
		}
		return nil, fmt.Errorf("%q does not offer %q", field, value)
	}
	offers, d, err := s.Suggest(ctx, user, field, value)
	if err != nil {
		return nil, err
	}
	for _, fits := range []func(Offer) bool{
		func(o Offer) bool { return o.Value == value || o.Text == value },
		func(o Offer) bool { return strings.HasPrefix(o.Text, value+" ") },
	} {
		if i := slices.IndexFunc(offers, fits); i >= 0 {
			return offers[i].option, nil
		}
	}
	return nil, fmt.Errorf("%q offers no %q: %s %s", field, value, d.Failure, d.Shown)
}

// ChooseRequest builds and signs what Choose sends, without sending it.
func (s *Server) ChooseRequest(user, field, value string) (Request, error) {
	option, err := s.optionFor(context.Background(), user, field, value)
	if err != nil {
		return Request{}, err
	}
	r, _, err := s.chooseRequest(user, field, option)
	return r, err
}

func (s *Server) chooseRequest(user, field string, option object) (r Request, tell bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, block, err := s.fieldOf(user, field)
	if err != nil {
		return Request{}, false, err
	}
	e := asObject(block["element"])
	id, action := str(block, "block_id"), str(e, "action_id")
	v.Values = v.state(nil)
	chosenNow := object{"type": str(e, "type"), "selected_option": nil}
	if option != nil {
		chosenNow["selected_option"] = option
	}
	v.Values[id][action] = chosenNow
	if block["dispatch_action"] != true {
		return Request{}, false, nil
	}
	payload := s.payload("block_actions", user)
	act := object{"type": str(e, "type"), "block_id": id, "action_id": action, "action_ts": s.nextTS(), "placeholder": e["placeholder"]}
	maps.Copy(act, chosenNow)
	payload["container"] = object{"type": "view", "view_id": v.ID}
	payload["view"], payload["actions"] = s.viewObject(v), []object{act}
	r, err = s.payloadRequest(payload)
	return r, true, err
}

// state is state.values: what was entered now, what was before, and what stands there
// from the beginning.
func (v *View) state(entered map[string]string) map[string]map[string]any {
	out := stateOf(v.Blocks, entered)
	for _, b := range decodeBlocks(v.Blocks) {
		id, action := str(b, "block_id"), str(asObject(b["element"]), "action_id")
		_, isEntered := enteredIn(b, entered)
		if before, had := v.Values[id][action]; had && out[id] != nil && !isEntered {
			out[id][action] = before
		}
	}
	return out
}

// namesOf are the names by which a field is meant.
func namesOf(block object) []string {
	return []string{str(block, "block_id"), str(asObject(block["element"]), "action_id"), label(block, "label")}
}

// enteredIn is what was entered in a field, if anything was.
func enteredIn(block object, entered map[string]string) (value string, found bool) {
	for _, key := range namesOf(block) {
		if value, found := entered[key]; found {
			return value, true
		}
	}
	return "", false
}

// keep keeps what stands in fields that are in another view too: Slack goes by their
// block_id and action_id (docs.slack.dev/surfaces/modals).
func (v *View) keep(before map[string]map[string]any) {
	for _, b := range decodeBlocks(v.Blocks) {
		e := asObject(b["element"])
		id, action := str(b, "block_id"), str(e, "action_id")
		value, had := before[id][action]
		if str(b, "type") != "input" || !had || str(asObject(value), "type") != str(e, "type") {
			continue
		}
		if v.Values == nil {
			v.Values = map[string]map[string]any{}
		}
		v.Values[id] = map[string]any{action: value}
	}
}
