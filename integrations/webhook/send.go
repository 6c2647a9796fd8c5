package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

const (
	// signatureHeader bears the time of an attempt and the signature.
	signatureHeader = "Slipway-Signature"
	contentType     = "application/cloudevents+json; charset=utf-8"
	// timeout is how long a receiver may take to answer: whoever waits holds a
	// release meanwhile.
	timeout = 5 * time.Second
	// maxUnderWay bounds how many are sent at once, so that receivers that do not
	// answer keep nobody from working.
	maxUnderWay = 16
	// maxAnswer is how much of an answer is read, so that its connection can be used
	// again.
	maxAnswer = 16 << 10
	// longestWait bounds what a receiver may ask for.
	longestWait = time.Hour
)

// Receiver is where events are sent.
type Receiver struct {
	URL    string
	Secret string // signs them
}

// Options are what a Sender is given.
type Options struct {
	// Receivers are those that are declared, by their ids.
	Receivers map[string]Receiver
	// UserAgent is how slipway introduces itself. Default "slipway".
	UserAgent string
}

// Sender sends events. Its methods may be called from any goroutine.
type Sender struct {
	receivers map[string]Receiver
	userAgent string
	client    *http.Client
	room      chan struct{}
	doors     map[string]*door
}

// New makes a Sender.
func New(o Options) *Sender {
	if o.UserAgent == "" {
		o.UserAgent = "slipway"
	}
	doors := map[string]*door{}
	for id := range o.Receivers {
		doors[id] = &door{}
	}
	return &Sender{
		receivers: o.Receivers, userAgent: o.UserAgent, room: make(chan struct{}, maxUnderWay), doors: doors,
		client: &http.Client{
			Timeout: timeout,
			Transport: &http.Transport{
				DialContext:            reach.Dialer(nil, timeout),
				ForceAttemptHTTP2:      true,
				MaxIdleConnsPerHost:    2,
				IdleConnTimeout:        time.Minute,
				TLSHandshakeTimeout:    timeout,
				MaxResponseHeaderBytes: maxAnswer,
			},
			// Nothing that is signed for one address is led to another.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Send tells a receiver of an occurrence, once. Kind Gone: there is none of that id any
// more, or it wants no more of it. Everything else may be tried
// again.
func (s *Sender) Send(ctx context.Context, receiver string, o bot.Occurrence) (err error) {
	const op = "send to a webhook"
	to, known := s.receivers[receiver]
	if !known {
		return &bot.Error{Kind: bot.Gone, Op: op, Says: "slipway.yaml names that webhook no more"}
	}
	body, err := eventOf(o)
	if err != nil {
		return fmt.Errorf("write the event of a webhook: %w", err)
	}
	door := s.doors[receiver]
	if wait := door.enter(); wait > 0 {
		return &bot.Error{Kind: bot.Limited, Op: op, Says: "that webhook is waited for already", RetryAfter: wait}
	}
	defer func() { door.leave(err) }()
	select {
	case s.room <- struct{}{}:
		defer func() { <-s.room }()
	default:
		return &bot.Error{Kind: bot.Limited, Op: op, Says: "too many webhooks are waited for", RetryAfter: fullWait}
	}
	return s.post(ctx, to, body)
}

// post sends a body to a receiver.
func (s *Sender) post(ctx context.Context, to Receiver, body []byte) error {
	const op = "send to a webhook"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return &bot.Error{Kind: bot.Invalid, Op: op, Says: "the address of a webhook cannot be read"} // err would quote it
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", s.userAgent)
	request.Header.Set(signatureHeader, signature(to.Secret, time.Now(), body))
	response, err := s.client.Do(request)
	if err != nil {
		return &bot.Error{Kind: bot.Unavailable, Op: op, Says: "the webhook at " + request.URL.Hostname() + " did not answer", Err: withoutAddress(err)}
	}
	defer func() { _ = response.Body.Close() }() // nothing more is wanted of it
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	return judged(response, request.URL.Hostname())
}

// judged says what an answer means.
func judged(response *http.Response, host string) error {
	status := response.StatusCode
	if status >= 200 && status < 300 {
		return nil
	}
	err := &bot.Error{
		Kind: bot.Unavailable, Op: "send to a webhook", Says: fmt.Sprintf("the webhook at %s answered %d", host, status), RetryAfter: asked(response.Header),
	}
	if status == http.StatusGone {
		err.Kind = bot.Gone
	}
	return err
}

// asked is how long a receiver asks to wait, in seconds or until a time.
func asked(header http.Header) time.Duration {
	said := header.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(said); err == nil {
		wait = time.Duration(min(seconds, int(longestWait/time.Second))) * time.Second
	} else if at, err := http.ParseTime(said); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), longestWait)
}

// withoutAddress is what lies beneath an error of the client, which quotes the
// address.
func withoutAddress(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return errors.New("the request failed")
}

// signature is the value of the header for a body that is sent at a time.
func signature(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(t + ".")) // a hash never fails
	_, _ = mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
