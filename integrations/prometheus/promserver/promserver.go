// Package promserver starts a real Prometheus for tests, from Debian's package, on a free
// port and with its own folder. It scrapes the given addresses and may start with data of
// the past.
//
// It installs nothing: [Look] says what is missing. Only tests link it.
package promserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Options say how it is started.
type Options struct {
	Dir     string // its folder
	Address string // where it listens; empty means a free port
	// Past is the data that it starts with, as OpenMetrics text with timestamps.
	Past string
	// Scrape are the addresses (host:port) that it asks for /metrics, every 100ms.
	Scrape []string
}

// Server is a running Prometheus.
type Server struct {
	URL     string
	command *exec.Cmd
	said    *bytes.Buffer
}

// Look says where the programs are, or what is missing.
func Look() error {
	for _, program := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is missing: install Debian's package prometheus", program)
		}
	}
	return nil
}

// Start starts one and waits until it answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := Look(); err != nil {
		return nil, err
	}
	if o.Address == "" {
		var err error
		if o.Address, err = freeAddress(ctx); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(o.Dir, "data")
	if err := os.MkdirAll(data, 0o750); err != nil {
		return nil, err
	}
	if o.Past != "" {
		if err := fill(ctx, data, o); err != nil {
			return nil, err
		}
	}
	config := filepath.Join(o.Dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte(configOf(o.Scrape)), 0o600); err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + o.Address, said: &bytes.Buffer{}}
	flags := []string{
		"--config.file=" + config, "--storage.tsdb.path=" + data, "--web.listen-address=" + o.Address, "--log.level=warn",
		"--storage.tsdb.retention.time=30d",
	}
	// It outlives the start, and ends by Stop.
	s.command = exec.CommandContext(context.WithoutCancel(ctx), "prometheus", flags...) //nolint:gosec // a test says in which folder
	s.command.Stdout, s.command.Stderr = s.said, s.said
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start prometheus: %w", err)
	}
	if err := s.ready(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%w: %s", err, s.said)
	}
	return s, nil
}

// Stop ends it.
func (s *Server) Stop() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// Pause keeps it from answering, as if it hung; Go lets it go on.
func (s *Server) Pause() error { return s.command.Process.Signal(syscall.SIGSTOP) }

// Go lets it go on.
func (s *Server) Go() error { return s.command.Process.Signal(syscall.SIGCONT) }

func (s *Server) ready(ctx context.Context) error {
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/-/ready", http.NoBody)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK || response.StatusCode == http.StatusUnauthorized {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return errors.New("prometheus did not become ready")
}

// fill creates blocks with the data of the past.
func fill(ctx context.Context, data string, o Options) error {
	file := filepath.Join(o.Dir, "past.om")
	text := strings.TrimRight(o.Past, "\n") + "\n# EOF\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	if said, err := exec.CommandContext(ctx, "promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", file, data).CombinedOutput(); err != nil { //nolint:gosec // a test says in which folder
		return fmt.Errorf("give prometheus a past: %w: %s", err, said)
	}
	return nil
}

func configOf(targets []string) string {
	config := "global: {scrape_interval: 100ms, scrape_timeout: 100ms}\n"
	if len(targets) == 0 {
		return config
	}
	quoted := make([]string, len(targets))
	for i, t := range targets {
		quoted[i] = fmt.Sprintf("%q", t)
	}
	return config + "scrape_configs:\n- job_name: service\n  static_configs: [{targets: [" + strings.Join(quoted, ", ") + "]}]\n"
}

func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = listener.Close() }() // only its address was wanted
	return listener.Addr().String(), nil
}
