package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// maxQuoted is how many runes of GitHub's own words are repeated to people.
const maxQuoted = 300

// errUnreadable says that an answer was not what GitHub promises.
var errUnreadable = errors.New("the answer could not be read")

// explain gives err its kind and its words. op says what was tried; missing is
// said of a 404, since only the caller knows what it looked for.
func explain(op, missing string, err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*bot.Error](err); known {
		return err
	}
	e := &bot.Error{Op: op, Err: err}
	var (
		paused      *pausedError
		credentials *credentialsError
	)
	refusal := refusalOf(err)
	switch {
	case errors.As(err, &paused):
		limited(e, paused.wait)
	case errors.As(err, &credentials):
		explainCredentials(e, credentials)
	case refusal != nil:
		explainRefusal(e, refusal, missing)
	default:
		explainSilence(e, err)
	}
	return e
}

// refusal is an answer of GitHub's that is no success.
type refusal struct {
	status int
	path   string // what was asked for
	header http.Header
	text   string // GitHub's own words, on one line
	limit  bool
	wait   time.Duration // what go-github remembers of a limit; 0: see the header
}

// refusalOf brings the kinds of refusal that go-github knows into one form;
// nil if err is none.
func refusalOf(err error) *refusal {
	var (
		answered *github.ErrorResponse
		primary  *github.RateLimitError
		abuse    *github.AbuseRateLimitError
		otp      *github.TwoFactorAuthError
	)
	switch {
	case errors.As(err, &answered):
		limit := answered.Response != nil && isLimited(answered.Response)
		return newRefusal(answered.Response, wordsOf(answered), limit)
	case errors.As(err, &primary):
		r := newRefusal(primary.Response, primary.Message, true)
		r.wait = time.Until(primary.Rate.Reset.Time)
		return r
	case errors.As(err, &abuse):
		r := newRefusal(abuse.Response, abuse.Message, true)
		r.wait = abuse.GetRetryAfter()
		return r
	case errors.As(err, &otp):
		return newRefusal(otp.Response, otp.Message, false)
	}
	return nil
}

func newRefusal(resp *http.Response, text string, limit bool) *refusal {
	r := &refusal{text: clean(text, maxQuoted), limit: limit, header: http.Header{}}
	if resp != nil {
		r.status, r.header = resp.StatusCode, resp.Header
		if resp.Request != nil && resp.Request.URL != nil {
			r.path = resp.Request.URL.Path
		}
	}
	return r
}

// isPage says that a page for people came, which the API never sends but where it is
// down: a login, a proxy's words, or the site of a server whose API lies elsewhere.
func (r *refusal) isPage() bool {
	return r.status >= 400 && r.status < 500 && r.status != http.StatusRequestTimeout && strings.HasPrefix(r.header.Get("Content-Type"), "text/html")
}

// moved says that GitHub points elsewhere, and that it was not followed there.
func (r *refusal) moved() bool { return r.status >= 300 && r.status < 400 }

// Error is the text for the log: short, and on one line.
func (r *refusal) Error() string { return fmt.Sprintf("GitHub answered %d: %s", r.status, r.text) }

// wordsOf joins GitHub's message and its details, which come as texts or as
// objects. If neither was understood the body itself is taken.
func wordsOf(e *github.ErrorResponse) string {
	parts := make([]string, 0, 4)
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	for _, detail := range e.Errors {
		if detail.Message != "" && detail.Message != e.Message && len(parts) < cap(parts) {
			parts = append(parts, detail.Message)
		}
	}
	if len(parts) == 0 && e.Response != nil && strings.Contains(e.Response.Header.Get("Content-Type"), "json") {
		return strings.Trim(string(peek(e.Response)), "{} \r\n\t")
	}
	return strings.Join(parts, "; ")
}

func limited(e *bot.Error, wait time.Duration) {
	wait = min(wait, longestPause)
	e.Kind, e.RetryAfter = bot.Limited, max(wait, time.Second)
	e.Says = "GitHub asks slipway to wait" + forMinutes(wait) + ", since it was asked too much"
	e.Mend = "Nothing needs to be done: slipway goes on when the pause is over."
}

// forMinutes names a pause that is worth naming.
func forMinutes(wait time.Duration) string {
	if wait < time.Minute {
		return ""
	}
	return " for " + bot.Span((wait + time.Minute - 1).Truncate(time.Minute))
}

