package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// house is a server behind a door with few places, whose handler holds a
// request to /held until it may go.
type house struct {
	testing.TB
	door    *entrance
	address string
	held    chan struct{} // gets one for each request that is being held
	release chan struct{} // closed: they may go
}

func newHouse(t *testing.T, places int, bodies *room) *house {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{TB: t, door: newEntrance(listener, places), address: listener.Addr().String(), held: make(chan struct{}, 1000), release: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /held", func(http.ResponseWriter, *http.Request) {
		h.held <- struct{}{}
		<-h.release
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		if body, ok := bodies.read(w, r, 5<<20); ok {
			_, _ = fmt.Fprint(w, len(body))
		}
	})
	server := newServer(mux, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(h.door) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return h
}

// caller is a connection to the house.
type caller struct {
	testing.TB
	net.Conn
	in *bufio.Reader
}

func (h *house) call(says string) *caller {
	h.Helper()
	conn, err := net.DialTimeout("tcp", h.address, patience)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	c := &caller{TB: h.TB, Conn: conn, in: bufio.NewReader(conn)}
	c.say(says)
	return c
}

func (c *caller) say(text string) {
	c.Helper()
	if _, err := io.WriteString(c.Conn, text); err != nil {
		c.Fatal(err)
	}
}

// hears reads one answer; a connection that is cut off says so.
func (c *caller) hears() string {
	c.Helper()
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return "cut off"
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // read to its end
	if err != nil {
		return "cut off"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s%s", response.StatusCode, response.Header.Get("Retry-After"), body))
}

const hello = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// waitFor waits until so many places are taken.
func (h *house) waitFor(taken int) {
	h.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		h.door.mu.Lock()
		n := len(h.door.guests)
		h.door.mu.Unlock()
		if n == taken {
			return
		}
	}
	h.Fatalf("never were %d places taken", taken)
}

// TestPromise2_SilentConnectionsKeepNobodyOut: whoever opens connections and
// says nothing, little, or much but never to the end, loses them to whoever
// comes next, the oldest first.
func TestPromise2_SilentConnectionsKeepNobodyOut(t *testing.T) {
	t.Parallel()
	const places = 8
	for name, says := range map[string]string{
		"nothing":             "",
		"half a line":         "POST /slack/com",
		"headers without end": "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 500),
		"a body without end":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + strings.Repeat("x", 4000),
		"idle":                hello,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, places, newRoom(1<<20, places))
			var silent []*caller
			for n := range places {
				silent = append(silent, h.call(says))
				if says == hello {
					if got := silent[n].hears(); got != "200 hello" {
						t.Fatalf("the first request over a connection: %s", got)
					}
				}
				h.waitFor(n + 1)
			}
			for range 3 * places {
				began := time.Now()
				if got := h.call(hello).hears(); got != "200 hello" {
					t.Fatalf("beside silent connections: %s", got)
				}
				if took := time.Since(began); took > headerTimeout/2 {
					t.Errorf("it took %s: they were waited for", took)
				}
			}
			if got := silent[0].hears(); got != "503 1" && got != "cut off" {
				t.Errorf("the first silent one: %s", got)
			}
		})
	}
}

// TestPromise2_TheAnsweredKeepTheirPlace: nobody is cut off in the middle of
// an answer, and who finds no place at all is told to come again.
func TestPromise2_TheAnsweredKeepTheirPlace(t *testing.T) {
	t.Parallel()
	const places = 4
	h := newHouse(t, places, newRoom(1<<20, places))
	var held []*caller
	for range places {
		held = append(held, h.call("GET /held HTTP/1.1\r\nHost: x\r\n\r\n"))
		<-h.held
	}
	for range places {
		if got := h.call("").hears(); got != "503 1" {
			t.Errorf("without a place: %s", got)
		}
	}
	close(h.release)
	for _, c := range held {
		if got := c.hears(); got != "200" {
			t.Errorf("who was being answered: %s", got)
		}
	}
	for deadline := time.Now().Add(patience); h.call(hello).hears() != "200 hello"; {
		if time.Now().After(deadline) {
			t.Fatal("their places were not given back")
		}
	}
}

