package github

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// defaultAPIURL is the API of github.com.
const defaultAPIURL = "https://api.github.com/"

// userAgent is how slipway names itself, as GitHub asks of every client.
const userAgent = "slipway"

// App is a GitHub App as one organisation or account has installed it.
type App struct {
	ID             int64
	InstallationID int64
	Key            []byte // the private key in PEM
}

// Options say where GitHub is and who slipway is there: exactly one of Token
// and App.
type Options struct {
	Token string
	App   *App
	// APIURL is the API's address, https://api.github.com/ if empty. The path /api/v3/ of
	// a GitHub Enterprise Server may be left out.
	APIURL string
	// StateKeys sign what slipway keeps at GitHub; nil: nothing is signed.
	StateKeys StateKeys
	// HTTPTransport sends the requests; http.DefaultTransport's settings if nil.
	HTTPTransport http.RoundTripper
}

// Client speaks to one GitHub. It is safe for use by many goroutines.
type Client struct {
	gh       *github.Client
	http     *http.Client
	logger   *slog.Logger
	defaults *defaultBranches
	versions *versions
	called   remembered[calledAt, callee]
	pulls    remembered[commitOf, []pullRequest]
	newest   listings[bot.ListedRun]
	others   listings[bot.ForeignDeployment]
	refs     refLists
	kept     *keptFiles

	identity  *identity
	stateKeys StateKeys
	// plainDispatch is set once this server has refused return_run_details.
	plainDispatch atomic.Bool
}

// New makes a client. It sends nothing yet; what it cannot use is an error
// that holds no secret.
func New(o Options, logger *slog.Logger) (*Client, error) {
	base, err := apiURL(o.APIURL)
	if err != nil {
		return nil, err
	}
	bottom := newWire(o.HTTPTransport)
	tokens, err := tokensOf(o, base, bottom)
	if err != nil {
		return nil, err
	}
	authorized := &versions{next: &bearer{tokens: tokens, host: base.Host, next: bottom}}
	web := &http.Client{
		Transport:     newTransport(newRevalidator(authorized), logger),
		CheckRedirect: followSafely,
	}
	gh := github.NewClient(web)
	gh.BaseURL, gh.UserAgent = base, userAgent
	ask := askToken(gh)
	if o.App != nil {
		if ask, err = askApp(*o.App, gh, bottom); err != nil {
			return nil, err
		}
	}
	keys := o.StateKeys
	if keys == nil {
		keys = func(context.Context) ([]string, error) { return nil, nil }
	}
	return &Client{
		gh: gh, http: web, logger: logger, defaults: newDefaultBranches(), versions: authorized, kept: newKeptFiles(),
		identity: &identity{ask: ask}, stateKeys: keys,
	}, nil
}

// apiURL reads the API's address and completes that of a GitHub Enterprise
// Server, as go-github's WithEnterpriseURLs does.
func apiURL(text string) (*url.URL, error) {
	if text == "" {
		text = defaultAPIURL
	}
	base, err := url.Parse(text)
	if err != nil || base.Host == "" || base.User != nil || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, errors.New("github: the API's address must be a URL such as " + defaultAPIURL)
	}
	gh, err := github.NewClient(nil).WithEnterpriseURLs(base.Scheme+"://"+base.Host+base.EscapedPath(), text)
	if err != nil {
		return nil, fmt.Errorf("github: read the API's address: %w", err)
	}
	return gh.BaseURL, nil
}

// followSafely follows the redirects of a renamed repository, for reads and on
// the same host alone. A redirected write is not sent again, and nothing is
// sent to a stranger.
func followSafely(req *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet || req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme || len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// post sends one request that changes something and returns the answer as it
// came. It goes around go-github's own Do, which puts the
// context's error in place of the transport's and takes an answer that
// cannot be read for success.
func (c *Client) post(ctx context.Context, path string, body any) (status int, answer []byte, err error) {
	req, err := c.gh.NewRequest(http.MethodPost, path, body)
	if err != nil {
		return 0, nil, fmt.Errorf("build the request: %w", err)
	}
	resp, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	if err := github.CheckResponse(resp); err != nil {
		return resp.StatusCode, nil, err
	}
	answer, err = readBounded(resp.Body)
	return resp.StatusCode, answer, err
}

// isAccepted says whether err only means that GitHub will do it later.
func isAccepted(err error) bool {
	var accepted *github.AcceptedError
	return errors.As(err, &accepted)
}
