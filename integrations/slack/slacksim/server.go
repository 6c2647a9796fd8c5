package slacksim

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options describe the workspace and the app installed in it. Every field has
// a default that will do for a test.
type Options struct {
	TeamID     string // T0001
	TeamName   string // Acme
	TeamDomain string // acme
	// EnterpriseID and EnterpriseName are sent where the workspace belongs to
	// an Enterprise organisation.
	EnterpriseID, EnterpriseName string

	AppID     string // A0SLIPWAY
	BotID     string // B0SLIPWAY
	BotUserID string // U0SLIPWAY
	BotName   string // slipway

	// Token is the bot token that the Web API accepts.
	Token string // xoxb-slacksim
	// AppToken, if set, has the bot reached over connections that it opens with it
	// (Socket Mode), and not by HTTP.
	AppToken string
	// SigningSecret signs what is sent to the bot.
	SigningSecret string // slacksim-signing-secret

	// URL is where the simulator itself is reached; response_urls begin with
	// it. A server that learns its port late sets it by [Server.SetURL].
	URL string
	// BotURL is where the bot listens: its commands are posted to
	// BotURL + /slack/commands, and so on.
	BotURL string

	// ChatWritePublic grants the scope chat:write.public: the bot may post in
	// public channels it has not joined.
	ChatWritePublic bool
	// OrgWide sends what Slack sends of an app that is installed for a whole
	// organisation: payloads without a workspace.
	OrgWide bool
	// Scopes are those of the bot token, and Events what the app has subscribed
	// to; nil: all that there are.
	Scopes, Events []string
	// RateLimits switches Slack's tiers on (off by default: a test that is
	// not about limits should not meet them).
	RateLimits bool

	// FileScan is how long Slack looks through a file before a block may name it (200 ms).
	FileScan time.Duration

	// AckTimeout is how long the bot may take to answer (3 s).
	AckTimeout time.Duration
	// EventRetries are the pauses before the second, third and fourth delivery
	// of an event (at once, 1 min, 5 min).
	EventRetries []time.Duration

	// Heard is given all that the bot sends, as it came and before it is judged;
	// it may be called from several goroutines at once.
	Heard func(Sent)

	// Now is the simulator's clock.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	o.TeamID = cmp.Or(o.TeamID, "T0001")
	o.TeamName = cmp.Or(o.TeamName, "Acme")
	o.TeamDomain = cmp.Or(o.TeamDomain, "acme")
	o.AppID = cmp.Or(o.AppID, "A0SLIPWAY")
	o.BotID = cmp.Or(o.BotID, "B0SLIPWAY")
	o.BotUserID = cmp.Or(o.BotUserID, "U0SLIPWAY")
	o.BotName = cmp.Or(o.BotName, "slipway")
	o.Token = cmp.Or(o.Token, "xoxb-slacksim")
	o.SigningSecret = cmp.Or(o.SigningSecret, "slacksim-signing-secret")
	o.FileScan = cmp.Or(o.FileScan, 200*time.Millisecond)
	o.AckTimeout = cmp.Or(o.AckTimeout, 3*time.Second)
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.Heard == nil {
		o.Heard = func(Sent) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Server is the simulated workspace. It is an [http.Handler]; serve it by
// httptest or by an http.Server. All its methods may be called at any time
// and from any goroutine.
type Server struct {
	opts    Options
	mux     *http.ServeMux
	methods map[string]method
	client  *http.Client

	mu      sync.Mutex
	changed chan struct{} // closed and renewed at every change: wakes all who wait

	url, botURL string
	revoked     bool
	tabOff      bool                 // the Messages tab of the app's Home is off
	unknown     []string             // types of block that are not known in this workspace
	read        map[*Message]reading // what people read, see text
	outage      bool
	limited     bool

	users    []*User
	groups   []*UserGroup
	channels []*conversation
	stacks   map[string][]*View // open modals by user, the topmost last
	homes    map[string]*View
	triggers map[string]*trigger
	hooks    map[string]*hook
	uploads  map[string]*upload // by the ticket in their address
	files    []File

	links     []*link // by which the bot is reached in Socket Mode
	picked    int
	tickets   map[string]bool     // addresses for connections that were given out
	acks      map[string]*waiting // envelopes that wait, by id
	loseAcks  int
	socketOff bool

	faults  []*Fault
	rate    map[string][]time.Time
	calls   []Call
	changes []Change
	unseen  []Message // private answers that nobody ever sees
	lastTS  int64
	serial  int
}

// New gives a workspace that holds the bot's user and nothing else.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{
		opts:     o,
		mux:      http.NewServeMux(),
		client:   &http.Client{},
		changed:  make(chan struct{}),
		url:      strings.TrimRight(o.URL, "/"),
		botURL:   strings.TrimRight(o.BotURL, "/"),
		limited:  o.RateLimits,
		stacks:   map[string][]*View{},
		homes:    map[string]*View{},
		triggers: map[string]*trigger{},
		hooks:    map[string]*hook{},
		read:     map[*Message]reading{},
		uploads:  map[string]*upload{},
		rate:     map[string][]time.Time{},
		tickets:  map[string]bool{},
		acks:     map[string]*waiting{},
	}
	s.users = []*User{{ID: o.BotUserID, Name: o.BotName, RealName: o.BotName, TeamID: o.TeamID, IsBot: true}}
	s.methods = s.apiMethods()
	s.mux.HandleFunc("/api/{method}", s.serveAPI)
	s.mux.HandleFunc("POST /hooks/{kind}/{team}/{id}", s.serveHook)
	s.mux.HandleFunc("POST /upload/v1/{ticket}", s.serveUpload)
	s.mux.HandleFunc("GET /link/", s.serveLink)
	s.mux.HandleFunc("POST /_sim/do", s.serveControl)
	return s
}

// ServeHTTP makes the workspace an [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// SetURL tells the simulator where it is reached itself.
func (s *Server) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = strings.TrimRight(base, "/")
}

// APIURL is the base URL for a Slack client, with the slash at its end that
// slack-go wants.
func (s *Server) APIURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url + "/api/"
}

// SetBotURL tells the simulator where the bot listens.
func (s *Server) SetBotURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.botURL = strings.TrimRight(base, "/")
}

// placed says whether both ends know where the other is. The caller holds mu.
func (s *Server) placed() error {
	if s.url == "" || s.botURL == "" && !s.SocketMode() {
		return errors.New("the simulator needs its own URL and the bot's: SetURL, SetBotURL")
	}
	return nil
}

// Options gives the options with all defaults filled in.
func (s *Server) Options() Options {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts
}

// writeJSON answers as Slack does: markup in texts stays readable.
func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the client may be gone; there is nobody left to tell
}
