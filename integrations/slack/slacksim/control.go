package slacksim

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// controlRequest is a request to the control endpoint, POST /_sim/do, as JSON. Which fields
// count depends on the verb:
//
//	command, click, shortcut, choose, suggest, submit, close, mention, event, verify_url, say
//	                    act as a person (or as Slack), and say what came of it
//	transcript, modal, home, messages, calls, count, links
//	                    look
//	wait                until the transcript of channel (as user sees it, if
//	                    user is given), or without a channel the modal of user,
//	                    contains a text or matches a pattern
//	wait_count          until method was called count times
//	fault, clear_faults, start_outage, end_outage, revoke
//	                    let things go wrong
//	user, group, channel, bot_url
//	                    change the workspace (person, group, place, url)
//	account, join, subteam
//	                    change a person or a group, of which the bot is told
//	edit, delete, freeze
//	                    a message (channel, ts) is changed to a text, deleted, or
//	                    can no longer be edited by the bot
//	disconnect, lose_acks, enable_socket
//	                    in Socket Mode the bot's connections are to go (text is the
//	                    reason, timeout when they are closed), the next count
//	                    acknowledgements are lost, or Socket Mode is on again
//	archive, unarchive, messages_tab_on, messages_tab_off
//	                    change a channel, or the app's Home
//	refuse_blocks       blocks of a type (text) are not known in this workspace
//
// The answer is a [Done]; where something could not be done, its status is 422
// and its error says why.
type controlRequest struct {
	Verb    string `json:"verb"`
	User    string `json:"user"`
	Channel string `json:"channel"`
	Command string `json:"command"`
	Text    string `json:"text"`
	TS      string `json:"ts"`
	Thread  string `json:"thread"`
	Button  string `json:"button"`
	Field   string `json:"field"` // a menu of a modal
	Version int    `json:"version"`
	InView  bool   `json:"in_view"`
	// Answer is that to the dialog of a click, if one comes up: yes, as left out,
	// no, or "none" to read what it asks.
	Answer string            `json:"answer"`
	Values map[string]string `json:"values"`
	// Variant sends a command or a click in a way that must change nothing:
	// forged, stale, replayed (twice the same), or other_team.
	Variant string `json:"variant"`
	// Contains is a text, Pattern a regular expression to wait for; with
	// Absent, until it is no longer to be seen.
	Contains string `json:"contains"`
	Pattern  string `json:"pattern"`
	Absent   bool   `json:"absent"`
	// Method is a call to count.
	Method  string        `json:"method"`
	Count   int           `json:"count"`
	Timeout string        `json:"timeout"` // of wait; 10s
	Fault   *controlFault `json:"fault"`
	Person  *User         `json:"person"`
	Group   *UserGroup    `json:"group"`
	Place   *Channel      `json:"place"`
	URL     string        `json:"url"`
	Event   object        `json:"event"`
}

// controlFault is a [Fault] with its durations as text ("2s").
type controlFault struct {
	Fault
	RetryAfter string `json:"retry_after"`
	Delay      string `json:"delay"`
}

// Done is the control endpoint's answer.
type Done struct {
	Error    string    `json:"error,omitempty"`
	Status   int       `json:"status,omitempty"` // of the request to the bot
	Failure  string    `json:"failure,omitempty"`
	Millis   int64     `json:"millis,omitempty"`
	Body     string    `json:"body,omitempty"`
	Shown    string    `json:"shown,omitempty"`
	TS       string    `json:"ts,omitempty"`
	Text     string    `json:"text,omitempty"` // a transcript
	Count    int       `json:"count,omitempty"`
	Calls    []Call    `json:"calls,omitempty"`
	Messages []Message `json:"messages,omitempty"`
}

// controlVerbs are the verbs that act, wait, or can fail; look and set have the
// others.
func (s *Server) controlVerbs() map[string]func(context.Context, controlRequest) (Done, error) {
	return map[string]func(context.Context, controlRequest) (Done, error){
		"command": s.doCommand,
		"click":   s.doClick,
		"shortcut": func(ctx context.Context, d controlRequest) (Done, error) {
			return done(s.Shortcut(ctx, d.User, d.Channel, d.TS, d.Text))
		},
		"submit": func(ctx context.Context, d controlRequest) (Done, error) {
			return done(s.SubmitView(ctx, d.User, d.Values))
		},
		"choose": func(ctx context.Context, d controlRequest) (Done, error) {
			return done(s.Choose(ctx, d.User, d.Field, d.Text))
		},
		"suggest": func(ctx context.Context, d controlRequest) (Done, error) {
			_, came, err := s.Suggest(ctx, d.User, d.Field, d.Text)
			return done(came, err)
		},
		"close": func(ctx context.Context, d controlRequest) (Done, error) { return done(s.CloseView(ctx, d.User)) },
		"mention": func(ctx context.Context, d controlRequest) (Done, error) {
			return done(s.Mention(ctx, d.User, d.Channel, d.Thread, d.Text))
		},
		"event":      func(ctx context.Context, d controlRequest) (Done, error) { return done(s.Event(ctx, d.Event)) },
		"verify_url": func(ctx context.Context, _ controlRequest) (Done, error) { return done(s.URLVerification(ctx)) },
		"wait":       s.doWait,
		"wait_count": s.doWaitCount,
		"say": func(_ context.Context, d controlRequest) (Done, error) {
			ts, err := s.Say(d.User, d.Channel, d.Thread, d.Text)
			return Done{TS: ts}, err
		},
		"fault": func(_ context.Context, d controlRequest) (Done, error) { return Done{}, s.doFault(d.Fault) },
		"edit": func(ctx context.Context, d controlRequest) (Done, error) {
			return done(s.EditMessage(ctx, d.Channel, d.TS, d.Text))
		},
		"delete": func(_ context.Context, d controlRequest) (Done, error) {
			return Done{}, s.DeleteMessage(d.Channel, d.TS)
		},
		"freeze": func(_ context.Context, d controlRequest) (Done, error) {
			return Done{}, s.CloseMessage(d.Channel, d.TS)
		},
		"archive":    func(_ context.Context, d controlRequest) (Done, error) { return Done{}, s.Archive(d.Channel, true) },
		"unarchive":  func(_ context.Context, d controlRequest) (Done, error) { return Done{}, s.Archive(d.Channel, false) },
		"disconnect": func(_ context.Context, d controlRequest) (Done, error) { return Done{}, s.doDisconnect(d) },
		"account":    s.doAccount, "join": s.doJoin, "subteam": s.doSubteam,
	}
}

