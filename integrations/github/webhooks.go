package github

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxDelivery bounds a delivery's body. GitHub's own cap is 25 MB; the
	// events that are used here have some 20 KB.
	maxDelivery = 5 << 20
	// hintTime leaves room within the 10 s after which GitHub gives a delivery
	// up (docs: "Best practices for using webhooks").
	hintTime = 8 * time.Second
)

// Hint says that something happened to a run. It is no truth: whoever takes it
// reads the run.
type Hint struct {
	// RunKey is the run key in the run's name; empty if the event does not
	// show one.
	RunKey string
	RunID  int64
	// Attempt is which attempt of the run it is about; more than 1 means that
	// somebody ran it again.
	Attempt int
	Repo    string
	// Delivery is GitHub's id of the delivery. A delivery that is sent again
	// keeps it.
	Delivery string
}

// Sink takes hints. It MUST have stored a hint when it returns nil; after an
// error the delivery can be sent again.
type Sink interface {
	RunHint(ctx context.Context, hint Hint) error
	// DeploymentHint hears that something is done by a deployment that does not say that
	// it is slipway's, and of which run, if it tells. It keeps nobody waiting.
	DeploymentHint(ctx context.Context, repo string, runID int64)
	// Delivered hears of every delivery that is signed, whatever it is about; repo is
	// empty where it names none. It keeps nobody waiting.
	Delivered(ctx context.Context, repo string)
}

// ReadBody reads the body of a request of which it is not known yet who sent
// it: at most limit bytes, and no more than there is room for. Where it returns
// false it has answered the request.
type ReadBody func(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, ok bool)

// Webhooks takes GitHub's deliveries in. What is not signed with the secret
// changes nothing; what is not about a run is answered and forgotten.
type Webhooks struct {
	secret []byte
	read   ReadBody
	sink   Sink
	logger *slog.Logger
}

// NewWebhooks makes the handler. Without a secret anybody could send
// deliveries, so an empty one is an error.
func NewWebhooks(secret string, read ReadBody, sink Sink, logger *slog.Logger) (*Webhooks, error) {
	if secret == "" {
		return nil, errors.New("github: webhooks need a secret")
	}
	return &Webhooks{secret: []byte(secret), read: read, sink: sink, logger: logger}, nil
}

// ServeHTTP answers one delivery.
func (w *Webhooks) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodPost {
		out.Header().Set("Allow", http.MethodPost)
		http.Error(out, "deliveries are sent with POST", http.StatusMethodNotAllowed)
		return
	}
	given, claimed := claimedMAC(req.Header)
	if !claimed {
		w.refuse(out, req)
		return
	}
	body, ok := w.read(out, req, maxDelivery)
	if !ok {
		return
	}
	if !hmac.Equal(given, macOf(w.secret, body)) {
		w.refuse(out, req)
		return
	}
	d := readDelivery(req.Header, body)
	w.sink.Delivered(req.Context(), clean(d.Repository.FullName, maxName))
	if runID, told := d.foreign(); told {
		w.sink.DeploymentHint(req.Context(), d.Repository.FullName, runID)
	}
	hint, err := d.hint()
	switch {
	case err != nil:
		http.Error(out, err.Error(), http.StatusBadRequest)
	case hint.RunID == 0:
		out.WriteHeader(http.StatusNoContent) // an event that is not used here
	default:
		w.pass(out, req, hint)
	}
}

func (w *Webhooks) pass(out http.ResponseWriter, req *http.Request, hint Hint) {
	ctx, cancel := context.WithTimeout(req.Context(), hintTime)
	defer cancel()
	if err := w.sink.RunHint(ctx, hint); err != nil {
		w.logger.ErrorContext(ctx, "a delivery could not be stored", slog.String("delivery", hint.Delivery), slog.Any("error", err))
		http.Error(out, "not stored; deliver it again", http.StatusServiceUnavailable)
		return
	}
	out.WriteHeader(http.StatusAccepted)
}

