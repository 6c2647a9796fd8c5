package githubsim

import (
	"cmp"
	"context"
	"crypto/rsa"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// DefaultToken is the token that a server accepts when Options names none.
const DefaultToken = "ghp_simulated"

// maxBody bounds what the server reads of one request. GitHub's own limit on
// dispatch inputs is 65,535 characters, so this is generous.
const maxBody = 1 << 20

// aMoment is how long it takes to cancel a run where nothing else is said.
const aMoment = 20 * time.Millisecond

// Options are a server's settings; the zero value is a working server.
type Options struct {
	// Token is the personal token that requests must bear; DefaultToken if empty.
	Token string
	// Contract, if set, validates every request and answer.
	Contract Contract
	// OldServer makes dispatch refuse return_run_details, as GitHub Enterprise
	// Server up to 3.20 does.
	OldServer bool
	// Lag is how long a new run stays out of listings.
	Lag time.Duration
	// CancelDelay is how long a run at which somebody works takes to end after it
	// was asked to cancel: a moment, if zero. A negative one means that only
	// force-cancel ends it.
	CancelDelay time.Duration
	// Speed divides the durations in scripts; 1 if zero.
	Speed float64
	// RateLimit is the hourly budget of requests; 5,000 if zero.
	RateLimit int
	// HookURL and HookSecret configure the webhook; no URL means no webhooks.
	HookURL, HookSecret string
	// Now is the clock; time.Now if nil.
	Now func() time.Time
}

// Server is a simulated GitHub. Make one with New and end it with Close.
type Server struct {
	now      func() time.Time
	contract Contract
	routes   []route
	client   *http.Client
	done     <-chan struct{}
	stop     context.CancelFunc
	work     sync.WaitGroup

	mu          sync.Mutex
	oldServer   bool
	lag, stale  time.Duration
	cancelDelay time.Duration
	speed       float64
	lastID      int64
	repos       map[string]*repository
	teams       map[string][]string    // their members, by organization/team
	moved       map[string]*repository // by the names that they had before
	runs        []*run
	dispatched  []dispatch
	tokens      map[string]time.Time
	logins      map[string]string            // whose a token is, if not slipway's
	limits      map[string]map[string]string // what a token was left of a permission
	appKeys     map[string]*rsa.PublicKey    // by the App's id
	limit       limiter
	tokenEnd    time.Time // when tokens lapse, of which GitHub tells in each answer
	faults      []*Fault
	requests    []*Request
	violations  []string // of the contract
	hook        hook
}

// New makes a server and starts its webhook sender. It serves nothing by itself:
// hand it to an http.Server or httptest.Server.
func New(o Options) *Server {
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		now:         o.Now,
		contract:    o.Contract,
		routes:      routes(),
		client:      &http.Client{Timeout: hookTimeout},
		done:        ctx.Done(),
		stop:        stop,
		oldServer:   o.OldServer,
		lag:         o.Lag,
		cancelDelay: cmp.Or(o.CancelDelay, aMoment),
		speed:       positive(o.Speed),
		lastID:      1000,
		repos:       map[string]*repository{},
		teams:       map[string][]string{},
		moved:       map[string]*repository{},
		logins:      map[string]string{},
		limits:      map[string]map[string]string{},
		appKeys:     map[string]*rsa.PublicKey{},
		tokens:      map[string]time.Time{},
		hook:        newHook(o.HookURL, o.HookSecret),
	}
	if s.now == nil {
		s.now = time.Now
	}
	token := o.Token
	if token == "" {
		token = DefaultToken
	}
	s.tokens[token] = time.Time{}
	s.limit = newLimiter(o.RateLimit, s.now())
	s.work.Go(func() { s.deliverAll(ctx) })
	return s
}

// Close stops scripts and webhooks and waits until they have stopped. Requests
// are still answered afterwards.
func (s *Server) Close() {
	s.stop()
	s.work.Wait()
}

// ServeHTTP answers one request: the control endpoint under /_sim/, the API
// under everything else. The prefix /api/v3 of GitHub Enterprise Server is
// accepted too, since go-github's WithEnterpriseURLs adds it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.serveControl(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(http.StatusRequestEntityTooLarge, "Request body too large").write(w)
		return
	}
	c := &call{
		method: r.Method,
		path:   strings.TrimPrefix(r.URL.Path, "/api/v3"),
		query:  r.URL.Query(),
		header: r.Header,
		body:   body,
		http:   r,
	}
	entry, fault := s.begin(c)
	a, elsewhere := s.redirected(c)
	if !elsewhere {
		a = s.withFault(r.Context(), c, fault)
	}
	s.mu.Lock()
	entry.Status = a.status
	s.mu.Unlock()
	if fault.Cut {
		cut(w)
		return
	}
	a.write(w)
}

// withFault answers a request as its fault commands: late, not at all, or only
// after it was carried out. Every request is checked against the contract, also
// one that a fault refuses, and every answer of our own; a fault's answer is
// free to be anything.
func (s *Server) withFault(ctx context.Context, c *call, f Fault) answer {
	if f.Latency > 0 && !s.pause(time.Duration(f.Latency)) {
		return fail(http.StatusServiceUnavailable, "Server stopped")
	}
	if f.Before != nil {
		f.Before()
	}
	if violation, ok := s.checkRequest(ctx, c); !ok {
		return violation
	}
	if f.replaces() && !f.After {
		return f.answer()
	}
	a := s.serve(c)
	if violation, ok := s.checkAnswer(ctx, c, a); !ok {
		return violation
	}
	if f.replaces() {
		return f.answer()
	}
	return a
}

// serve authenticates, counts and routes a request, all under the mutex.
func (s *Server) serve(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := s.authenticate(c); !ok {
		return a
	}
	if a, ok := s.withinLimit(c); !ok {
		return a
	}
	a := s.conditional(c, s.route(c))
	if s.oldServer {
		a.header.Set("X-GitHub-Enterprise-Version", oldVersion)
	}
	s.countLimit(c, a)
	return a
}

// pause waits for d; it returns false if the server was closed meanwhile.
func (s *Server) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.done:
		return false
	}
}

// nextID gives ids in order of creation, as GitHub's are.
func (s *Server) nextID() int64 {
	s.lastID++
	return s.lastID
}

// SetTokenEnd sets when tokens lapse.
func (s *Server) SetTokenEnd(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenEnd = at
}

// SetLag sets how long a new run stays out of listings.
func (s *Server) SetLag(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = d
}

// SetStale makes listings show runs as they were that long ago; a run asked for by
// its id is shown as it is.
func (s *Server) SetStale(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = d
}

// SetCancelDelay sets how long a cancelled run takes to end; negative means
// until it is force-cancelled.
func (s *Server) SetCancelDelay(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancelDelay = d
}

// SetSpeed sets by how much the durations of scripts are divided; 1 if it is not
// positive.
func (s *Server) SetSpeed(factor float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speed = positive(factor)
}

// positive takes a factor that cannot divide for 1.
func positive(factor float64) float64 {
	if factor > 0 {
		return factor
	}
	return 1
}
