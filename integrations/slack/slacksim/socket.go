package slacksim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// maxLinks is how many connections Slack allows an app
	// (docs.slack.dev/apis/events-api/using-socket-mode).
	maxLinks = 10
	// maxAck is from how many bytes on Slack drops an acknowledgement without a word:
	// slack-go found that out by trying.
	maxAck = 20_000
	// pingEvery is how often Slack shows that it is there.
	pingEvery = 5 * time.Second
	// linkTime is what a hello says of how long a connection lives, in seconds; the
	// one of Slack's that was recorded said so.
	linkTime = 18060
)

// The reasons for which Slack asks an app to leave a connection.
const (
	LeaveWarning  = "warning" // Slack closes it soon
	LeaveRefresh  = "refresh_requested"
	LeaveDisabled = "link_disabled" // Socket Mode was switched off
	LeaveTooMany  = "too_many_websockets"
)

// link is a connection by which Slack reaches the bot.
type link struct {
	ws      *websocket.Conn
	writing sync.Mutex
	gone    chan struct{} // closed when it is over
}

// ack is an acknowledgement of the bot's.
type ack struct {
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"`
}

func (l *link) send(frame any) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	_ = l.ws.SetWriteDeadline(time.Now().Add(time.Second)) // the write tells
	return l.ws.WriteJSON(frame)
}

func (l *link) leave(reason string) error {
	return l.send(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "wss-111.slack.com"}})
}

// appsConnectionsOpen gives an address that is good for one connection.
func (s *Server) appsConnectionsOpen(args) (reply, error) {
	ticket := s.nextID("ticket-")
	s.tickets[ticket] = true
	return reply{"url": "ws" + s.url[len("http"):] + "/link/?ticket=" + ticket + "&app_id=" + s.opts.AppID}, nil
}

// serveLink is the other end of the bot's connection.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket] && !s.outage
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "the ticket is used up, or never was one", http.StatusNotFound)
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it has answered
	}
	l := &link{ws: ws, gone: make(chan struct{})}
	all, refused := s.admit(l)
	if refused != "" {
		_ = l.leave(refused) // it is closed anyway
		l.close()
		return
	}
	defer s.drop(l)
	err = l.send(object{
		"type": "hello", "num_connections": all, "connection_info": object{"app_id": s.opts.AppID},
		"debug_info": object{"host": "wss-111.slack.com", "build_number": 10, "approximate_connection_time": linkTime},
	})
	if err == nil {
		go l.ping()
		s.hear(l)
	}
}

// admit lets a connection in, or says why not.
func (s *Server) admit(l *link) (all int, refused string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.socketOff:
		return 0, LeaveDisabled
	case len(s.links) >= maxLinks:
		return 0, LeaveTooMany
	}
	s.links = append(s.links, l)
	s.wake()
	return len(s.links), ""
}

func (s *Server) drop(l *link) {
	s.mu.Lock()
	s.links = slices.DeleteFunc(s.links, func(other *link) bool { return other == l })
	s.wake()
	s.mu.Unlock()
	close(l.gone)
	l.close()
}

func (l *link) close() { _ = l.ws.Close() } // it goes either way

func (l *link) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-l.gone:
			return
		case <-ticker.C:
			_ = l.ws.WriteControl(websocket.PingMessage, []byte("Ping from wss-111.slack.com"), time.Now().Add(time.Second)) // the reader notices
		}
	}
}

// hear reads acknowledgements until the connection is over.
func (s *Server) hear(l *link) {
	for {
		_, raw, err := l.ws.ReadMessage()
		if err != nil {
			return
		}
		var a ack
		if len(raw) >= maxAck || json.Unmarshal(raw, &a) != nil {
			continue
		}
		s.mu.Lock()
		waits := s.acks[a.EnvelopeID]
		lost := waits != nil && s.loseAcks > 0
		if lost {
			s.loseAcks--
		} else {
			delete(s.acks, a.EnvelopeID)
		}
		s.mu.Unlock()
		switch {
		case lost:
			close(waits.lost)
		case waits != nil:
			waits.heard <- a
		}
	}
}

// Links is how many connections the bot has.
func (s *Server) Links() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.links)
}

// Disconnect asks the bot to leave all connections that it has, as Slack does, and
// closes them after a while. With [LeaveDisabled] there are no new ones either, until
// [Server.EnableSocket].
func (s *Server) Disconnect(reason string, after time.Duration) {
	s.mu.Lock()
	links := slices.Clone(s.links)
	s.socketOff = s.socketOff || reason == LeaveDisabled
	s.mu.Unlock()
	for _, l := range links {
		_ = l.leave(reason) // closed below, whoever is there
		time.AfterFunc(after, l.close)
	}
}

// CutLinks cuts all connections without a word.
func (s *Server) CutLinks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.links {
		l.close()
	}
	s.links = nil
	s.wake()
}

// EnableSocket switches Socket Mode on again.
func (s *Server) EnableSocket() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socketOff = false
	s.wake()
}

// LoseAcks loses the next acknowledgements on their way to Slack, which sends again
// what it believes was not taken.
func (s *Server) LoseAcks(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loseAcks = n
}

func (s *Server) doDisconnect(d controlRequest) error {
	after, err := time.ParseDuration(cmp.Or(d.Timeout, "10s"))
	if err != nil {
		return err
	}
	s.Disconnect(cmp.Or(d.Text, LeaveWarning), after)
	return nil
}
