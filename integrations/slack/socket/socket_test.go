package socket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/socket"
)

// far is the other end of the connections: it greets each one and hands it to the
// test.
type far struct {
	t     *testing.T
	url   string
	conns chan *websocket.Conn
}

func newFar(t *testing.T) *far {
	t.Helper()
	f := &far{t: t, conns: make(chan *websocket.Conn, 20)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var upgrader websocket.Upgrader
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		f.send(ws, `{"type":"hello","num_connections":1}`)
		f.conns <- ws
	}))
	t.Cleanup(server.Close)
	f.url = "ws" + strings.TrimPrefix(server.URL, "http")
	return f
}

func (f *far) send(ws *websocket.Conn, frame string) {
	if err := ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		f.t.Errorf("send %s: %v", frame, err)
	}
}

// next is the next connection that is opened.
func (f *far) next() *websocket.Conn {
	f.t.Helper()
	select {
	case ws := <-f.conns:
		f.t.Cleanup(func() { _ = ws.Close() })
		return ws
	case <-time.After(time.Minute):
		f.t.Fatal("no connection is opened")
		return nil
	}
}

// acknowledged reads the next frame.
func (f *far) acknowledged(ws *websocket.Conn) string {
	f.t.Helper()
	_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
	_, frame, err := ws.ReadMessage()
	if err != nil {
		f.t.Fatalf("no acknowledgement: %v", err)
	}
	return string(frame)
}

// run keeps connections to the far end until the test is over.
func (f *far) run(o socket.Options) *socket.Socket {
	f.t.Helper()
	o.Open = func(context.Context) (string, error) { return f.url, nil }
	s := socket.New(o, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- s.Run(ctx) }()
	f.t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			f.t.Error(err)
		}
		if n := s.Open(); n != 0 {
			f.t.Errorf("%d connections are left", n)
		}
	})
	return s
}

func echo(_ context.Context, e socket.Envelope) (json.RawMessage, bool) { return e.Payload, true }

// TestAcknowledgements: an envelope is acknowledged with the answer where it takes
// one, without where not, and not at all where it is to come again. What is no
// envelope is none.
func TestAcknowledgements(t *testing.T) {
	t.Parallel()
	f := newFar(t)
	f.run(socket.Options{Serve: func(ctx context.Context, e socket.Envelope) (json.RawMessage, bool) {
		if e.Type == "panic" {
			panic("out of order")
		}
		answer, _ := echo(ctx, e)
		return answer, e.Type != "again"
	}})
	ws := f.next()
	for _, frame := range []string{
		`{"type":"hello","num_connections":2}`, `{`, `[]`, `{"type":"nothing"}`, `""`,
		`{"envelope_id":"0","type":"again","payload":{}}`, `{"envelope_id":"1","type":"panic","payload":{}}`,
	} {
		f.send(ws, frame)
	}
	f.send(ws, `{"envelope_id":"a","type":"events_api","payload":{"x":1},"accepts_response_payload":false,"retry_attempt":1,"retry_reason":"timeout"}`)
	if got, want := f.acknowledged(ws), `{"envelope_id":"a"}`; got != want {
		t.Errorf("acknowledged %s, want %s", got, want)
	}
	f.send(ws, `{"envelope_id":"b","type":"slash_commands","payload":{"x":1},"accepts_response_payload":true}`)
	if got, want := f.acknowledged(ws), `{"envelope_id":"b","payload":{"x":1}}`; got != want {
		t.Errorf("acknowledged %s, want %s", got, want)
	}
}

