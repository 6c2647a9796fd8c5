package main

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

const (
	// maxConnections is how many connections are open at once. Slack and GitHub
	// together need a few dozen at their worst: a command is answered within
	// milliseconds.
	maxConnections = 256
	// turnAwayTime bounds how long somebody is told that there is no room.
	turnAwayTime = 50 * time.Millisecond
)

// entrance is a listener that keeps only so many connections open, and does not let
// those who hold theirs keep others out.
//
// Whoever comes while all places are taken gets the place of somebody whose
// request has not arrived: of those over whose connection nothing good has come
// yet, as long as there are any; of the address that holds most of these; and
// there the one that has been waited for longest. So whoever opens connections
// and says nothing, or says it slowly, takes places from themselves first; and
// where all come through one proxy, the slowest goes. Nobody is cut off while
// they are being answered. Only when that is so for all is the newcomer turned
// away.
type entrance struct {
	net.Listener
	max int

	mu     sync.Mutex
	guests map[*guest]struct{}
}

func newEntrance(listener net.Listener, limit int) *entrance {
	return &entrance{Listener: listener, max: limit, guests: map[*guest]struct{}{}}
}

// guest is a connection that was let in.
type guest struct {
	net.Conn
	door *entrance
	from netip.Prefix

	// These are the door's, and read and written under its lock.
	since    time.Time // since when its next request is waited for
	answered bool      // its request is there, and is being answered
	good     bool      // something that slipway took has come over it
}

// Accept lets the next connection in.
func (d *entrance) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g := &guest{Conn: conn, door: d, from: origin(conn.RemoteAddr()), since: time.Now()}
		leaves := d.enter(g)
		if leaves != nil {
			leaves.turnAway()
		}
		if leaves != g {
			return g, nil
		}
	}
}

// enter gives g a place and returns who has to leave for it, g itself when it
// cannot be anybody else.
func (d *entrance) enter(g *guest) *guest {
	d.mu.Lock()
	defer d.mu.Unlock()
	var leaves *guest
	if len(d.guests) >= d.max {
		if leaves = d.slowest(); leaves == nil {
			return g
		}
		delete(d.guests, leaves)
	}
	d.guests[g] = struct{}{}
	return leaves
}

// slowest is who has to leave for somebody else; nil when all are being answered.
func (d *entrance) slowest() *guest {
	waiting := map[netip.Prefix]int{}
	for g := range d.guests {
		if !g.answered && !g.good {
			waiting[g.from]++
		}
	}
	var worst *guest
	for g := range d.guests {
		if !g.answered && (worst == nil || g.before(worst, waiting)) {
			worst = g
		}
	}
	return worst
}

// before says whether g has to leave before another guest does.
func (g *guest) before(other *guest, waiting map[netip.Prefix]int) bool {
	switch {
	case g.good != other.good:
		return other.good
	case !g.good && waiting[g.from] != waiting[other.from]:
		return waiting[g.from] > waiting[other.from]
	default:
		return g.since.Before(other.since)
	}
}

// origin is the network that an address counts for: whoever has one address of
// IPv6 mostly has 2^64 of them.
func origin(address net.Addr) netip.Prefix {
	parsed, err := netip.ParseAddrPort(address.String())
	if err != nil {
		return netip.Prefix{} // no network's, a Unix socket's
	}
	bits := 32
	if ip := parsed.Addr().Unmap(); ip.Is6() {
		bits = 64
	}
	network, _ := parsed.Addr().Unmap().Prefix(bits) // bits fit by what was asked
	return network
}

// Close gives the place back.
func (g *guest) Close() error {
	g.door.mu.Lock()
	delete(g.door.guests, g)
	g.door.mu.Unlock()
	return g.Conn.Close()
}

// turnAway says that there is no room, and closes the connection. Whoever does
// not listen is closed without a word.
func (g *guest) turnAway() {
	_ = g.SetWriteDeadline(time.Now().Add(turnAwayTime))
	_, _ = g.Write([]byte("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
	_ = g.Conn.Close() // its place is taken already
}

type guestKey struct{}

// remember makes the guest known to the requests that come over its connection.
func remember(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, conn)
}

// arrived says that a request is there as a whole, so that its connection stays
// until it has been answered.
func arrived(ctx context.Context) {
	note(ctx, func(g *guest) { g.answered = true })
}

// taken says that what came was signed, so that its connection is among the
// last to go.
func taken(ctx context.Context) {
	note(ctx, func(g *guest) { g.good = true })
}

func note(ctx context.Context, what func(*guest)) {
	if g, ok := ctx.Value(guestKey{}).(*guest); ok {
		g.door.mu.Lock()
		defer g.door.mu.Unlock()
		what(g)
	}
}

// idle says that a request was answered and the next one is waited for.
func idle(conn net.Conn, state http.ConnState) {
	if g, ok := conn.(*guest); ok && state == http.StateIdle {
		g.door.mu.Lock()
		g.answered, g.since = false, time.Now()
		g.door.mu.Unlock()
	}
}
