package state_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/state"
)

// The suite runs on three kinds of server: the one in memory, a real one, and
// a real one in cluster mode that refuses undeclared keys and keys of two
// slots. The real ones are started once and shared; every test has a prefix of
// its own.
var (
	single  = &server{}
	cluster = &server{cluster: true}
	tests   atomic.Int64
)

func TestMain(m *testing.M) {
	code := m.Run()
	single.stop()
	cluster.stop()
	os.Exit(code)
}

// server is a real redis-server, started when it is first asked for.
type server struct {
	cluster bool

	once sync.Once
	cmd  *exec.Cmd
	dir  string
	addr string
	err  error
}

func (s *server) start(tb testing.TB) string {
	tb.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CONTRACT_REQUIRED") == "1" {
			tb.Fatal("redis-server is not installed; apt-get install redis-server")
		}
		tb.Skip("SKIPPED: redis-server is not installed (apt-get install redis-server), so nothing was tried on a real server")
	}
	s.once.Do(func() { s.err = s.launch(program) })
	if s.err != nil {
		tb.Fatal(s.err)
	}
	return s.addr
}

func (s *server) launch(program string) error {
	var err error
	if s.dir, err = os.MkdirTemp("", "slipway-redis"); err != nil {
		return err
	}
	port := freePort()
	s.addr = fmt.Sprintf("127.0.0.1:%d", port)
	args := []string{"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", s.dir, "--save", "", "--appendonly", "no"}
	if s.cluster {
		args = append(args, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(freePort()))
	}
	s.cmd = exec.Command(program, args...)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	client := redis.NewClient(&redis.Options{Addr: s.addr})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if s.cluster {
		for client.ClusterAddSlotsRange(ctx, 0, 16383).Err() != nil && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	for ctx.Err() == nil {
		if s.cluster && strings.Contains(client.ClusterInfo(ctx).Val(), "cluster_state:ok") {
			return nil
		}
		if !s.cluster && client.Ping(ctx).Err() == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("redis-server at %s did not come up", s.addr)
}

func (s *server) stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

func freePort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		panic("a TCP listener without a TCP address")
	}
	return address.Port
}

// place is where a test's store lives; several stores may be opened there.
type place struct {
	keys    string
	options state.Options
}

func placeIn(tb testing.TB, kind string) place {
	tb.Helper()
	prefix := fmt.Sprintf("t%d:", tests.Add(1))
	switch kind {
	case "memory":
		return place{prefix, state.Options{URL: "redis://" + miniredis.RunT(tb).Addr()}.Apart(prefix, "")}
	case "redis":
		return place{prefix, state.Options{URL: "redis://" + single.start(tb)}.Apart(prefix, "#!lua\n")}
	case "cluster":
		return place{prefix, state.Options{URL: "redis://" + cluster.start(tb), Mode: state.Cluster}.Apart(prefix, "#!lua\n")}
	}
	tb.Fatalf("no server of kind %q", kind)
	return place{}
}

func (p place) prefix() string { return p.keys }

func (p place) open(tb testing.TB) *state.Store {
	tb.Helper()
	return p.openLogged(tb, slog.New(slog.DiscardHandler))
}

func (p place) openLogged(tb testing.TB, log *slog.Logger) *state.Store {
	tb.Helper()
	s, err := state.Open(context.Background(), p.options, log)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	s.Client().AddHook(oneSlot{tb})
	return s
}

// oneSlot checks that all keys of a script share a hash tag.
type oneSlot struct{ t testing.TB }

func (h oneSlot) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h oneSlot) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, commands []redis.Cmder) error {
		for _, c := range commands {
			h.check(c)
			if strings.HasPrefix(c.Name(), "eval") {
				h.t.Errorf("a script in a pipeline does not fall back when the server has forgotten it")
			}
		}
		return next(ctx, commands)
	}
}

func (h oneSlot) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, c redis.Cmder) error {
		h.check(c)
		return next(ctx, c)
	}
}

func (h oneSlot) check(c redis.Cmder) {
	if !strings.HasPrefix(c.Name(), "eval") {
		return
	}
	args := c.Args()
	var n int
	_, _ = fmt.Sscan(fmt.Sprint(args[2]), &n)
	tags := map[string]bool{}
	for _, key := range args[3 : 3+n] {
		tag := fmt.Sprint(key) // a key without a tag is its own
		if _, rest, tagged := strings.Cut(tag, "{"); tagged {
			tag, _, _ = strings.Cut(rest, "}")
		}
		tags[tag] = true
	}
	if len(tags) != 1 {
		h.t.Errorf("the keys of a script lie in several slots: %v", args[3:3+n])
	}
}

// trips counts round trips.
type trips struct{ n atomic.Int64 }

func (h *trips) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, commands []redis.Cmder) error {
		h.n.Add(1)
		return next(ctx, commands)
	}
}

func (h *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, c redis.Cmder) error {
		h.n.Add(1)
		return next(ctx, c)
	}
}

// twice sends every script twice, as a client does that lost the answer.
type twice struct{}

func (twice) DialHook(next redis.DialHook) redis.DialHook { return next }

func (twice) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (twice) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, c redis.Cmder) error {
		// A script that the server has not seen yet is sent whole.
		if err := next(ctx, c); err != nil || c.Name() != "evalsha" && c.Name() != "eval" {
			return err
		}
		return next(ctx, c)
	}
}