// look answers the verbs that neither wait nor fail.
func (s *Server) look(d controlRequest) (Done, bool) {
	switch d.Verb {
	case "transcript":
		return Done{Text: s.seen(d)}, true
	case "modal":
		return Done{Text: s.ModalText(d.User)}, true
	case "home":
		return Done{Text: s.HomeText(d.User)}, true
	case "messages":
		return Done{Messages: s.Messages(d.Channel)}, true
	case "calls":
		return Done{Calls: s.Calls()}, true
	case "count":
		return Done{Count: s.Count(d.Method)}, true
	case "links":
		return Done{Count: s.Links()}, true
	default:
		return Done{}, false
	}
}

// set answers the verbs that change the workspace.
func (s *Server) set(d controlRequest) bool {
	switch {
	case d.Verb == "user" && d.Person != nil:
		s.AddUser(*d.Person)
	case d.Verb == "group" && d.Group != nil:
		s.AddUserGroup(*d.Group)
	case d.Verb == "channel" && d.Place != nil:
		s.AddChannel(*d.Place)
	case d.Verb == "bot_url":
		s.SetBotURL(d.URL)
	case d.Verb == "revoke":
		s.RevokeToken()
	case d.Verb == "messages_tab_on", d.Verb == "messages_tab_off":
		s.SetMessagesTab(d.Verb == "messages_tab_on")
	case d.Verb == "lose_acks":
		s.LoseAcks(d.Count)
	case d.Verb == "enable_socket":
		s.EnableSocket()
	case d.Verb == "refuse_blocks":
		s.RefuseBlocks(d.Text)
	case d.Verb == "clear_faults":
		s.ClearFaults()
	case d.Verb == "start_outage":
		s.StartOutage()
	case d.Verb == "end_outage":
		s.EndOutage()
	default:
		return false
	}
	return true
}

func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		http.Error(w, "the simulator is controlled from its own machine only", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		writeJSON(w, http.StatusBadRequest, Done{Error: err.Error()})
		return
	}
	var d controlRequest
	if err := json.Unmarshal(body, &d); err != nil {
		writeJSON(w, http.StatusBadRequest, Done{Error: err.Error()})
		return
	}
	out, err := s.do(r.Context(), d)
	if err != nil {
		out.Error = err.Error()
		writeJSON(w, http.StatusUnprocessableEntity, out)
		return
	}
	writeJSON(w, http.StatusOK, out)
}

func (s *Server) do(ctx context.Context, d controlRequest) (Done, error) {
	if out, known := s.look(d); known {
		return out, nil
	}
	if s.set(d) {
		return Done{}, nil
	}
	verb, known := s.controlVerbs()[d.Verb]
	if !known {
		return Done{}, fmt.Errorf("no verb %q, or something that it needs is missing", d.Verb)
	}
	return verb(ctx, d)
}

func done(d Delivery, err error) (Done, error) {
	return Done{
		Status: d.Status, Failure: d.Failure, Millis: d.Latency.Milliseconds(),
		Body: d.Body, Shown: d.Shown, TS: d.TS, Count: d.Attempts,
	}, err
}

func (s *Server) doCommand(ctx context.Context, d controlRequest) (Done, error) {
	if d.Variant == "" {
		return done(s.Command(ctx, d.User, d.Channel, d.Command, d.Text))
	}
	r, err := s.CommandRequest(d.User, d.Channel, d.Command, d.Text)
	if err != nil {
		return Done{}, err
	}
	return s.sendVariant(ctx, r, d.Variant)
}

func (s *Server) doClick(ctx context.Context, d controlRequest) (Done, error) {
	p := Press{User: d.User, Channel: d.Channel, TS: d.TS, Button: d.Button, Version: d.Version, InView: d.InView, Answer: cmp.Or(d.Answer, Yes)}
	if d.Variant == "" {
		return done(s.Press(ctx, p))
	}
	r, err := s.PressRequest(p)
	if err != nil {
		return Done{}, err
	}
	return s.sendVariant(ctx, r, d.Variant)
}

// sendVariant sends a request as it is, or spoiled.
func (s *Server) sendVariant(ctx context.Context, r Request, variant string) (Done, error) {
	switch variant {
	case "forged":
		r = r.Signed("not the secret", s.now())
	case "stale":
		r = r.Signed(s.opts.SigningSecret, s.now().Add(-6*time.Minute))
	case "replayed":
		s.Post(ctx, r)
	case "other_team":
		r = s.FromTeam(r, "T0STRANGER")
	default:
		return Done{}, fmt.Errorf("no variant %q", variant)
	}
	return done(s.Post(ctx, r), nil)
}
