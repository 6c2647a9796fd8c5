package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// hookKey is the secret of the stories' receiver of webhooks.
const hookKey = "known-to-both-of-them"

// receiver takes webhooks, and believes those that are signed and fresh.
type receiver struct {
	mu       sync.Mutex
	answers  []int             // to be given to those that it believes, the first first; then 204
	taken    map[string]string // the events that it took, by id
	tries    map[string]int    // how often each came, by id
	unproven int
}

func newReceiver() *receiver {
	return &receiver{taken: map[string]string{}, tries: map[string]int{}}
}

func (h *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil || !proven(r.Header.Get("Slipway-Signature"), body) {
		h.unproven++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event struct {
		ID   string          `json:"id"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &event); err != nil || event.ID == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.tries[event.ID]++
	status := http.StatusNoContent
	if len(h.answers) > 0 {
		status, h.answers = h.answers[0], h.answers[1:]
	}
	if status < http.StatusMultipleChoices {
		h.taken[event.ID] = string(body)
	}
	w.WriteHeader(status)
}

func proven(header string, body []byte) bool {
	at, v1, _ := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
	mac := hmac.New(sha256.New, []byte(hookKey))
	_, _ = mac.Write([]byte(at + "." + string(body)))
	seconds, err := strconv.ParseInt(at, 10, 64)
	return err == nil && time.Since(time.Unix(seconds, 0)).Abs() < time.Minute && hmac.Equal([]byte(v1), []byte(hex.EncodeToString(mac.Sum(nil))))
}

// hookWords are the words of the stories about webhooks that slipway sends to
// $HOOK_URL, signed with $HOOK_SECRET.
//
//	receiver refuses STATUS N     the next N that it believes are answered with STATUS
//	receives TEXT N               N events say TEXT, a regular expression, none of them twice
//	tried TEXT N                  the one event that says TEXT came N times
func hookWords() map[string]storyCommand {
	return map[string]storyCommand{
		"receiver": func(r *rig, _ *testscript.TestScript, args []string) error {
			status, err := strconv.Atoi(args[1])
			if err != nil {
				return err
			}
			times, err := strconv.Atoi(args[2])
			if err != nil {
				return err
			}
			r.hooks.mu.Lock()
			defer r.hooks.mu.Unlock()
			for range times {
				r.hooks.answers = append(r.hooks.answers, status)
			}
			return nil
		},
		"receives": func(r *rig, _ *testscript.TestScript, args []string) error {
			return eventually(func() error { _, err := r.hooks.holds(args); return err })
		},
		"tried": func(r *rig, _ *testscript.TestScript, args []string) error {
			return eventually(func() error {
				ids, err := r.hooks.holds([]string{args[0], "1"})
				if err != nil {
					return err
				}
				r.hooks.mu.Lock()
				defer r.hooks.mu.Unlock()
				if got := strconv.Itoa(r.hooks.tries[ids[0]]); got != args[1] {
					return fmt.Errorf("it came %s times, want %s", got, args[1])
				}
				return nil
			})
		},
	}
}

// holds finds the events that say something, as many as there should be.
func (h *receiver) holds(args []string) ([]string, error) {
	says, err := regexp.Compile(args[0])
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var ids []string
	for id, body := range h.taken {
		if says.MatchString(body) {
			ids = append(ids, id)
		}
	}
	if got := strconv.Itoa(len(ids)); got != args[1] || h.unproven > 0 {
		return nil, fmt.Errorf("%s events say %q, want %s; %d were not signed well; there are %v", got, args[0], args[1], h.unproven, h.taken)
	}
	return ids, nil
}
