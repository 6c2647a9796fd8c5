package slacksim

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"path"
)

func hookID(responseURL string) string { return path.Base(responseURL) }

func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	s.opts.Heard(Sent{Method: "response_url", Body: string(body)})
	call := Call{Method: "response_url", At: s.now(), Status: http.StatusOK}
	s.withFaults(w, r, call, func(c *Call) any {
		h := s.hooks[r.PathValue("id")]
		if h != nil {
			c.Channel = h.channel
		}
		if !saysJSON(r.Header) {
			c.Status, c.Error = http.StatusBadRequest, "invalid_payload"
			return refusal(fail(c.Error))
		}
		if err := s.postHook(h, body); err != nil {
			c.Status, c.Error = hookStatus(err.Error()), err.Error()
			return refusal(err)
		}
		if h.source != "" {
			c.TS = h.source
		}
		return map[string]any{"ok": true}
	})
}

// hookStatus is the HTTP status of a refused post. Unlike the Web API,
// response_urls refuse by status; which status for which error is known from
// reports only.
func hookStatus(code string) int {
	if code == "expired_url" || code == "used_url" || code == "no_such_url" {
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

// postHook carries out a post to a response_url, which may write even where
// the bot is no member.
func (s *Server) postHook(h *hook, body []byte) error {
	var a hookAnswer
	switch {
	case h == nil:
		return fail("no_such_url")
	case s.now().Sub(h.made) > hookLife:
		return fail("expired_url")
	case h.posts >= hookPosts:
		return fail("used_url")
	case json.Unmarshal(body, &a) != nil:
		return fail("invalid_payload")
	}
	c := s.channel(h.channel)
	original := c.shown(h.source, h.user)
	if a.Delete {
		if original == nil {
			return fail("message_not_found")
		}
		h.posts++
		s.remove(original)
		return nil
	}
	v, err := s.contentOf(a)
	if err != nil {
		return err
	}
	h.posts++
	if a.Replace && original != nil {
		s.edit(original, v)
		return nil
	}
	m := &Message{User: s.opts.BotUserID, EphemeralTo: h.user, Versions: []Version{v}}
	if a.ResponseType == "in_channel" {
		m.EphemeralTo, m.ThreadTS = "", c.root(a.ThreadTS)
		s.post(c, m)
	} else {
		s.privately(c, m, cmp.Or(a.ThreadTS, h.threadTS)) // it appears where the person clicked
	}
	if original == nil {
		h.source = m.TS
	}
	return nil
}
