package slacksim

import (
	"encoding/json"
	"slices"
	"time"
)

const (
	// triggerLife is how long a trigger_id can open a view; it works once
	// (docs.slack.dev/interactivity/handling-user-interaction).
	triggerLife = 3 * time.Second
	// maxStack is how many modals may lie upon each other, and maxView how
	// large one may be; neither could be verified at Slack itself.
	maxStack = 3
	maxView  = 250_000
)

// View is a modal or a Home tab that a person has before them.
type View struct {
	ID              string                    `json:"id"`
	User            string                    `json:"user"`
	Type            string                    `json:"type"`
	CallbackID      string                    `json:"callback_id"`
	ExternalID      string                    `json:"external_id"`
	PrivateMetadata string                    `json:"private_metadata"`
	Title           json.RawMessage           `json:"title,omitempty"`
	Submit          json.RawMessage           `json:"submit,omitempty"`
	Close           json.RawMessage           `json:"close,omitempty"`
	Blocks          json.RawMessage           `json:"blocks"`
	ClearOnClose    bool                      `json:"clear_on_close"`
	NotifyOnClose   bool                      `json:"notify_on_close"`
	Hash            string                    `json:"hash"`
	RootID          string                    `json:"root_view_id"`
	PreviousID      string                    `json:"previous_view_id"`
	Errors          map[string]string         `json:"errors,omitempty"` // what the bot found wrong, by block_id
	Values          map[string]map[string]any `json:"values,omitempty"` // what the person entered
}

// trigger is the right to open one view for a person.
type trigger struct {
	user string
	made time.Time
	used bool
}

// Modal gives the topmost modal that a person has open.
func (s *Server) Modal(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.top(user); v != nil {
		return *v, true
	}
	return View{}, false
}

// newTrigger gives a trigger_id. The caller holds mu.
func (s *Server) newTrigger(user string) string {
	id := s.nextID("1334522.73847.")
	s.triggers[id] = &trigger{user: user, made: s.now()}
	return id
}

