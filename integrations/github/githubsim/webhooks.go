package githubsim

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// hookTimeout is how long GitHub waits for a receiver.
const hookTimeout = 10 * time.Second

// The ways in which a webhook goes wrong.
const (
	HookLose   = "lose"   // written down, never sent
	HookDouble = "double" // sent twice with the same GUID
	HookDelay  = "delay"  // sent after Delay, and so overtaken
	HookSwap   = "swap"   // sent after the one that follows it, so held until one does
)

// HookFault says what happens to the next webhooks that match it.
type HookFault struct {
	Kind string `json:"kind"`
	// Event and Action are matched whole; empty means any.
	Event  string `json:"event,omitempty"`
	Action string `json:"action,omitempty"`
	// Count is how many it meets: 1 if zero, negative means all.
	Count int      `json:"count,omitempty"`
	Delay Duration `json:"delay,omitempty"`
}

// Delivery is a webhook as it was or was not delivered.
type Delivery struct {
	GUID   string `json:"guid"`
	Event  string `json:"event"`
	Action string `json:"action"`
	// Status is the receiver's answer; 0 if there was none, or not yet.
	Status     int       `json:"status"`
	At         time.Time `json:"at"`
	Lost       bool      `json:"lost,omitempty"`
	Redelivery bool      `json:"redelivery,omitempty"`
	Body       []byte    `json:"-"`
}

// hook is the webhook's configuration, what waits to be sent, and what was sent.
type hook struct {
	url, secret string
	faults      []*HookFault
	outbox      []*Delivery // to be sent
	swapped     []*Delivery // to be sent after the next one
	deliveries  []*Delivery // all there ever were
	wake        chan struct{}
}

func newHook(url, secret string) hook {
	return hook{url: url, secret: secret, wake: make(chan struct{}, 1)}
}

// SetHook points the webhook at a receiver; an empty URL switches it off.
func (s *Server) SetHook(url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook.url, s.hook.secret = url, secret
}

// AddHookFault switches a fault of the webhooks on.
func (s *Server) AddHookFault(f HookFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Count == 0 {
		f.Count = 1
	}
	s.hook.faults = append(s.hook.faults, &f)
}

// ClearHookFaults switches all faults of the webhooks off.
func (s *Server) ClearHookFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook.faults = nil
}

// Deliveries gives all webhooks so far, sent or not, in the order in which they
// came up.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Delivery, len(s.hook.deliveries))
	for i, d := range s.hook.deliveries {
		all[i] = *d
	}
	return all
}

// Redeliver sends a delivery again with the same GUID and body, as the button on
// GitHub's page does. GitHub never does so by itself.
func (s *Server) Redeliver(guid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.hook.deliveries {
		if d.GUID == guid {
			again := s.record(*d)
			again.Redelivery, again.Lost, again.Status = true, false, 0
			s.queue(again)
			return nil
		}
	}
	return fmt.Errorf("no delivery %q", guid)
}

func (s *Server) emitRun(r *run, action string) {
	r.remember(s.now())
	s.emit("workflow_run", action, r.repo, object{
		"workflow_run": r.json(), "workflow": r.repo.workflowJSON(r.workflow),
	})
}

func (s *Server) emitJob(r *run, j *job, action string) {
	r.remember(s.now())
	s.emit("workflow_job", action, r.repo, object{"workflow_job": r.jobJSON(j)})
}

// emit makes a webhook of what is true now and queues it; the sender works it
// off in order. A fault is chosen here, so that it meets events in the order in
// which they happened.
func (s *Server) emit(event, action string, r *repository, payload object) {
	if s.hook.url == "" {
		return
	}
	if action != "" {
		payload["action"] = action
	}
	payload["repository"] = r.json()
	payload["sender"] = userJSON(actor)
	body, err := json.Marshal(payload)
	if err != nil {
		return // payloads are built here of plain values only
	}
	s.spoil(Delivery{GUID: guid(), Event: event, Action: action, At: s.now(), Body: body})
}

// spoil queues a delivery as its fault commands.
func (s *Server) spoil(made Delivery) {
	f := s.takeHookFault(made)
	d := s.record(made)
	switch f.Kind {
	case HookLose:
		d.Lost = true
	case HookDouble:
		s.queue(d, s.record(made))
	case HookDelay:
		s.work.Go(func() {
			if s.pause(time.Duration(f.Delay)) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.queue(d)
			}
		})
	case HookSwap:
		s.hook.swapped = append(s.hook.swapped, d)
	default:
		s.queue(append([]*Delivery{d}, s.hook.swapped...)...)
		s.hook.swapped = nil
	}
}

func (s *Server) takeHookFault(d Delivery) HookFault {
	for i, f := range s.hook.faults {
		if (f.Event != "" && f.Event != d.Event) || (f.Action != "" && f.Action != d.Action) {
			continue
		}
		taken := *f
		if f.Count--; f.Count == 0 {
			s.hook.faults = slices.Delete(s.hook.faults, i, i+1)
		}
		return taken
	}
	return HookFault{}
}

// record writes a delivery down.
func (s *Server) record(d Delivery) *Delivery {
	s.hook.deliveries = append(s.hook.deliveries, &d)
	return &d
}

func (s *Server) queue(d ...*Delivery) {
	s.hook.outbox = append(s.hook.outbox, d...)
	select {
	case s.hook.wake <- struct{}{}:
	default: // it is awake already
	}
}

// deliverAll sends what is queued, one after another, until the server closes.
func (s *Server) deliverAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.hook.wake:
		}
		for s.deliverNext(ctx) {
			continue
		}
	}
}

// deliverNext sends the oldest queued delivery and tells whether there was one.
func (s *Server) deliverNext(ctx context.Context) bool {
	s.mu.Lock()
	if len(s.hook.outbox) == 0 || ctx.Err() != nil {
		s.mu.Unlock()
		return false
	}
	d := s.hook.outbox[0]
	s.hook.outbox = s.hook.outbox[1:]
	url, secret := s.hook.url, s.hook.secret
	s.mu.Unlock()

	status := s.send(ctx, d, url, secret)

	s.mu.Lock()
	defer s.mu.Unlock()
	d.Status = status
	return true
}

// send posts one delivery and gives the receiver's status, 0 if there is none.
func (s *Server) send(ctx context.Context, d *Delivery, url, secret string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(d.Body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "GitHub-Hookshot/simulated")
	req.Header.Set("X-GitHub-Event", d.Event)
	req.Header.Set("X-GitHub-Delivery", d.GUID)
	if secret != "" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(d.Body)
		req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody)) // only the status counts
	return resp.StatusCode
}

// guid makes a delivery's id; it must differ between simulators too, since
// receivers remember it.
func guid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails since Go 1.24
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// lastDelivery gives the newest delivery of an event and action, for whom the
// GUID is not known.
func (s *Server) lastDelivery(event, action string) (Delivery, error) {
	for _, d := range slices.Backward(s.Deliveries()) {
		if d.Event == event && cmp.Or(action, d.Action) == d.Action {
			return d, nil
		}
	}
	return Delivery{}, fmt.Errorf("no delivery of %s %s", event, action)
}
