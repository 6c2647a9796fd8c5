package state_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

// TestSentinelAndReplica finds the master through a Sentinel and waits for its
// replica.
func TestSentinelAndReplica(t *testing.T) {
	t.Parallel()
	single.start(t) // skips where there is no redis-server
	ctx := context.Background()
	master, replica, sentinel := strconv.Itoa(freePort()), strconv.Itoa(freePort()), strconv.Itoa(freePort())
	program(t, "--port", master, "--save", "")
	program(t, "--port", replica, "--save", "", "--replicaof", "127.0.0.1 "+master, "--repl-diskless-sync-delay", "0")
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + master})
	t.Cleanup(func() { _ = client.Close() })
	eventually(t, "the replica follows", func() bool {
		return strings.Contains(client.Info(ctx, "replication").Val(), "state=online")
	})
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	text := "port " + sentinel + "\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 " + master + " 1\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	program(t, file, "--sentinel")
	options := state.Options{
		URL: "redis://127.0.0.1:" + sentinel + "?master_name=m", Mode: state.Sentinel, WaitReplicas: 1,
	}
	var s *state.Store
	eventually(t, "the Sentinel knows the master", func() bool {
		var err error
		s, err = state.Open(ctx, options, slog.New(slog.DiscardHandler))
		return err == nil
	})
	t.Cleanup(func() { _ = s.Close() })
	f := fixture{T: t, Store: s, kind: "sentinel"}
	r := f.create(draft("api", "k"))
	f.post(r.ID, bot.Hinted{}, "h")
	c := f.claim(r.ID)
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Keep: true, Safe: true})

	before, _, err := s.Epoch(ctx)
	if err != nil || before == "" {
		t.Fatalf("Epoch = %q, %v", before, err)
	}
	began := time.Now()
	sentinels := redis.NewSentinelClient(&redis.Options{Addr: "127.0.0.1:" + sentinel})
	t.Cleanup(func() { _ = sentinels.Close() })
	eventually(t, "the replica is promoted", func() bool { return sentinels.Failover(ctx, "m").Err() == nil })
	eventually(t, "the release is found on the new master", func() bool {
		got, err := s.Release(ctx, r.ID)
		return err == nil && got.ID == r.ID
	})
	eventually(t, "the life of the store is another one", func() bool {
		id, age, err := s.Epoch(ctx)
		return err == nil && id != before && age < time.Since(began)+time.Second
	})
}

// program runs redis-server in a directory of its own until the test ends.
func program(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("redis-server", append(args, "--dir", t.TempDir())...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}
