// Package alertsim is an Alertmanager for tests: a real HTTP server with the part of the
// second version of its API that lists alerts. It refuses what the real one refuses, such
// as a matcher that it cannot read, and leaves out what the real one leaves out. Only
// tests link it.
package alertsim

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is one Alertmanager.
type Server struct {
	mu     sync.Mutex
	alerts []alert
	status int    // in place of an answer; 0: none
	body   string // in place of a list; empty: none
	asked  []string
}

type alert struct {
	labels              map[string]string
	silenced, inhibited bool
	since               time.Time
}

// New makes one at which nothing fires.
func New() *Server { return &Server{} }

// Fire has an alert fire.
func (s *Server) Fire(labels map[string]string) { s.put(alert{labels: labels}) }

// Silence has an alert fire that somebody has silenced, and Inhibit one that another
// alert holds back.
func (s *Server) Silence(labels map[string]string) { s.put(alert{labels: labels, silenced: true}) }

// Inhibit has an alert fire that another one holds back.
func (s *Server) Inhibit(labels map[string]string) { s.put(alert{labels: labels, inhibited: true}) }

func (s *Server) put(a alert) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.since = time.Now()
	s.alerts = append(s.alerts, a)
}

// Resolve ends all alerts.
func (s *Server) Resolve() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alerts = nil
}

// Fail has it answer with a status alone; 0: no longer.
func (s *Server) Fail(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// Say has it answer with a text in place of a list; empty: no longer.
func (s *Server) Say(body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.body = body
}

// Asked are the filters of the requests so far, a line each.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// ServeHTTP answers as Alertmanager does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.status != 0:
		answer(w, s.status, http.StatusText(s.status))
	case s.body != "":
		_, _ = w.Write([]byte(s.body))
	case r.URL.Path != "/api/v2/alerts":
		answer(w, http.StatusNotFound, map[string]any{"code": 404, "message": "path " + r.URL.Path + " was not found"})
	case r.Method != http.MethodGet:
		answer(w, http.StatusMethodNotAllowed, map[string]any{"code": 405, "message": "method " + r.Method + " is not allowed"})
	default:
		s.list(w, r.URL.Query())
	}
}

// list answers with the alerts that are asked for.
func (s *Server) list(w http.ResponseWriter, ask url.Values) {
	s.asked = append(s.asked, strings.Join(ask["filter"], " "))
	var filters []filter
	for _, text := range ask["filter"] {
		f, err := parse(text)
		if err != nil {
			answer(w, http.StatusBadRequest, err.Error())
			return
		}
		filters = append(filters, f)
	}
	found := []any{}
	for _, a := range s.alerts {
		if a.shown(ask) && !slices.ContainsFunc(filters, func(f filter) bool { return !f.fits(a.labels) }) {
			found = append(found, a.wire())
		}
	}
	answer(w, http.StatusOK, found)
}

// shown says whether alerts of its state are asked for.
func (a alert) shown(ask url.Values) bool {
	switch {
	case a.silenced:
		return wanted(ask, "silenced")
	case a.inhibited:
		return wanted(ask, "inhibited")
	}
	return wanted(ask, "active")
}

// wanted reads a flag: left out it is a yes, and what Alertmanager does not understand
// is a no (0.25).
func wanted(ask url.Values, name string) bool {
	if !ask.Has(name) {
		return true
	}
	value, err := strconv.ParseBool(ask.Get(name))
	return err == nil && value
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (a alert) wire() map[string]any {
	status := map[string]any{"state": "active", "silencedBy": []string{}, "inhibitedBy": []string{}, "mutedBy": []string{}}
	if a.silenced {
		status["state"], status["silencedBy"] = "suppressed", []string{"6f2a0b1c"}
	}
	if a.inhibited {
		status["state"], status["inhibitedBy"] = "suppressed", []string{"0011223344556677"}
	}
	sum := fnv.New64a()
	for _, name := range slices.Sorted(maps.Keys(a.labels)) {
		_, _ = fmt.Fprintf(sum, "%s\xff%s\xff", name, a.labels[name])
	}
	return map[string]any{
		"labels": a.labels, "annotations": map[string]string{"summary": "it is bad"}, "fingerprint": fmt.Sprintf("%016x", sum.Sum64()),
		"startsAt": a.since, "updatedAt": a.since, "endsAt": a.since.Add(5 * time.Minute), "generatorURL": "http://prometheus:9090/graph",
		"receivers": []map[string]string{{"name": "default"}}, "status": status,
	}
}

// filter is a condition on a label.
type filter struct {
	name string
	not  bool
	fits func(labels map[string]string) bool
}

// parse reads one filter as all versions do that are in use: a name, an operator, and a
// value that may be quoted.
func parse(text string) (filter, error) {
	found := regexp.MustCompile(`(?s)^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.+?)\s*$`).FindStringSubmatch(text)
	if found == nil {
		return filter{}, fmt.Errorf("bad matcher format: %s", text)
	}
	value := found[3]
	if strings.HasPrefix(value, `"`) {
		plain, err := strconv.Unquote(value)
		if err != nil {
			return filter{}, fmt.Errorf("matcher value contains unescaped double quote: %s", value)
		}
		value = plain
	} else if strings.Contains(value, `"`) {
		return filter{}, fmt.Errorf("matcher value contains unescaped double quote: %s", value)
	}
	matches := func(label string) bool { return label == value }
	if strings.HasSuffix(found[2], "~") {
		pattern, err := regexp.Compile("^(?:" + value + ")$")
		if err != nil {
			return filter{}, fmt.Errorf("bad matcher regex: %w", err)
		}
		matches = pattern.MatchString
	}
	f := filter{name: found[1], not: strings.HasPrefix(found[2], "!")}
	f.fits = func(labels map[string]string) bool { return matches(labels[f.name]) != f.not }
	return f, nil
}
