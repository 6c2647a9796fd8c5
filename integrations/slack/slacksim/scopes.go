package slacksim

import (
	"net/http"
	"slices"
	"strings"
)

// allowed refuses a call for which the token has not the scope, as each method's
// page says which that is (docs.slack.dev/reference/methods).
func (s *Server) allowed(method string, a args) error {
	if s.opts.Scopes == nil {
		return nil
	}
	needed := s.scopeOf(method, a)
	if needed == "" || slices.Contains(s.opts.Scopes, needed) {
		return nil
	}
	return &apiError{code: "missing_scope", needed: needed, provided: strings.Join(s.opts.Scopes, ",")}
}

// scopeOf is the scope that a call needs, if any. Of a conversation it goes by
// its kind.
func (s *Server) scopeOf(method string, a args) string {
	switch method {
	case "chat.delete", "chat.postEphemeral", "chat.postMessage", "chat.update":
		return "chat:write"
	case "conversations.history", "conversations.replies":
		return s.kindOf(a["channel"]) + ":history"
	case "conversations.info", "conversations.list":
		return s.kindOf(a["channel"]) + ":read"
	case "conversations.join":
		return "channels:join"
	case "conversations.open":
		return "im:write"
	case "files.getUploadURLExternal", "files.completeUploadExternal":
		return "files:write"
	case "reactions.add":
		return "reactions:write"
	case "team.info":
		return "team:read"
	case "usergroups.list", "usergroups.users.list":
		return "usergroups:read"
	case "bots.info", "users.info", "users.list":
		return "users:read"
	case "users.lookupByEmail":
		return "users:read.email"
	default:
		return ""
	}
}

// kindOf is the kind of a conversation as scopes name it. What the bot cannot see
// it is judged by as a public channel.
func (s *Server) kindOf(channel string) string {
	c := s.channel(channel)
	switch {
	case c == nil:
		return "channels"
	case c.im != "":
		return "im"
	case c.Private:
		return "groups"
	default:
		return "channels"
	}
}

// scopesHeader is what Slack tells the scopes of the token in, with every answer
// (docs.slack.dev/authentication/installing-with-oauth).
const scopesHeader = "X-OAuth-Scopes"

// tellScopes names the scopes of the bot token, where they are limited at all.
func (s *Server) tellScopes(w http.ResponseWriter, token string) {
	if token == s.opts.Token && s.opts.Scopes != nil {
		w.Header().Set(scopesHeader, strings.Join(s.opts.Scopes, ","))
	}
}