// exchange uses a trigger_id up.
func (s *Server) exchange(id string) (*trigger, error) {
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case s.now().Sub(t.made) > triggerLife:
		return nil, fail("expired_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	}
	t.used = true
	return t, nil
}

func (s *Server) viewsOpen(a args) (reply, error) {
	v, err := s.parseView(a["view"], "modal")
	if err != nil {
		return nil, err
	}
	t, err := s.exchange(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	s.stacks[t.user] = nil
	s.push(t.user, v)
	return reply{"view": s.viewObject(v)}, nil
}

func (s *Server) viewsPush(a args) (reply, error) {
	v, err := s.parseView(a["view"], "modal")
	if err != nil {
		return nil, err
	}
	t, err := s.exchange(a["trigger_id"])
	switch {
	case err != nil:
		return nil, err
	case s.top(t.user) == nil:
		return nil, fail("not_found")
	case len(s.stacks[t.user]) >= maxStack:
		return nil, fail("push_limit_reached")
	}
	s.push(t.user, v)
	return reply{"view": s.viewObject(v)}, nil
}

func (s *Server) viewsUpdate(a args) (reply, error) {
	old := s.openView(func(v *View) bool {
		return v.ID == a["view_id"] || (a["external_id"] != "" && v.ExternalID == a["external_id"])
	})
	if old == nil {
		return nil, fail("not_found")
	}
	if a["hash"] != "" && a["hash"] != old.Hash {
		return nil, fail("hash_conflict")
	}
	fresh, err := s.parseView(a["view"], old.Type, old.ID)
	if err != nil {
		return nil, err
	}
	s.replace(old, fresh)
	return reply{"view": s.viewObject(old)}, nil
}

func (s *Server) viewsPublish(a args) (reply, error) {
	if s.user(a["user_id"]) == nil {
		return nil, fail("invalid_arguments", "invalid `user_id`")
	}
	v, err := s.parseView(a["view"], "home")
	if err != nil {
		return nil, err
	}
	old := s.homes[a["user_id"]]
	if a["hash"] != "" && (old == nil || a["hash"] != old.Hash) {
		return nil, fail("hash_conflict")
	}
	if old != nil {
		s.replace(old, v)
		return reply{"view": s.viewObject(old)}, nil
	}
	v.ID, v.User, v.Hash = s.nextID("V"), a["user_id"], s.nextTS()
	v.RootID = v.ID
	s.homes[v.User] = v
	s.noteView(v)
	return reply{"view": s.viewObject(v)}, nil
}

// parseView checks a view. except names a view whose external_id may be taken
// over: the one that is updated.
func (s *Server) parseView(raw, kind string, except ...string) (*View, error) {
	if raw == "" {
		return nil, fail("invalid_arguments", "[ERROR] missing required field: view")
	}
	if len(raw) > maxView {
		return nil, fail("view_too_large")
	}
	found := ValidateView(json.RawMessage(raw))
	v := &View{}
	if len(found) == 0 && json.Unmarshal([]byte(raw), v) == nil && v.Type != kind {
		found = []Violation{{Pointer: "/view/type", Message: "must be " + kind}}
	}
	if len(found) > 0 {
		return nil, invalidBlocks("invalid_arguments", found)
	}
	taken := s.openView(func(o *View) bool { return v.ExternalID != "" && o.ExternalID == v.ExternalID })
	if taken != nil && !slices.Contains(except, taken.ID) {
		return nil, fail("duplicate_external_id")
	}
	v.ID, v.User, v.Hash, v.RootID, v.PreviousID = "", "", "", "", ""
	v.Values, v.Errors = nil, nil
	v.Blocks = withIDs(decodeBlocks(v.Blocks))
	return v, nil
}

func (s *Server) push(user string, v *View) {
	v.ID, v.User, v.Hash = s.nextID("V"), user, s.nextTS()
	v.RootID = v.ID
	if below := s.top(user); below != nil {
		v.RootID, v.PreviousID = below.RootID, below.ID
	}
	s.stacks[user] = append(s.stacks[user], v)
	s.noteView(v)
}

// replace gives an open view new content, and keeps its place.
func (s *Server) replace(old, fresh *View) {
	fresh.ID, fresh.User, fresh.RootID, fresh.PreviousID = old.ID, old.User, old.RootID, old.PreviousID
	fresh.Hash = s.nextTS()
	fresh.keep(old.Values)
	*old = *fresh
	s.noteView(old)
}

// closeViews closes the topmost modal of a person, or as many as given.
func (s *Server) closeViews(user string, n int) {
	stack := s.stacks[user]
	s.stacks[user] = stack[:max(0, len(stack)-n)]
	if v := s.top(user); v != nil {
		s.noteView(v)
		return
	}
	s.note(Change{Kind: ChangeClosed, User: user})
}

func (s *Server) top(user string) *View {
	stack := s.stacks[user]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

func (s *Server) openView(fits func(*View) bool) *View {
	for _, stack := range s.stacks {
		for _, v := range stack {
			if fits(v) {
				return v
			}
		}
	}
	for _, v := range s.homes {
		if fits(v) {
			return v
		}
	}
	return nil
}

func (s *Server) noteView(v *View) {
	kind := ChangeView
	if v.Type == "home" {
		kind = ChangeHome
	}
	s.note(Change{Kind: kind, User: v.User, TS: v.ID, Text: renderView(v, s.displayName)})
}

// viewObject is a view in the shape of Slack's answers and payloads.
func (s *Server) viewObject(v *View) map[string]any {
	values := v.Values
	if values == nil {
		values = map[string]map[string]any{}
	}
	out := map[string]any{
		"id": v.ID, "team_id": s.opts.TeamID, "type": v.Type, "blocks": v.Blocks,
		"private_metadata": v.PrivateMetadata, "callback_id": v.CallbackID, "external_id": v.ExternalID,
		"state": map[string]any{"values": values}, "hash": v.Hash,
		"clear_on_close": v.ClearOnClose, "notify_on_close": v.NotifyOnClose,
		"close": orNull(v.Close), "submit": orNull(v.Submit), "previous_view_id": nil, "root_view_id": v.RootID,
		"app_id": s.opts.AppID, "app_installed_team_id": s.opts.TeamID, "bot_id": s.opts.BotID,
	}
	if v.PreviousID != "" {
		out["previous_view_id"] = v.PreviousID
	}
	if v.Title != nil {
		out["title"] = v.Title
	}
	return out
}

func orNull(raw json.RawMessage) any {
	if raw == nil {
		return nil
	}
	return raw
}
