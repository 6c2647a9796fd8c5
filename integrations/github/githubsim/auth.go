package githubsim

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
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
	if c.path == "/app" || strings.HasPrefix(c.path, "/app/") || isInstallationPath(c.path) {
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

// isInstallationPath says whether an App asks where it is installed itself.
func isInstallationPath(path string) bool {
	return strings.HasPrefix(path, "/repos/") && strings.HasSuffix(path, "/installation") && strings.Count(path, "/") == 4
}

func bearerOf(h http.Header) string {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token") {
		return ""
	}
	return strings.TrimSpace(token)
}

// SetApp makes the server know an App by its id and the public half of its key.
// What another key signs is refused from then on, as are all Apps before.
func (s *Server) SetApp(id int64, key *rsa.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.appKeys[itoa(id)] = key
}

// isAppJWT tells whether a token is what a known App signed: RS256 by its key, the
// App as the issuer, and a life of at most ten minutes.
func (s *Server) isAppJWT(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	var head struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Iss json.RawMessage `json:"iss"` // a number or a text
		Iat float64         `json:"iat"`
		Exp float64         `json:"exp"`
	}
	if !decodeSegment(parts[0], &head) || !decodeSegment(parts[1], &claims) || head.Alg != "RS256" {
		return false
	}
	now := float64(s.now().Unix())
	alive := claims.Exp > now && claims.Exp-now <= 600 && claims.Iat <= now
	return alive && isSigned(parts, s.appKeys[strings.Trim(string(claims.Iss), `"`)])
}

// isSigned checks the signature of a token in its three parts.
func isSigned(parts []string, key *rsa.PublicKey) bool {
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || key == nil {
		return false
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
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
		"permissions":          s.appPermissions(),
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
		"permissions": s.appPermissions(), "events": []string{},
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
