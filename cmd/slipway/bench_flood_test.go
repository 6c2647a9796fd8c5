package main

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkFlood measures what those can do of whom it is not known yet who
// they are: unsigned bodies of 5 MB over 150 connections, the same with made-up
// signatures, slow ones, and many headers. Meanwhile a command is acknowledged
// within a second, and the process stays below 160 MiB. The flood takes its
// processor time from the same machine.
func BenchmarkFlood(b *testing.B) {
	const commands = 40
	bodies := strings.Repeat("x", 5_000_000)
	large := "Host: x\r\nContent-Length: 5000000\r\n"
	claimed := "X-Slack-Request-Timestamp: " + strconv.FormatInt(time.Now().Unix(), 10) + "\r\nX-Slack-Signature: v0=" + strings.Repeat("ab", 32) +
		"\r\nX-Hub-Signature-256: sha256=" + strings.Repeat("ab", 32) + "\r\n"
	var headers strings.Builder
	for n := range 1800 {
		fmt.Fprintf(&headers, "%x:\r\n", n)
	}
	floods := []struct {
		name        string
		connections int
		says        string
		pause       time.Duration // between two parts; 0: as fast as it goes
	}{
		{"unsigned", 150, "POST /slack/commands HTTP/1.1\r\n" + large + "\r\n" + bodies, 0},
		{"deliveries", 150, "POST /github/webhooks HTTP/1.1\r\n" + claimed + large + "\r\n" + bodies, 0},
		{"clicks", 150, "POST /slack/interactions HTTP/1.1\r\n" + claimed + "Host: x\r\nContent-Length: 1000000\r\n\r\n" + bodies[:1_000_000], 0},
		{"dripping", 600, "POST /github/webhooks HTTP/1.1\r\n" + claimed + large + "\r\n" + bodies, 100 * time.Millisecond},
		{"slow", 600, "POST /slack/commands HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 2000), 500 * time.Millisecond},
		{"headers", 600, "POST /slack/commands HTTP/1.1\r\nHost: x\r\n" + headers.String() + "\r\n", 0},
		{"endless", 600, "POST /slack/commands HTTP/1.1\r\nHost: x\r\n" + headers.String(), 0},
	}
	for _, f := range floods {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				w := newProcessWorld(b, 1)
				p := w.start(b)
				ctx, stop := context.WithCancel(context.Background())
				flood := beginFlood(ctx, p.address(b), f.connections, f.says, f.pause)
				took := w.commandsDuring(b, commands)
				stop()
				flood.wait()
				b.ReportMetric(float64(flood.sent.Load())/(1<<20), "sent-MiB")
				b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
				b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "slowest-ms")
				b.ReportMetric(p.peak(b), "peak-MiB")
				p.end(b)
			}
		})
	}
}

// floodRest is how long it takes to open a connection again over a network.
const floodRest = 20 * time.Millisecond

// flood is many connections that speak all at once, and open again when they
// are cut off.
type flood struct {
	all  sync.WaitGroup
	sent atomic.Int64
}

func beginFlood(ctx context.Context, address string, connections int, says string, pause time.Duration) *flood {
	f := &flood{}
	for range connections {
		f.all.Go(func() {
			for ctx.Err() == nil {
				f.speak(ctx, address, says, pause)
				time.Sleep(floodRest)
			}
		})
	}
	return f
}

func (f *flood) wait() { f.all.Wait() }

// speak says it all over one connection, or as much as it is let.
func (f *flood) speak(ctx context.Context, address, says string, pause time.Duration) {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		return
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	part := 64 << 10
	if pause > 0 {
		part = 1 << 10
	}
	for len(says) > 0 {
		n, err := conn.Write([]byte(says[:min(part, len(says))]))
		f.sent.Add(int64(n))
		if err != nil {
			return
		}
		says = says[n:]
		if pause > 0 {
			time.Sleep(pause)
		}
	}
	_, _ = conn.Read(make([]byte, 4096)) // whatever it is
}

// commandsDuring types commands, one after the other, and says how long each
// took to be acknowledged, the quickest first.
func (w *processWorld) commandsDuring(tb testing.TB, n int) []time.Duration {
	tb.Helper()
	time.Sleep(time.Second) // the flood comes first
	var took []time.Duration
	for range n {
		began := time.Now()
		d, err := w.slack.Command(context.Background(), "U01ANNA", benchChannel(0), "/deploy", "history s0 staging")
		if err != nil || d.Status != 200 {
			tb.Fatalf("during the flood: %v %d %s", err, d.Status, d.Shown)
		}
		took = append(took, time.Since(began))
		time.Sleep(50 * time.Millisecond)
	}
	slices.Sort(took)
	return took
}

// address is where the process listens.
func (p *benchProcess) address(tb testing.TB) string {
	tb.Helper()
	m := regexp.MustCompile(`"msg":"ready".*"address":"([^"]+)"`).FindStringSubmatch(p.log.String())
	if m == nil {
		tb.Fatal("the log does not say where slipway listens")
	}
	return m[1]
}

// peak is the most memory that the process ever held, in MiB.
func (p *benchProcess) peak(tb testing.TB) float64 {
	tb.Helper()
	return p.memory(tb, "VmHWM")
}
