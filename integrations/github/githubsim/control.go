package githubsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// controlPrefix is where a story drives the simulator. It needs no token, so it
// answers to the loopback only.
const controlPrefix = "/_sim/"

// command is the body of POST /_sim/do. Verb says what to do; which other
// fields it reads is said at each verb in control_verbs.go. Settings such as a
// commit, a fault or a script are the JSON of their Go types.
type command struct {
	Verb string `json:"verb"`

	Repo   string `json:"repo"`
	Branch string `json:"branch"`
	Ref    string `json:"ref"`
	Name   string `json:"name"`
	// Run is a run's id, or a part of its title; the newest that fits is meant,
	// and an empty one means the newest of all.
	Run        runRef   `json:"run"`
	Job        string   `json:"job"`
	Step       string   `json:"step"`
	Conclusion string   `json:"conclusion"`
	Workflow   string   `json:"workflow"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Event      string   `json:"event"`
	Action     string   `json:"action"`
	GUID       string   `json:"guid"`
	URL        string   `json:"url"`
	Secret     string   `json:"secret"`
	Token      string   `json:"token"`
	Delay      Duration `json:"delay"`
	Factor     float64  `json:"factor"`
	On         bool     `json:"on"`
	Limit      int      `json:"limit"`
	Remaining  int      `json:"remaining"`
	Number     int      `json:"number"`
	State      string   `json:"state"`
	// Inputs are what somebody fills in on the Actions page.
	Inputs map[string]any `json:"inputs"`

	Commit      CommitSpec      `json:"commit"`
	Status      StatusSpec      `json:"status"`
	Check       CheckSpec       `json:"check"`
	Pull        PullSpec        `json:"pull"`
	Review      ReviewSpec      `json:"review"`
	Environment EnvironmentSpec `json:"environment"`
	Script      Script          `json:"script"`
	Fault       Fault           `json:"fault"`
	HookFault   HookFault       `json:"hook_fault"`
}

// runRef is a run's id or a part of its title, written as number or text.
type runRef string

// UnmarshalJSON takes a number or a text.
func (r *runRef) UnmarshalJSON(raw []byte) error {
	if id, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		*r = runRef(strconv.FormatInt(id, 10))
		return nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	*r = runRef(text)
	return nil
}

// pickRun finds the run that a command means.
func (s *Server) pickRun(ref runRef) (int64, error) {
	for _, r := range slices.Backward(s.Runs()) {
		if itoa(r.ID) == string(ref) || strings.Contains(r.Title, string(ref)) {
			return r.ID, nil
		}
	}
	return 0, fmt.Errorf("no run %q", ref)
}

// serveControl carries out one command. It answers what the verb gives, or
// {"error": ...} with status 400.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	if !fromLoopback(r) {
		fail(http.StatusForbidden, "the control endpoint answers to the loopback only").write(w)
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != controlPrefix+"do" {
		notFound().write(w)
		return
	}
	result, err := s.command(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		reply(http.StatusBadRequest, object{"error": err.Error()}).write(w)
		return
	}
	if result == nil {
		result = object{}
	}
	ok(result).write(w)
}

func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (s *Server) command(body io.Reader) (any, error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read command: %w", err)
	}
	var cmd command
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&cmd); err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	verb, known := verbs()[cmd.Verb]
	if !known {
		return nil, fmt.Errorf("no verb %q", cmd.Verb)
	}
	return verb(s, cmd)
}

var errNoCommit = errors.New("no such commit")

// orNotFound turns a yes or no about a commit into the result of a verb.
func orNotFound(found bool) (any, error) { //nolint:revive // it is the very value being turned into an error
	if !found {
		return nil, errNoCommit
	}
	return nil, nil //nolint:nilnil // a verb without a result answers {}
}

func (cmd command) delay() time.Duration { return time.Duration(cmd.Delay) }
