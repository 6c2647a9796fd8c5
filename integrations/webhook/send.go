package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

const (
	signatureHeader = "Slipway-Signature"
	contentType     = "application/cloudevents+json; charset=utf-8"
	// timeout is how long a receiver may take to answer. The engine holds the lease of a
	// release for as long.
	timeout = 5 * time.Second
	// maxUnderWay is how many requests to all receivers run at a time, so that receivers
	// which do not answer cannot occupy all workers.
	maxUnderWay = 16
	// maxAnswer is how many bytes of an answer are read, so that the connection can be
	// used again.
	maxAnswer = 16 << 10
	// longestWait bounds the Retry-After of a receiver.
	longestWait = time.Hour
)

// Receiver is where events are sent.
type Receiver struct {
	URL    string
	Secret string // for the signature
}

// Sender sends events. Its methods may be called from any goroutine.
type Sender struct {
	receivers map[string]Receiver
	client    *http.Client
	underWay  chan struct{}
	limiters  map[string]*limiter
}

// New makes a Sender for the declared receivers, by their ids.
func New(receivers map[string]Receiver) *Sender {
	limiters := map[string]*limiter{}
	for id := range receivers {
		limiters[id] = &limiter{}
	}
	return &Sender{
		receivers: receivers, underWay: make(chan struct{}, maxUnderWay), limiters: limiters,
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
			// A request signed for one receiver must not reach another one.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Send sends an occurrence to a receiver, once. An error of kind Gone means that there is
// no such receiver any more, or that it wants no more events; after any other error it may
// be tried again.
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
	limit := s.limiters[receiver]
	if wait := limit.acquire(time.Now()); wait > 0 {
		return &bot.Error{Kind: bot.Limited, Op: op, Says: "that webhook is waited for already", RetryAfter: wait}
	}
	defer func() { limit.release(err, time.Now()) }()
	select {
	case s.underWay <- struct{}{}:
		defer func() { <-s.underWay }()
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
	request.Header.Set("User-Agent", "slipway")
	request.Header.Set(signatureHeader, signature(to.Secret, time.Now(), body))
	response, err := s.client.Do(request)
	if err != nil {
		return &bot.Error{Kind: bot.Unavailable, Op: op, Says: "the webhook at " + request.URL.Hostname() + " " + blame(err), Err: cause(err)}
	}
	defer func() { _ = response.Body.Close() }() // only read from
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	return judged(response, request.URL.Hostname())
}

// judged turns a status into an error, or nil for success.
func judged(response *http.Response, host string) error {
	status := response.StatusCode
	if status >= 200 && status < 300 {
		return nil
	}
	err := &bot.Error{
		Kind: bot.Unavailable, Op: "send to a webhook", Says: fmt.Sprintf("the webhook at %s answered %d", host, status),
		Mend: mend(status), RetryAfter: asked(response.Header),
	}
	if status == http.StatusGone {
		err.Kind = bot.Gone
	}
	return err
}

// mend is what helps after a status; empty: whatever ails the receiver.
func mend(status int) string {
	switch {
	case status == http.StatusGone:
		return "It wants no more of it: take it out of notify in slipway.yaml."
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "Compare its secret in slipway.yaml with the one that the receiver has."
	case status/100 == 3:
		return "No redirect is followed: name the address that it leads to in slipway.yaml."
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return "Look at its address in slipway.yaml."
	}
	return ""
}

// asked is the wait that a receiver asks for by Retry-After, in seconds or until a time.
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

// signature is the value of the signature header.
func signature(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(t + ".")) // a hash never fails
	_, _ = mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
