package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds what is read of a request: far above what Slack accepts for
// a message or a view (250 KB).
const maxBody = 1 << 20

// reply is the answer of a method that went well, without its "ok".
type reply map[string]any

// method carries out one Web API method. It runs with the lock held.
type method func(args) (reply, error)

// apiError is an answer {"ok": false}: the code and, where Slack names them,
// the faults in detail.
type apiError struct {
	code     string
	messages []string
	// needed and provided are told with missing_scope.
	needed, provided string
}

func (e *apiError) Error() string { return e.code }

func fail(code string, messages ...string) error {
	return &apiError{code: code, messages: messages}
}

// args are the arguments of a call, whichever way they came: strings as they
// are, all else as JSON text.
type args map[string]string

func (a args) flag(key string) bool { return a[key] == "1" || a[key] == "true" }

func (a args) number(key string, otherwise int) int {
	if n, err := strconv.Atoi(a[key]); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func (s *Server) apiMethods() map[string]method {
	return map[string]method{
		"apps.connections.open":        s.appsConnectionsOpen,
		"auth.test":                    s.authTest,
		"bots.info":                    s.botsInfo,
		"chat.delete":                  s.chatDelete,
		"chat.getPermalink":            s.chatGetPermalink,
		"chat.postEphemeral":           s.chatPostEphemeral,
		"chat.postMessage":             s.chatPostMessage,
		"chat.update":                  s.chatUpdate,
		"conversations.history":        s.conversationsHistory,
		"conversations.info":           s.conversationsInfo,
		"conversations.join":           s.conversationsJoin,
		"conversations.list":           s.conversationsList,
		"conversations.open":           s.conversationsOpen,
		"conversations.replies":        s.conversationsReplies,
		"files.completeUploadExternal": s.filesCompleteUploadExternal,
		"files.getUploadURLExternal":   s.filesGetUploadURLExternal,
		"reactions.add":                s.reactionsAdd,
		"team.info":                    s.teamInfo,
		"usergroups.list":              s.usergroupsList,
		"usergroups.users.list":        s.usergroupsUsersList,
		"users.info":                   s.usersInfo,
		"users.list":                   s.usersList,
		"users.lookupByEmail":          s.usersLookupByEmail,
		"views.open":                   s.viewsOpen,
		"views.publish":                s.viewsPublish,
		"views.push":                   s.viewsPush,
		"views.update":                 s.viewsUpdate,
	}
}

// Methods are the methods of the Web API that the workspace answers, in order.
func (s *Server) Methods() []string { return slices.Sorted(maps.Keys(s.methods)) }

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, err := readArgs(w, r)
	if err != nil {
		writeJSON(w, http.StatusOK, map[string]any{"ok": false, "error": "invalid_form_data"})
		return
	}
	s.heard(name, a)
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.tellScopes(w, tokenOf(r, a))
	call := Call{Method: name, Channel: a["channel"], TS: a["ts"], ThreadTS: a["thread_ts"], At: s.now(), Status: http.StatusOK}
	s.withFaults(w, r, call, func(c *Call) any {
		s.limit(c)
		if c.Status != http.StatusOK {
			return nil
		}
		out, err := s.carryOut(name, tokenOf(r, a), a)
		if err != nil {
			c.Error = err.Error()
			return refusal(err)
		}
		out["ok"] = true
		if ts, found := out["ts"].(string); found {
			c.TS = ts
		}
		return out
	})
}

// heard passes a call on, without the token that came with it.
func (s *Server) heard(method string, a args) {
	given := maps.Clone(a)
	delete(given, "token")
	s.opts.Heard(Sent{Method: method, Args: given})
}

func (s *Server) carryOut(name, token string, a args) (reply, error) {
	do, found := s.methods[name]
	wanted, other := s.opts.Token, s.opts.AppToken
	if name == "apps.connections.open" {
		wanted, other = other, wanted
	}
	switch {
	case !found:
		return nil, fail("unknown_method")
	case token == "":
		return nil, fail("not_authed")
	case s.revoked && token == s.opts.Token:
		return nil, fail("token_revoked")
	case token == other:
		return nil, fail("not_allowed_token_type")
	case token != wanted:
		return nil, fail("invalid_auth")
	}
	if err := s.allowed(name, a); err != nil {
		return nil, err
	}
	return do(a)
}

// refusal is the body of an answer that is not ok. Slack names the faults
// twice: in errors, and with their severity in response_metadata.messages.
func refusal(err error) map[string]any {
	out := map[string]any{"ok": false, "error": err.Error()}
	var e *apiError
	if errors.As(err, &e) && e.needed != "" {
		out["needed"], out["provided"] = e.needed, e.provided
	}
	if errors.As(err, &e) && len(e.messages) > 0 {
		plain := make([]string, len(e.messages))
		for i, m := range e.messages {
			plain[i] = strings.TrimPrefix(m, "[ERROR] ")
		}
		if e.code == "invalid_blocks" {
			out["errors"] = plain
		}
		out["response_metadata"] = map[string]any{"messages": e.messages}
	}
	return out
}

func tokenOf(r *http.Request, a args) string {
	if bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		return bearer
	}
	return a["token"]
}

// readArgs reads the arguments from the query, a form or a JSON body.
func readArgs(w http.ResponseWriter, r *http.Request) (args, error) {
	a := args{}
	for key := range r.URL.Query() {
		a[key] = r.URL.Query().Get(key)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		if len(body) == 0 { // a method without arguments
			return a, nil
		}
		return a, a.addJSON(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("read the form: %w", err)
	}
	for key := range form {
		a[key] = form.Get(key)
	}
	return a, nil
}

func (a args) addJSON(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("read the JSON body: %w", err)
	}
	for key, raw := range fields {
		var text string
		switch {
		case string(raw) == "null":
		case json.Unmarshal(raw, &text) == nil:
			a[key] = text
		default:
			a[key] = string(raw)
		}
	}
	return nil
}

// limit refuses a call above the tier of its method, if limits are switched
// on. The tiers are those of docs.slack.dev/apis/web-api/rate-limits; the
// window is the last minute.
func (s *Server) limit(c *Call) {
	if !s.limited {
		return
	}
	key, perMinute := c.Method, perMinute(c.Method)
	if c.Method == "chat.postMessage" {
		key += " " + c.Channel // about one a second, for each channel
	}
	var recent []time.Time
	for _, at := range s.rate[key] {
		if c.At.Sub(at) < time.Minute {
			recent = append(recent, at)
		}
	}
	if len(recent) < perMinute {
		s.rate[key] = append(recent, c.At)
		return
	}
	s.rate[key] = recent
	c.Status, c.Error = http.StatusTooManyRequests, "ratelimited"
	c.RetryAfter = time.Minute - c.At.Sub(recent[0])
}

// perMinute is how many calls of a method Slack allows in a minute.
func perMinute(method string) int {
	switch method {
	case "auth.test", "chat.getPermalink":
		return 600
	case "chat.postEphemeral", "views.open", "views.push", "views.update", "views.publish", "users.info",
		"files.getUploadURLExternal", "files.completeUploadExternal":
		return 100
	case "users.list", "usergroups.list", "usergroups.users.list", "conversations.list":
		return 20
	case "chat.postMessage":
		return 60
	case "apps.connections.open":
		return 15 // tier 1: one a minute, and more for a moment; how many nobody says
	default:
		return 50
	}
}