// TestWhoGoesFirst: places are taken from the address that holds most of them.
func TestWhoGoesFirst(t *testing.T) {
	t.Parallel()
	d := newEntrance(nil, 6)
	from := func(address string, age time.Duration) *guest {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		return &guest{door: d, from: origin(tcp), since: time.Unix(1000, 0).Add(-age)}
	}
	alone, busy, good := from("192.0.2.1:1", time.Hour), from("[2001:db8:0:1::9]:9", time.Hour), from("[2001:db8:0:1::8]:8", time.Hour)
	busy.answered, good.good = true, true
	many := []*guest{from("[2001:db8:0:1::1]:1", time.Second), from("[2001:db8:0:1::2]:2", 3*time.Second), from("[2001:db8:0:1::3]:3", 2*time.Second)}
	for _, g := range append(many, alone, busy, good) {
		if leaves := d.enter(g); leaves != nil {
			t.Fatal("somebody had to leave before it was full")
		}
	}
	if leaves := d.enter(from("192.0.2.7:1", 0)); leaves != many[1] {
		t.Errorf("%+v had to leave, not the oldest of the network that has most", leaves)
	}
	for range 4 {
		d.enter(from("192.0.2.7:1", 0))
	}
	if _, stays := d.guests[good]; !stays {
		t.Error("one that had been good had to leave before those of whom nothing is known")
	}
}

// TestPromise10_BodiesAreBounded: in size each, and in all, before it is known
// who sends them; small ones have room always, and what was taken is given back.
func TestPromise10_BodiesAreBounded(t *testing.T) {
	t.Parallel()
	const places = 8
	bodies := newRoom(places*smallBody+1<<20, places)
	h := newHouse(t, 1000, bodies)
	post := func(declared, sent int) *caller {
		return h.call(fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", declared, bytes.Repeat([]byte("x"), sent)))
	}
	for name, tt := range map[string]struct {
		c    *caller
		want string
	}{
		"small":          {post(60000, 60000), "200 60000"},
		"large":          {post(1_000_000, 1_000_000), "200 1000000"},
		"too large":      {post(5<<20+1, 10), "413 Request Entity Too Large"},
		"not yet read":   {post(3<<20, 2<<20), "503 1Service Unavailable"},
		"without length": {h.call("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "200 3"},
	} {
		if got := tt.c.hears(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	if err := bodies.shared.Acquire(t.Context(), 1<<20); err != nil {
		t.Fatalf("the room was not given back: %v", err)
	}
	bodies.shared.Release(1 << 20)
	holds := post(1_000_000, 900_000) // takes all that is shared, and goes on
	for deadline := time.Now().Add(patience); bodies.shared.TryAcquire(1 << 17); time.Sleep(time.Millisecond) {
		bodies.shared.Release(1 << 17)
		if time.Now().After(deadline) {
			t.Fatal("what a body takes is not counted")
		}
	}
	if got := post(200_000, 200_000).hears(); got != "503 1Service Unavailable" {
		t.Errorf("a large one while the room is full: %s", got)
	}
	for range places {
		if got := post(60000, 60000).hears(); got != "200 60000" {
			t.Errorf("a small one while the room is full: %s", got)
		}
	}
	holds.say(strings.Repeat("x", 100_000))
	if got := holds.hears(); got != "200 1000000" {
		t.Errorf("who had taken the room: %s", got)
	}
	for deadline := time.Now().Add(patience); post(200_000, 200_000).hears() != "200 200000"; {
		if time.Now().After(deadline) {
			t.Fatal("the room was not given back")
		}
	}
}

// TestManyHeaders: a request with more headers than anybody needs is answered
// before anything is done for it.
func TestManyHeaders(t *testing.T) {
	t.Parallel()
	var reached bool
	h := sparing(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("x"))
	for n := range maxHeaders + 1 {
		r.Header.Set(fmt.Sprintf("X-%d", n), "1")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if reached || w.Code != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answered with %d; handled: %v", w.Code, reached)
	}
}
