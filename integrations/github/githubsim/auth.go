package githubsim

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// tokenLife is how long an installation token is good for at GitHub.
const tokenLife = time.Hour

// authenticate checks the Authorization header: an app's JWT for /app/, a known
// token for everything else.
func (s *Server) authenticate(c *call) (answer, bool) {
	bearer := bearerOf(c.header)
	if bearer == "" {
		return fail(http.StatusUnauthorized, "Requires authentication"), false
	}
	if c.path == "/app" || strings.HasPrefix(c.path, "/app/") {
		if !s.isAppJWT(bearer) {
			return fail(http.StatusUnauthorized, "A JSON web token could not be decoded"), false
		}
		return answer{}, true
	}
	until, known := s.tokens[bearer]
	if !known || (!until.IsZero() && s.now().After(until)) {
		return fail(http.StatusUnauthorized, "Bad credentials"), false
	}
	return answer{}, true
}

func bearerOf(h http.Header) string {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token") {
		return ""
	}
	return strings.TrimSpace(token)
}

// isAppJWT tells whether a token looks like what an app signs: RS256, an
// issuer, and a life of at most ten minutes. The signature is not checked: the
// simulator knows no app's public key.
func (s *Server) isAppJWT(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] == "" {
		return false
	}
	var head struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Iss any     `json:"iss"`
		Iat float64 `json:"iat"`
		Exp float64 `json:"exp"`
	}
	if !decodeSegment(parts[0], &head) || !decodeSegment(parts[1], &claims) {
		return false
	}
	now := float64(s.now().Unix())
	return head.Alg == "RS256" && claims.Iss != nil && claims.Exp > now && claims.Exp-now <= 600 && claims.Iat <= now
}

func decodeSegment(segment string, v any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(segment)
	return err == nil && json.Unmarshal(raw, v) == nil
}

func (s *Server) createToken(_ *call) answer {
	token := "ghs_" + rand.Text()
	until := s.now().Add(tokenLife)
	s.tokens[token], s.logins[token] = until, appSlug+"[bot]"
	return reply(http.StatusCreated, object{
		"token":                token,
		"expires_at":           stamp(until),
		"permissions":          object{"actions": "write", "contents": "read", "deployments": "write"},
		"repository_selection": "all",
	})
}

// Revoke makes a token worthless; an empty one means all of them.
func (s *Server) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token == "" {
		clear(s.tokens)
		return
	}
	delete(s.tokens, token)
}

// AcceptAs makes somebody else's token good without an end.
func (s *Server) AcceptAs(token, login string) {
	s.Accept(token)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins[token] = login
}

// login is whose request it is.
func (s *Server) login(c *call) string { return cmp.Or(s.logins[bearerOf(c.header)], actor) }

// appSlug is the name of the App that every installation is one of.
const appSlug = "slipway-app"

func (s *Server) getApp(_ *call) answer {
	made := stamp(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return ok(object{
		"id": 1, "slug": appSlug, "node_id": nodeID("App", 1), "client_id": "Iv1.1", "owner": userJSON("acme"), "name": "slipway",
		"description": nil, "external_url": htmlURL, "html_url": htmlURL + "/apps/" + appSlug, "created_at": made, "updated_at": made,
		"permissions": object{"deployments": "write"}, "events": []string{},
	})
}

// getUser answers "Get the authenticated user", which installations of an App
// may not ask.
func (s *Server) getUser(c *call) answer {
	login := s.login(c)
	if strings.HasSuffix(login, "[bot]") {
		return fail(http.StatusForbidden, "Resource not accessible by integration")
	}
	user := userJSON(login)
	made := stamp(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, field := range []string{"name", "company", "blog", "location", "email", "hireable", "bio"} {
		user[field] = nil
	}
	user["blog"] = ""
	user["public_repos"], user["public_gists"], user["followers"], user["following"] = 0, 0, 0, 0
	user["created_at"], user["updated_at"] = made, made
	return ok(user)
}

// Accept makes a token good without an end.
func (s *Server) Accept(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = time.Time{}
}
