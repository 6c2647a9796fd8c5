package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// waiting is an envelope that was sent and not acknowledged yet.
type waiting struct {
	heard chan ack
	lost  chan struct{} // closed when an acknowledgement was lost on its way
}

// envelopeOf puts into an envelope what would otherwise be posted: the same payload,
// and for a command the fields of its form.
func envelopeOf(r Request) (object, error) {
	switch r.Path {
	case "/slack/commands":
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return nil, fmt.Errorf("read the command: %w", err)
		}
		payload := object{}
		for key := range form {
			payload[key] = form.Get(key)
		}
		return object{"type": "slash_commands", "payload": payload, "accepts_response_payload": true}, nil
	case "/slack/interactions":
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return nil, fmt.Errorf("read the payload: %w", err)
		}
		payload := json.RawMessage(form.Get("payload"))
		var kind struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal(payload, &kind) // written by ourselves
		answered := kind.Type == "view_submission" || kind.Type == "block_suggestion"
		return object{"type": "interactive", "payload": payload, "accepts_response_payload": answered}, nil
	case "/slack/events":
		attempt, _ := strconv.Atoi(r.Header.Get("X-Slack-Retry-Num")) // none at first
		reason := r.Header.Get("X-Slack-Retry-Reason")
		if reason != "" {
			reason = "timeout"
		}
		return object{
			"type": "events_api", "payload": json.RawMessage(r.Body), "accepts_response_payload": false,
			"retry_attempt": attempt, "retry_reason": reason,
		}, nil
	}
	return nil, errors.New("nothing of the kind goes through a socket")
}

// exchangeEnvelope sends an envelope over any of the bot's connections, and reads
// the acknowledgement; it gives Slack's word for what went wrong. What was not
// acknowledged before its connection broke, or whose acknowledgement was lost, is
// sent again over another one.
func (s *Server) exchangeEnvelope(ctx context.Context, r Request, d *Delivery) string {
	envelope, err := envelopeOf(r)
	if err != nil {
		return "connection_failed"
	}
	s.mu.Lock()
	id := fmt.Sprintf("%08x-4d35-4d0b-b6aa-%012x", s.now().UnixNano()&0xffffffff, s.serial)
	s.serial++
	s.mu.Unlock()
	envelope["envelope_id"] = id
	for d.Attempts = 1; ; d.Attempts++ {
		l, waits := s.pick(id)
		if l == nil {
			return "connection_failed"
		}
		if l.send(envelope) != nil {
			l.close()
		}
		select {
		case a := <-waits.heard:
			d.Status, d.Body, d.isJSON = http.StatusOK, string(a.Payload), true
			if d.Body == "null" || envelope["accepts_response_payload"] == false {
				d.Body = ""
			}
			return ""
		case <-waits.lost:
		case <-l.gone:
		case <-ctx.Done():
			return "http_timeout"
		}
	}
}

// pick gives the connection over which the next envelope goes: no pattern is
// promised, so it is another one each time.
func (s *Server) pick(id string) (*link, *waiting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.links) == 0 || s.outage {
		return nil, nil
	}
	s.picked++
	w := &waiting{heard: make(chan ack, 1), lost: make(chan struct{})}
	s.acks[id] = w
	return s.links[s.picked%len(s.links)], w
}

// SocketMode says how the bot is reached: over its connections, or by HTTP.
func (s *Server) SocketMode() bool { return s.opts.AppToken != "" }