// TestSamples feeds every frame that was recorded at Slack.
func TestSamples(t *testing.T) {
	t.Parallel()
	folder := contract.Path(t, contract.SlackSamples)
	files, err := filepath.Glob(filepath.Join(folder, "socket_envelope_*.json"))
	if err != nil || len(files) < 3 {
		t.Fatalf("there are %d samples, %v", len(files), err)
	}
	f := newFar(t)
	f.run(socket.Options{Serve: echo})
	ws := f.next()
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var e socket.Envelope
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		f.send(ws, string(raw))
		if got := f.acknowledged(ws); !strings.HasPrefix(got, `{"envelope_id":"`+e.ID+`"`) || strings.Contains(got, "payload") != e.TakesAnswer {
			t.Errorf("%s is acknowledged %s", filepath.Base(file), got)
		}
	}
	// A disconnect is followed by another connection.
	f.next() // the second lane's
	raw, err := os.ReadFile(filepath.Join(folder, "socket_disconnect_warning.json"))
	if err != nil {
		t.Fatal(err)
	}
	f.send(ws, string(raw))
	f.next()
}

// TestSilenceIsDeath: a connection over which nothing comes, not even an answer to a
// ping, is replaced.
func TestSilenceIsDeath(t *testing.T) {
	t.Parallel()
	f := newFar(t)
	f.run(socket.Options{Serve: echo, Silence: 300 * time.Millisecond})
	f.next() // nobody reads from it, so nobody answers its pings
	f.next()
	f.next()
}

// TestPingsKeepItAlive: one that answers pings stands.
func TestPingsKeepItAlive(t *testing.T) {
	t.Parallel()
	f := newFar(t)
	f.run(socket.Options{Serve: echo, Silence: 300 * time.Millisecond})
	var pings sync.WaitGroup
	for range 2 {
		ws, seen := f.next(), 0
		answer := ws.PingHandler()
		pings.Add(10)
		ws.SetPingHandler(func(data string) error {
			if seen++; seen <= 10 {
				pings.Done()
			}
			return answer(data)
		})
		go func() {
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					return
				}
			}
		}()
	}
	alive := make(chan struct{})
	go func() { pings.Wait(); close(alive) }()
	select {
	case <-alive: // ten pings are three times as long as the silence that it bears
	case <-time.After(time.Minute):
		t.Fatal("there are no ten pings")
	}
	if n := len(f.conns); n > 0 {
		t.Errorf("%d connections were replaced", n)
	}
}

// TestOldOneServesOn: until its successor stands, and after, what Slack still sends
// over a connection that is to go is acknowledged over it.
func TestOldOneServesOn(t *testing.T) {
	t.Parallel()
	f := newFar(t)
	f.run(socket.Options{Serve: echo})
	old := f.next()
	f.next() // the second lane's
	f.send(old, `{"type":"disconnect","reason":"warning"}`)
	for i := range 3 {
		if i == 1 {
			f.next()
		}
		f.send(old, fmt.Sprintf(`{"envelope_id":"%d","type":"events_api","payload":{}}`, i))
		if got, want := f.acknowledged(old), fmt.Sprintf(`{"envelope_id":"%d"}`, i); got != want {
			t.Errorf("acknowledged %s, want %s", got, want)
		}
	}
}

// TestStopLetsEnd: what was begun when slipway stops is acknowledged before the
// connection is closed.
func TestStopLetsEnd(t *testing.T) {
	t.Parallel()
	f := newFar(t)
	begun, letGo := make(chan struct{}), make(chan struct{})
	s := socket.New(socket.Options{
		Open: func(context.Context) (string, error) { return f.url, nil },
		Serve: func(context.Context, socket.Envelope) (json.RawMessage, bool) {
			close(begun)
			<-letGo
			return nil, true
		},
	}, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- s.Run(ctx) }()
	ws := f.next()
	f.send(ws, `{"envelope_id":"last","type":"events_api","payload":{}}`)
	<-begun
	stop()
	close(letGo)
	if got := f.acknowledged(ws); got != `{"envelope_id":"last"}` {
		t.Errorf("acknowledged %s", got)
	}
	if err := <-over; err != nil || s.Open() != 0 {
		t.Errorf("Run = %v, with %d connections left", err, s.Open())
	}
}
