package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	headerSignature = "X-Slack-Signature"
	headerTimestamp = "X-Slack-Request-Timestamp"
	// window is how far a request's time may lie from ours, either way
	// (docs.slack.dev/authentication/verifying-requests-from-slack).
	window = 300 * time.Second
	// maxSeen bounds how many requests are remembered against replays.
	maxSeen = 20_000
)

var (
	errUnsigned = errors.New("the request is not signed by Slack")
	errStale    = errors.New("the request is too old, or the clocks differ")
	errReplayed = errors.New("the request came before")
)

// claim is what a request's headers say of its signature.
type claim struct {
	stamp string
	mac   []byte
	at    time.Time
}

// alike is how long after it was signed a question may come that is like one before,
// letter by letter: a menu is asked the same twice within a second by whoever takes a
// letter back, and nothing in such a question tells it from the first. It changes
// nothing.
const alike = 5 * time.Second

// mayBeAlike says whether a request that came before may be answered again.
func (c claim) mayBeAlike(r request, now time.Time) bool {
	_, asks := r.(suggestion)
	return asks && now.Sub(c.at) < alike
}

// claimed reads the claim of a request whose body has not been read. What
// claims nothing, or something stale, need not be read at all.
func claimed(h http.Header, now time.Time) (claim, error) {
	stamp, signature := h.Get(headerTimestamp), h.Get(headerSignature)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return claim{}, errUnsigned
	}
	given, err := hex.DecodeString(strings.TrimPrefix(signature, "v0="))
	if err != nil || !strings.HasPrefix(signature, "v0=") || len(given) != sha256.Size {
		return claim{}, errUnsigned
	}
	at := time.Unix(seconds, 0)
	if age := now.Sub(at); age > window || age < -window {
		return claim{}, errStale
	}
	return claim{stamp: stamp, mac: given, at: at}, nil
}

// holds says whether the body is what Slack signed. Several secrets may hold
// while one is being replaced, since Slack names no period in which both do.
func (c claim) holds(secrets []string, body []byte) bool {
	signed := false
	for _, secret := range secrets {
		// All are tried, so that the time taken tells nothing.
		signed = hmac.Equal(c.mac, sign(secret, c.stamp, body)) || signed
	}
	return signed
}

func sign(secret, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return mac.Sum(nil)
}

// replays remembers the signatures that were seen while they are still fresh.
// Each process remembers its own: what gets past it to another meets the
// store's de-duplication by trigger_id and event_id.
type replays struct {
	mu    sync.Mutex
	until map[string]time.Time
	order []string
}

func newReplays() *replays { return &replays{until: map[string]time.Time{}} }

// first says whether a signature is new, and remembers it.
func (p *replays) first(signature string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.order) > 0 && (len(p.order) >= maxSeen || now.After(p.until[p.order[0]])) {
		delete(p.until, p.order[0])
		p.order = p.order[1:]
	}
	if _, seen := p.until[signature]; seen {
		return false
	}
	// A request from the edge of the future stays fresh for two windows.
	p.until[signature] = now.Add(2 * window)
	p.order = append(p.order, signature)
	return true
}

// forget takes a signature back: what could not be stored may come again, and
// Slack's first retry follows at once, within the same second.
func (p *replays) forget(signature string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.order, signature); at >= 0 {
		p.order = slices.Delete(p.order, at, at+1)
	}
	delete(p.until, signature)
}
