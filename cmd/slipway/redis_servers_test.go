//go:build faults

package main

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/state"
)

// redisServer is a real redis-server with a folder and a port of its own,
// which can be killed and started again.
type redisServer struct {
	tb      testing.TB
	dir     string
	address string
	args    []string
	process *exec.Cmd
	client  *redis.Client
}

// newRedis starts a server that keeps an append-only file, with further
// arguments.
func newRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	needRedis(t)
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	s := &redisServer{tb: t, dir: t.TempDir(), address: address}
	s.args = append([]string{
		"--bind", "127.0.0.1", "--port", s.port(), "--dir", s.dir, "--save", "", "--appendonly", "yes", "--loglevel", "warning",
		"--logfile", filepath.Join(s.dir, "log"), "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1",
	}, args...)
	s.client = redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1, DialerRetries: 1, ReadTimeout: time.Second})
	t.Cleanup(func() {
		s.kill()
		_ = s.client.Close()
	})
	s.start()
	return s
}

func (s *redisServer) port() string {
	_, port, _ := net.SplitHostPort(s.address)
	return port
}

func (s *redisServer) options() state.Options {
	return state.Options{URL: "redis://" + s.address + "/0", Mode: state.Single}
}

// start starts the server and waits until it has loaded what it kept.
func (s *redisServer) start() {
	s.tb.Helper()
	s.process = exec.Command("redis-server", s.args...)
	if err := s.process.Start(); err != nil {
		s.tb.Fatal(err)
	}
	waitFor(s.tb, 20*time.Second, "redis-server answers", func() error { return s.client.Ping(context.Background()).Err() })
}

// kill ends the server with SIGKILL.
func (s *redisServer) kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGKILL) // it may have ended already
	_ = s.process.Wait()
	s.process = nil
}

// set changes a setting of the running server.
func (s *redisServer) set(name, value string) {
	s.tb.Helper()
	if err := s.client.ConfigSet(context.Background(), name, value).Err(); err != nil {
		s.tb.Fatal(err)
	}
}

// followed waits until as many replicas follow the server.
func (s *redisServer) followed(replicas int) {
	s.tb.Helper()
	waitFor(s.tb, 30*time.Second, "the replicas follow", func() error {
		if text := s.client.Info(context.Background(), "replication").Val(); strings.Count(text, "state=online") < replicas {
			return errors.New(text)
		}
		return nil
	})
}

// startProgram runs redis-server until the test ends.
func startProgram(t *testing.T, args ...string) {
	t.Helper()
	process := exec.Command("redis-server", args...)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill() // it may have ended already
		_ = process.Wait()
	})
}
