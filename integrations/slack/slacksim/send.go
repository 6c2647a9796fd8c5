package slacksim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The headers by which a request proves that it comes from Slack.
const (
	headerTimestamp = "X-Slack-Request-Timestamp"
	headerSignature = "X-Slack-Signature"
)

// Request is what the simulator sends to the bot. Sent twice, it is a replay.
type Request struct {
	Path   string
	Header http.Header
	Body   []byte
}

// Delivery is what came of a request.
type Delivery struct {
	Request  Request
	Status   int           // 0 if there was no answer
	Latency  time.Duration // until the answer was read
	Body     string
	Failure  string // why there was no answer, in Slack's words: http_timeout, connection_failed
	Attempts int    // how often an event was sent

	// Shown is what the person sees because of the answer.
	Shown string
	// TS is the message that the answer made, if it made one.
	TS string

	noRetry bool
	isJSON  bool // the bot said that its answer is JSON
}

// String is what came of a request, in short.
func (d Delivery) String() string {
	return fmt.Sprintf("%d %s after %s and %d attempts: %q, shown %q", d.Status, d.Failure, d.Latency, d.Attempts, d.Body, d.Shown)
}

// Good says whether the bot acknowledged.
func (d Delivery) Good() bool { return d.Status >= 200 && d.Status < 300 }

// Signature computes the v0 signature of a body, as
// docs.slack.dev/authentication/verifying-requests-from-slack defines it.
func Signature(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// Signed gives the request signed again: with a wrong secret it is forged, with
// an old time it is stale.
func (r Request) Signed(secret string, at time.Time) Request {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	r.Header = r.Header.Clone()
	r.Header.Set(headerTimestamp, timestamp)
	r.Header.Set(headerSignature, Signature(secret, timestamp, r.Body))
	return r
}

// FromTeam gives the request as if it came from another workspace, and signed
// again: a signature that is good does not make it ours.
func (s *Server) FromTeam(r Request, team string) Request {
	r.Body = bytes.ReplaceAll(r.Body, []byte(s.opts.TeamID), []byte(team))
	return s.Sign(r)
}

// Sign signs a request with the workspace's secret and clock.
func (s *Server) Sign(r Request) Request { return r.Signed(s.opts.SigningSecret, s.now()) }

func (s *Server) formRequest(path string, form url.Values) Request {
	return s.Sign(Request{
		Path:   path,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:   []byte(form.Encode()),
	})
}

// Send sends a request to the bot as it is, over its connections in Socket Mode,
// and waits as long as Slack waits.
// It changes nothing in the workspace.
func (s *Server) Send(ctx context.Context, r Request) Delivery {
	ctx, cancel := context.WithTimeout(ctx, s.opts.AckTimeout)
	defer cancel()
	d := Delivery{Request: r, Attempts: 1}
	start := time.Now()
	if s.SocketMode() {
		d.Failure = s.exchangeEnvelope(ctx, r, &d)
	} else {
		d.Failure = s.exchangeHTTP(ctx, r, &d)
	}
	d.Latency = time.Since(start)
	if d.Body != "" {
		s.opts.Heard(Sent{Method: r.Path, Body: d.Body})
	}
	return d
}

// Post sends a request to the bot by HTTP as it is, whether Slack would reach it so
// or not: whoever sends what is forged, or sent before, does.
func (s *Server) Post(ctx context.Context, r Request) Delivery {
	ctx, cancel := context.WithTimeout(ctx, s.opts.AckTimeout)
	defer cancel()
	d := Delivery{Request: r, Attempts: 1}
	d.Failure = s.exchangeHTTP(ctx, r, &d)
	return d
}

// exchangeHTTP sends and reads; it gives Slack's word for what went wrong.
func (s *Server) exchangeHTTP(ctx context.Context, r Request, d *Delivery) string {
	s.mu.Lock()
	base, outage := s.botURL, s.outage
	s.mu.Unlock()
	if outage {
		return "connection_failed"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return "connection_failed"
	}
	req.Header = r.Header.Clone()
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	resp, err := s.client.Do(req)
	if err != nil {
		return failure(err)
	}
	defer func() { _ = resp.Body.Close() }() // read to its end already
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return failure(err)
	}
	d.Status, d.Body = resp.StatusCode, string(body)
	d.noRetry = resp.Header.Get("X-Slack-No-Retry") == "1"
	d.isJSON = saysJSON(resp.Header)
	return ""
}

// saysJSON says whether a body is to be read as JSON. What does not say so is
// plain text to Slack, which shows a person nothing that is of use then
// (docs.slack.dev/interactivity/implementing-slash-commands).
func saysJSON(h http.Header) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// understood says whether an answer that looks like JSON may be read as such.
func (d Delivery) understood() bool { return d.isJSON || !strings.HasPrefix(d.Body, "{") }

func failure(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "http_timeout"
	}
	return "connection_failed"
}