func explainCredentials(e *bot.Error, c *credentialsError) {
	switch {
	case c.status == http.StatusForbidden:
		e.Kind, e.Says = bot.Denied, "GitHub lets the GitHub App do nothing there: its installation is suspended"
		e.Mend = "Whoever suspended it lifts that: Settings, GitHub Apps, Configure, Unsuspend."
		return
	case c.status == http.StatusNotFound:
		e.Kind, e.Says = bot.Denied, "GitHub knows no such installation of the GitHub App"
		e.Mend = "Install the App again, and write the number at the end of the page's address (Settings, GitHub Apps, Configure) as installation_id under github.app."
		return
	case c.status >= 400 && c.status < 500 && c.status != http.StatusTooManyRequests:
		e.Kind = bot.Denied
		e.Says = "GitHub refused slipway's GitHub App"
		e.Mend = "Check the id and the private_key_file of github.app, and that the clock of this machine is right to half a minute."
		return
	}
	e.Kind = bot.Unavailable
	e.Says = "GitHub gave slipway's GitHub App no token"
	e.Mend = "Try again in a minute; githubstatus.com tells whether GitHub has trouble."
}

func explainRefusal(e *bot.Error, r *refusal, missing string) {
	e.Err = r
	switch {
	case r.limit:
		wait := r.wait
		if wait <= 0 {
			wait, _ = pauseAfter(&http.Response{StatusCode: http.StatusTooManyRequests, Header: r.header}, time.Now())
		}
		limited(e, wait)
	case r.isPage():
		e.Kind, e.Says = bot.Denied, "what answers at GitHub's address is not its API"
		e.Mend = "Check `github.api_url` (of an Enterprise Server it is https://HOST/api/v3/), and whether something between slipway and GitHub asks for a login."
	case r.status == http.StatusUnauthorized:
		e.Kind = bot.Denied
		e.Says = "GitHub refused slipway's credentials"
		e.Mend = "Renew github.token in slipway's configuration and start slipway again."
	case r.status == http.StatusForbidden || r.status == http.StatusUnavailableForLegalReasons:
		e.Kind = bot.Denied
		e.Says, e.Mend = r.quoted(), mendOf(r)
	case r.status == http.StatusNotFound || r.status == http.StatusGone:
		e.Kind, e.Says = bot.NotFound, missing
		e.Mend = "Check the name, and that slipway's token or GitHub App may see it."
	case r.moved():
		e.Kind = bot.Denied // what is there by now is not what was asked for, and is not absent either
		e.Says = "the repository has moved at GitHub"
		e.Mend = "Write its new name in slipway's configuration."
		if !strings.Contains(r.header.Get("Location"), "/repositories/") { // to which GitHub leads (docs: "Best practices", redirects)
			e.Says = "GitHub's address leads elsewhere"
			e.Mend = "Check `github.api_url`, and whether something between slipway and GitHub asks for a login."
		}
	case r.status == http.StatusRequestTimeout || r.status >= 500:
		e.Kind = bot.Unavailable
		e.Says = fmt.Sprintf("GitHub answered with a fault of its own (%d)", r.status)
		e.Mend = "Try again in a minute; githubstatus.com tells whether GitHub has trouble."
	default:
		e.Kind = bot.Invalid
		e.Says, e.Mend = r.quoted(), mendOf(r)
	}
}

// explainSilence is for when there was no answer, or none that can be read.
func explainSilence(e *bot.Error, err error) {
	e.Kind = bot.Unavailable
	e.Mend = "Try again in a minute; githubstatus.com tells whether GitHub has trouble."
	_, page := errors.AsType[*json.SyntaxError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		e.Says = "GitHub did not answer in time"
	case errors.Is(err, errTooLarge), errors.Is(err, errUnreadable), page:
		e.Says = "GitHub's answer could not be read"
	default:
		e.Says = "GitHub could not be reached"
	}
}

// isPassing says whether a read that failed without an answer may succeed when
// it is sent again at once.
func isPassing(err error) bool {
	if credentials, is := errors.AsType[*credentialsError](err); is {
		return credentials.status == 0 || credentials.status >= 500
	}
	return !errors.Is(err, errTooLarge)
}

// invalid is an error about what a person or the configuration said.
func invalid(op, says, mend string) error {
	return &bot.Error{Kind: bot.Invalid, Op: op, Says: says, Mend: mend}
}

func notFound(op, says, mend string) error {
	return &bot.Error{Kind: bot.NotFound, Op: op, Says: says, Mend: mend}
}

// isNotFound says whether err says that something is not there.
func isNotFound(err error) bool { return err != nil && bot.KindOf(err) == bot.NotFound }

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// clean makes foreign text fit to stand in a sentence: on one line, without
// control characters or backquotes, and at most limit runes long.
func clean(text string, limit int) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Cf, r) {
			gap = n > 0
			continue
		}
		if n >= limit || gap && n+1 >= limit {
			return b.String() + "…"
		}
		if gap {
			b.WriteByte(' ')
			n++
			gap = false
		}
		if r == '`' {
			r = '\''
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
