package main

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// startBenchRedis starts a redis-server as operators run it, with an AOF that
// is synced every second, and returns its address.
func startBenchRedis(tb testing.TB) string {
	tb.Helper()
	address, err := freeAddress()
	if err != nil {
		tb.Fatal(err)
	}
	host, port, _ := strings.Cut(address, ":")
	server := exec.Command("redis-server", "--bind", host, "--port", port, "--dir", tb.TempDir(),
		"--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--loglevel", "warning")
	if err := server.Start(); err != nil {
		tb.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: address})
	tb.Cleanup(func() {
		_ = client.Close()
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	if err := eventually(func() error { return client.Ping(context.Background()).Err() }); err != nil {
		tb.Fatal(err)
	}
	return address
}
