package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// hookLife and hookPosts bound a response_url: 5 posts in 30 minutes
// (docs.slack.dev/interactivity/handling-user-interaction).
const (
	hookLife  = 30 * time.Minute
	hookPosts = 5
)

// hook is a response_url.
type hook struct {
	channel, user string
	made          time.Time
	posts         int
	source        string // the message that replace_original means, if any
	threadTS      string
}

// newHook makes a response_url. The caller holds mu.
func (s *Server) newHook(kind string, h hook) string {
	id := s.nextID("h")
	h.made = s.now()
	s.hooks[id] = &h
	return fmt.Sprintf("%s/hooks/%s/%s/%s", s.url, kind, s.opts.TeamID, id)
}

// Command types a slash command as a person: command is "/deploy", text the
// rest of the line, with @names and #channels escaped already as should_escape
// does it. The bot's answer is shown in the channel as Slack would show it.
func (s *Server) Command(ctx context.Context, user, channel, command, text string) (Delivery, error) {
	r, err := s.CommandRequest(user, channel, command, text)
	if err != nil {
		return Delivery{}, err
	}
	form, _ := url.ParseQuery(string(r.Body)) // built by ourselves
	s.mu.Lock()
	s.note(Change{Kind: ChangeTyped, Channel: form.Get("channel_id"), User: user, Text: line(command, text)})
	s.mu.Unlock()

	d := s.Send(ctx, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hooks[hookID(form.Get("response_url"))]
	m, err := s.commandAnswer(d, h, line(command, text))
	if err != nil {
		m = &Message{User: "USLACKBOT", EphemeralTo: user, Versions: []Version{{
			Text: fmt.Sprintf("%s failed with the error %q", command, err.Error()),
		}}}
	}
	if m == nil {
		return d, nil
	}
	s.post(s.channel(h.channel), m)
	h.source = m.TS
	d.TS, d.Shown = m.TS, s.text(m)
	return d, nil
}

func line(command, text string) string {
	if text == "" {
		return command
	}
	return command + " " + text
}

// CommandRequest builds and signs what Command sends, without sending it.
func (s *Server) CommandRequest(user, channel, command, text string) (Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.memberIn(user, channel)
	if err != nil {
		return Request{}, err
	}
	form := url.Values{
		"token":      {legacyProof},
		"team_id":    {u.TeamID},
		"channel_id": {c.ID}, "channel_name": {c.shownName()},
		"user_id": {u.ID}, "user_name": {u.Name},
		"command": {command}, "text": {text},
		"api_app_id":            {s.opts.AppID},
		"is_enterprise_install": {"false"},
		"team_domain":           {s.opts.TeamDomain},
		"trigger_id":            {s.newTrigger(u.ID)},
		"response_url":          {s.newHook("commands", hook{channel: c.ID, user: u.ID})},
	}
	if id, name := s.organisation(user); id != "" {
		form.Set("enterprise_id", id)
		form.Set("enterprise_name", name)
	}
	return s.formRequest("/slack/commands", form), nil
}

// memberIn finds a person in a channel, where the app must be placed for either to reach
// it.
func (s *Server) memberIn(user, channel string) (*User, *conversation, error) {
	u, c := s.user(user), s.channel(channel)
	if u == nil || u.Deleted || c == nil || !c.has(user) {
		return nil, nil, fmt.Errorf("no user %q in a channel %q", user, channel)
	}
	return u, c, s.placed()
}

// legacyProof is what Slack sent before there were signatures. It
// proves nothing.
const legacyProof = "slacksim-verification"

// shownName is a channel's name in payloads, where only public channels have
// their own.
func (c *conversation) shownName() string {
	switch c.kind() {
	case "im":
		return "directmessage"
	case "private_channel":
		return "privategroup"
	default:
		return c.Name
	}
}

// hookAnswer is what a bot may answer to a command or post to a response_url.
type hookAnswer struct {
	ResponseType string          `json:"response_type"`
	Text         string          `json:"text"`
	Blocks       json.RawMessage `json:"blocks"`
	Attachments  json.RawMessage `json:"attachments"`
	Metadata     json.RawMessage `json:"metadata"`
	ThreadTS     string          `json:"thread_ts"`
	Replace      bool            `json:"replace_original"`
	Delete       bool            `json:"delete_original"`
}

func (s *Server) contentOf(a hookAnswer) (Version, error) {
	return s.content(args{
		"text": a.Text, "blocks": string(a.Blocks),
		"attachments": string(a.Attachments), "metadata": string(a.Metadata),
	})
}

// commandAnswer turns the immediate answer to a command into a message; an
// empty answer makes none. The errors are what Slack shows the person.
func (s *Server) commandAnswer(d Delivery, h *hook, typed string) (*Message, error) {
	switch {
	case d.Failure == "http_timeout":
		return nil, fail("operation_timeout")
	case !d.Good():
		return nil, fail("dispatch_failed")
	case !d.understood(): // Slack shows it as it stands, braces and all, which is no answer
		return nil, fail("invalid_command_response")
	case d.Body == "":
		return nil, nil
	}
	a := hookAnswer{Text: d.Body}
	if d.Body[0] == '{' {
		a.Text = ""
		if json.Unmarshal([]byte(d.Body), &a) != nil {
			return nil, fail("invalid_command_response")
		}
	}
	if a.Text == "" && !present(string(a.Blocks)) {
		return nil, nil
	}
	v, err := s.contentOf(a)
	if err != nil {
		return nil, fail("invalid_command_response")
	}
	m := &Message{User: s.opts.BotUserID, EphemeralTo: h.user, Versions: []Version{v}}
	if a.ResponseType == "in_channel" {
		// Then everybody sees what was typed, too.
		s.post(s.channel(h.channel), &Message{User: h.user, Versions: []Version{{Text: typed}}})
		m.EphemeralTo = ""
	}
	return m, nil
}
