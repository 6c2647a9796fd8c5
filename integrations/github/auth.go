package github

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bradleyfalzon/ghinstallation/v2"
)

// bearer adds the credentials to requests for GitHub, and to no others.
type bearer struct {
	tokens tokenSource
	host   string
	next   http.RoundTripper
}

// tokenSource gives the token that is good now.
type tokenSource interface {
	Token(ctx context.Context) (string, error)
}

// staticToken is a personal access token.
type staticToken string

// Token returns the token.
func (t staticToken) Token(context.Context) (string, error) { return string(t), nil }

// credentialsError says that there is no token to send a request with. The
// request itself did not leave.
type credentialsError struct {
	status int // what GitHub answered to the App; 0: nothing
	err    error
}

// Error is the text for the log.
func (e *credentialsError) Error() string { return "get a token: " + e.err.Error() }

// Unwrap returns what lies beneath.
func (e *credentialsError) Unwrap() error { return e.err }

// tokensOf makes the source of tokens that the options ask for.
func tokensOf(o Options, base *url.URL, bottom http.RoundTripper) (tokenSource, error) {
	token := strings.TrimSpace(o.Token)
	switch {
	case o.App != nil && token != "":
		return nil, errors.New("github: give a token or an app, not both")
	case o.App != nil:
		return newInstallation(*o.App, base, bottom)
	case token == "":
		return nil, errors.New("github: a token or an app is needed")
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("github: the token holds characters that no token has")
	}
	return staticToken(token), nil
}

// errKey stands for what the parser says of a key, which could contain parts of it.
var errKey = errors.New("github: the app's private key is no RSA key in PEM")

// PrivateKey is an App's private key as it was kept in a file: lines whose ends were
// written out (\n), as variables of deployment tools have them, are lines again. What is no
// such key is an error that says what it is instead, and quotes nothing of it.
func PrivateKey(text []byte) ([]byte, error) {
	text = bytes.TrimPrefix(bytes.Trim(bytes.TrimSpace(text), `"'`), []byte("\uFEFF"))
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(`\r`), nil), []byte(`\n`), []byte("\n"))
	}
	const begin = "-----BEGIN "
	block, _ := pem.Decode(text)
	switch {
	case len(text) == 0:
		return nil, errors.New("the file is empty")
	case block == nil && bytes.Contains(text, []byte(begin)):
		return nil, errors.New("it begins as a key in PEM does, and something of it is missing or was changed")
	case block == nil:
		return nil, errors.New("it is no key in PEM, which begins with -----BEGIN RSA PRIVATE KEY-----")
	case block.Headers["DEK-Info"] != "" || strings.HasPrefix(block.Type, "ENCRYPTED"):
		return nil, errors.New("it is protected by a passphrase, which GitHub's keys are not")
	case !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return nil, errors.New("it is no private key: it is of the kind " + clean(block.Type, maxName))
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return text, nil
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		if _, is := key.(*rsa.PrivateKey); is {
			return text, nil
		}
	}
	return nil, errors.New("it is no RSA key, or something of it was changed")
}

// installation gets tokens for an installed App: each is good for an hour and
// is renewed a minute before its end.
type installation struct{ app *ghinstallation.Transport }

func newInstallation(app App, base *url.URL, bottom http.RoundTripper) (*installation, error) {
	if app.ID <= 0 || app.InstallationID <= 0 {
		return nil, errors.New("github: the app's id and installation id must be positive numbers")
	}
	inner, err := ghinstallation.New(bottom, app.ID, app.InstallationID, app.Key)
	if err != nil {
		return nil, errKey
	}
	inner.BaseURL = strings.TrimSuffix(base.String(), "/")
	return &installation{app: inner}, nil
}

// Token returns the installation's token. The request for it is not the one
// that the caller may be watching.
func (i *installation) Token(ctx context.Context) (string, error) {
	token, err := i.app.Token(unwatched(ctx))
	if err == nil {
		return token, nil
	}
	var refused *ghinstallation.HTTPError
	if errors.As(err, &refused) && refused.Response != nil {
		status := refused.Response.StatusCode
		return "", &credentialsError{status: status, err: fmt.Errorf("GitHub answered %d to the app", status)}
	}
	return "", &credentialsError{err: err}
}

// RoundTrip adds the token and sends req.
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != b.host {
		return b.next.RoundTrip(req)
	}
	token, err := b.tokens.Token(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // it is held in memory; nothing was sent
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+token)
	return b.next.RoundTrip(req)
}