// refuse answers what GitHub did not sign. It is not read any further.
func (w *Webhooks) refuse(out http.ResponseWriter, req *http.Request) {
	w.logger.WarnContext(req.Context(), "a delivery without a good signature was refused")
	out.Header().Set("Connection", "close")
	http.Error(out, "the signature is missing or wrong", http.StatusUnauthorized)
}

// claimedMAC is what the headers claim the HMAC of the body to be, and false if
// they claim nothing. The older header with SHA-1 is not looked at.
func claimedMAC(header http.Header) ([]byte, bool) {
	text, found := strings.CutPrefix(header.Get("X-Hub-Signature-256"), "sha256=")
	if !found || len(text) != hex.EncodedLen(sha256.Size) {
		return nil, false
	}
	given, err := hex.DecodeString(text)
	return given, err == nil
}

func macOf(secret, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return mac.Sum(nil)
}

// delivery is what is read of the events that are used; fields that are not known are
// ignored.
type delivery struct {
	event, id string
	trouble   error // it is not what its event should be

	Run struct {
		ID      int64  `json:"id"`
		Title   string `json:"display_title"`
		Attempt int    `json:"run_attempt"`
	} `json:"workflow_run"`
	Job struct {
		RunID   int64 `json:"run_id"`
		Attempt int   `json:"run_attempt"`
	} `json:"workflow_job"`
	Status struct {
		State     string `json:"state"`
		LogURL    string `json:"log_url"`
		TargetURL string `json:"target_url"`
	} `json:"deployment_status"`
	Deployment struct {
		Payload json.RawMessage `json:"payload"`
	} `json:"deployment"`
	Repository struct {
		FullName string `json:"full_name"`
	} `json:"repository"`
}

// readDelivery reads a delivery of whatever event, as far as it can be read.
func readDelivery(header http.Header, body []byte) delivery {
	d := delivery{event: header.Get("X-GitHub-Event"), id: header.Get("X-GitHub-Delivery")}
	if body, d.trouble = jsonOf(header, body); d.trouble == nil && json.Unmarshal(body, &d) != nil {
		d.trouble = errors.New("the delivery is not the JSON of a " + d.event)
	}
	return d
}

// hint makes a hint of a delivery; a hint without RunID means that the delivery is not
// about a run. Action and state are not looked at: they need not agree, and the run
// itself is read anyway.
func (d delivery) hint() (Hint, error) {
	if d.event != "workflow_run" && d.event != "workflow_job" {
		return Hint{}, nil
	}
	if d.trouble != nil {
		return Hint{}, d.trouble
	}
	hint := Hint{Repo: d.Repository.FullName, Delivery: d.id}
	if d.event == "workflow_run" {
		hint.RunID, hint.Attempt, hint.RunKey = d.Run.ID, max(0, d.Run.Attempt), runKeyIn(d.Run.Title)
	} else {
		hint.RunID, hint.Attempt = d.Job.RunID, max(0, d.Job.Attempt)
	}
	if _, err := parseRepository(hint.Repo); err != nil || hint.RunID <= 0 {
		return Hint{}, errors.New("the delivery names no run of a repository")
	}
	if !isPlainName(hint.Delivery) {
		return Hint{}, errors.New("the header X-GitHub-Delivery is missing or wrong")
	}
	return hint, nil
}

// foreign says whether the delivery tells that something is done by a deployment that
// does not say that it is slipway's, and by which run.
func (d delivery) foreign() (runID int64, told bool) {
	_, acts := acting(d.Status.State)
	if d.event != "deployment_status" || d.trouble != nil || !acts || markIn(d.Deployment.Payload).Release != "" {
		return 0, false
	}
	if _, err := parseRepository(d.Repository.FullName); err != nil {
		return 0, false
	}
	return cmp.Or(d.Run.ID, runIn(cmp.Or(d.Status.LogURL, d.Status.TargetURL))), true
}

// jsonOf returns the JSON of a delivery, which comes as it is or in a form,
// whichever was chosen for the webhook.
func jsonOf(header http.Header, body []byte) ([]byte, error) {
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	if media != "application/x-www-form-urlencoded" {
		return body, nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errors.New("the delivery is not a form")
	}
	return []byte(form.Get("payload")), nil
}
