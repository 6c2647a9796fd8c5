package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// maxFrame bounds what is read at once: a click brings its whole message along.
	maxFrame = 2 << 20
	// writeWithin bounds how long a frame may take to leave.
	writeWithin = 2 * time.Second
	// linger is how long a connection that is to go is still listened to. Slack closes
	// one about 10 s after it has warned.
	linger = 15 * time.Second
)

// conn is one connection.
type conn struct {
	s     *Socket
	ws    *websocket.Conn
	ctx   context.Context //nolint:containedctx // that of what is served, which outlives the one that connected
	since time.Time
	seats chan struct{} // one for each envelope that may be served at once

	hello  chan int      // how many connections Slack says that there are
	leaves chan struct{} // closed when the connection is to be replaced
	dead   chan struct{} // closed when nothing is read from it any more
	once   sync.Once
	why    error // why it is to be replaced; set before leaves is closed

	writing sync.Mutex
	mu      sync.Mutex
	closing bool // nothing more is begun
	busy    sync.WaitGroup
}

// dial connects, and begins to listen.
func (s *Socket) dial(ctx context.Context, address string) (*conn, error) {
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: connectWithin}
	ws, answer, err := dialer.DialContext(ctx, address, nil)
	if answer != nil {
		_ = answer.Body.Close() // what it says is in err
	}
	if err != nil {
		if wrapped, is := errors.AsType[*url.Error](err); is {
			err = wrapped.Err // the address holds a ticket
		}
		return nil, &bot.Error{Kind: bot.Unavailable, Op: "connect to Slack", Err: err}
	}
	c := &conn{
		s: s, ws: ws, ctx: context.WithoutCancel(ctx), since: time.Now(), seats: make(chan struct{}, maxAtOnce),
		hello: make(chan int, 1), leaves: make(chan struct{}), dead: make(chan struct{}),
	}
	s.count(+1)
	ws.SetReadLimit(maxFrame)
	c.extendDeadline()
	ws.SetPingHandler(func(data string) error {
		c.extendDeadline()
		err := ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeWithin))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	ws.SetPongHandler(func(string) error { c.extendDeadline(); return nil })
	go c.listen() //nolint:contextcheck // what is served outlives the one that connected
	go c.ping()
	return c, nil
}

func (s *Socket) count(change int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += change
}

// extendDeadline gives the connection its time to say something again.
func (c *conn) extendDeadline() { _ = c.ws.SetReadDeadline(time.Now().Add(c.s.o.Silence)) } // it fails on a closed one only, which the next read tells

// listen reads until the connection is over.
func (c *conn) listen() {
	defer func() {
		c.s.count(-1) // first: who waits for its end may ask at once how many stand
		close(c.dead)
	}()
	for {
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			c.leave(&bot.Error{Kind: bot.Unavailable, Op: "listen to Slack", Err: err})
			return
		}
		c.extendDeadline()
		c.frame(frame)
	}
}

// ping shows that slipway is there, to Slack and to whatever lies between and
// forgets connections over which nothing goes.
func (c *conn) ping() {
	ticker := time.NewTicker(c.s.o.Silence / 3)
	defer ticker.Stop()
	for {
		select {
		case <-c.dead:
			return
		case <-ticker.C:
			_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) // whether it arrived tells the answer
		}
	}
}

// frame takes one frame.
func (c *conn) frame(raw []byte) {
	var f struct {
		Envelope
		Reason string `json:"reason"`
		All    int    `json:"num_connections"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		c.s.log.WarnContext(c.ctx, "Slack sent something that is not understood", slog.Any("error", err))
		return
	}
	switch {
	case f.Type == "hello":
		select {
		case c.hello <- f.All:
		default:
		}
	case f.Type == "disconnect":
		c.leave(farewell(f.Reason))
	case f.ID != "":
		c.receive(f.Envelope)
	}
}

// receive serves an envelope beside the others. With as many under way as there may
// be, Slack has to wait.
func (c *conn) receive(e Envelope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return // Slack gets no acknowledgement, and sends it over another one
	}
	c.seats <- struct{}{}
	c.busy.Go(func() {
		defer func() { <-c.seats }()
		err := guard.Do(func() error { return c.serve(e) })
		if stack := guard.Stack(err); stack != "" {
			c.s.log.ErrorContext(c.ctx, "an envelope panicked", slog.Any("error", err), slog.String("stack", stack))
		} else if err != nil {
			c.s.log.WarnContext(c.ctx, "an envelope was not acknowledged; Slack sends it again", slog.String("type", e.Type), slog.Any("error", err))
		}
	})
}

func (c *conn) serve(e Envelope) error {
	ctx, cancel := context.WithTimeout(c.ctx, serveWithin)
	defer cancel()
	answer, taken := c.s.o.Serve(ctx, e)
	if !taken {
		return nil
	}
	if !e.TakesAnswer {
		answer = nil
	}
	frame, err := json.Marshal(struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload,omitempty"`
	}{e.ID, answer})
	if err != nil {
		return fmt.Errorf("write an acknowledgement: %w", err)
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWithin)) // the write tells
	if err := c.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
		return fmt.Errorf("send an acknowledgement: %w", err)
	}
	return nil
}

// leave says that the connection is to be replaced, and why. The first word counts.
func (c *conn) leave(why error) {
	c.once.Do(func() {
		c.why = why
		close(c.leaves)
	})
}

// greeted waits until Slack greets the connection.
func (c *conn) greeted(ctx context.Context) error {
	select {
	case all := <-c.hello:
		if c.s.o.Greeted != nil {
			c.s.o.Greeted(ctx, all, c.s.Open())
		}
		return nil
	case <-c.leaves:
		return c.why
	case <-ctx.Done():
		return &bot.Error{Kind: bot.Unavailable, Op: "connect to Slack", Err: errors.New("no greeting came")}
	}
}

// until waits until the connection is to be replaced, and says why.
func (c *conn) until(ctx context.Context) error {
	select {
	case <-c.leaves:
		return c.why
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retire listens on for a while to what Slack still sends, unless slipway stops, and
// then closes the connection.
func (c *conn) retire(ctx context.Context) {
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-c.dead:
	case <-timer.C:
	case <-ctx.Done():
	}
	c.close()
}

// close lets what was begun end, and closes the connection.
func (c *conn) close() {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	c.busy.Wait()
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(writeWithin))
	_ = c.ws.Close() // it goes either way
	<-c.dead
}

// errRefresh says that Slack wants a connection to be replaced, as it does every few
// hours.
var errRefresh = errors.New("a new one is asked for")

// farewell is what a disconnect means, by its reason.
func farewell(reason string) error {
	switch reason {
	case "link_disabled":
		return &bot.Error{
			Kind: bot.Denied, Op: "connect to Slack", Says: "Socket Mode is switched off in the settings of the Slack app",
			Mend: "Switch it on under Socket Mode in the settings of the app, or write slack.mode: http and a signing secret into slipway.yaml.",
			Err:  errors.New(reason),
		}
	case "too_many_websockets":
		return &bot.Error{
			Kind: bot.Limited, Op: "connect to Slack", Says: "Slack allows the app no further connection: it has ten",
			Mend: "Run fewer replicas of slipway (each keeps two), and look for other processes that use the same app token: each app needs its own.",
			Err:  errors.New(reason),
		}
	}
	return fmt.Errorf("%w (%q)", errRefresh, reason)
}
