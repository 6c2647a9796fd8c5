package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	// maxCommand, maxClick and maxEvent bound the bodies. A click brings the
	// message along that was clicked on, and a mention what was written.
	maxCommand = 256 << 10
	maxClick   = 1 << 20
	maxEvent   = 1 << 20
)

// HTTPOptions say how Slack's requests come in over HTTP.
type HTTPOptions struct {
	// SigningSecrets verify that a request is Slack's; any of them will do.
	SigningSecrets []string
	// Read reads the bodies of requests that may be Slack's.
	Read ReadBody
	// Now is the clock; left out, the system's.
	Now func() time.Time
}

// ReadBody reads the body of a request of which it is not known yet who sent
// it: at most limit bytes, and no more than there is room for. Where it returns
// false it has answered the request.
type ReadBody func(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, ok bool)

// overHTTP brings Slack's requests in over HTTP. Each one is verified: signed,
// fresh, and not seen before.
type overHTTP struct {
	in      *Inbound
	secrets []string
	read    ReadBody
	now     func() time.Time
	seen    *replays
	logger  *slog.Logger
}

// HTTP serves /slack/commands, /slack/interactions and /slack/events.
func (in *Inbound) HTTP(o HTTPOptions) (http.Handler, error) {
	if len(o.SigningSecrets) == 0 {
		return nil, errors.New("the signing secret of Slack is missing")
	}
	if slices.Contains(o.SigningSecrets, "") {
		return nil, errors.New("a signing secret of Slack is empty")
	}
	if o.Read == nil {
		return nil, errors.New("it is missing how the bodies of Slack's requests are read")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	h := overHTTP{in: in, secrets: o.SigningSecrets, read: o.Read, now: o.Now, seen: newReplays(), logger: in.logger}
	mux := http.NewServeMux()
	mux.Handle("POST /slack/commands", h.verified(maxCommand, commandBody))
	mux.Handle("POST /slack/interactions", h.verified(maxClick, interactionBody))
	mux.Handle("POST /slack/events", h.verified(maxEvent, event))
	// Slack looks at a command's certificate now and then, with a plain GET
	// (docs.slack.dev/interactivity/implementing-slash-commands).
	mux.HandleFunc("GET /slack/commands", func(http.ResponseWriter, *http.Request) {})
	return mux, nil
}

// verified lets only requests through that are Slack's, fresh and new. What
// does not claim to be so is refused unread.
func (h overHTTP) verified(limit int64, parse func(body []byte) (request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := h.now()
		claim, err := claimed(r.Header, now)
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		body, ok := h.read(w, r, limit)
		if !ok {
			return
		}
		if !claim.holds(h.secrets, body) {
			h.refuse(w, r, errUnsigned)
			return
		}
		// Hex may be spelt in two ways; what was signed is the same.
		signature := r.Header.Get(headerTimestamp) + strings.ToLower(r.Header.Get(headerSignature))
		asked, err := parse(body)
		if !h.seen.first(signature, now) && !claim.mayBeAlike(asked, now) {
			h.refuse(w, r, errReplayed)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		answer := bad()
		if err == nil {
			answer = h.in.serve(ctx, asked)
		}
		if answer.status == untaken {
			h.seen.forget(signature)
		}
		h.write(w, r, answer)
	})
}

func (h overHTTP) refuse(w http.ResponseWriter, r *http.Request, why error) {
	h.logger.WarnContext(r.Context(), "a request was refused", slog.String("path", r.URL.Path), slog.Any("error", why))
	w.Header().Set("Connection", "close") // the body may be unread, and is not to be read now
	http.Error(w, why.Error(), http.StatusUnauthorized)
}

// write answers with the status that makes Slack do what the outcome asks for.
func (h overHTTP) write(w http.ResponseWriter, r *http.Request, answer reply) {
	status := http.StatusOK
	switch answer.status {
	case taken:
	case malformed:
		status = http.StatusBadRequest
	case untaken:
		status = http.StatusServiceUnavailable // Slack sends an event again
	}
	if answer.body == nil {
		w.WriteHeader(status)
		return
	}
	out, err := json.Marshal(answer.body)
	if err != nil {
		h.logger.ErrorContext(r.Context(), "an answer could not be written", slog.Any("error", err))
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out) // Slack may be gone; there is nobody left to tell
}
