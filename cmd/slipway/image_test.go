package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What can be known of the container image without a container engine;
// scripts/try-image.sh tries the image itself.

// repoFile reads a file of the top level.
func repoFile(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(repoRoot, name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// The words with which the image calls slipway are commands and flags that it
// knows, and both mean the same file.
func TestImageCallsWhatThereIs(t *testing.T) {
	t.Parallel()
	var configs []string
	for _, found := range regexp.MustCompile(`(?m)^\s*CMD (\[.*\])$`).FindAllStringSubmatch(repoFile(t, "Dockerfile"), -1) {
		var words []string
		if err := json.Unmarshal([]byte(found[1]), &words); err != nil {
			t.Fatalf("%s: %v", found[1], err)
		}
		if words[0] == "/slipway" { // a health check does not go through the entry point
			words = words[1:]
		}
		command, rest, err := newRoot(world{}).Find(words)
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if err := command.ParseFlags(rest); err != nil || command.Flags().NArg() > 0 {
			t.Fatalf("%q: %v, arguments %q", words, err, command.Flags().Args())
		}
		configs = append(configs, command.Name()+" "+command.Flag("config").Value.String())
	}
	want := []string{"healthcheck /etc/slipway/slipway.yaml", "serve /etc/slipway/slipway.yaml"}
	if !slices.Equal(configs, want) {
		t.Errorf("the image calls %q, want %q", configs, want)
	}
}

// Every package of ours that the program is built from is let into the build.
func TestImageGetsAllSources(t *testing.T) {
	t.Parallel()
	var let []string
	for line := range strings.Lines(repoFile(t, ".dockerignore")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			let = append(let, name+"/...")
		}
	}
	needed := []string{"go.mod", "go.sum"}
	for _, p := range listPackages(t, "-deps", "./cmd/slipway") {
		if _, ours := floorOf(p.ImportPath); ours {
			needed = append(needed, p.ImportPath)
		}
	}
	for _, name := range needed {
		if !anyWithin(let, name) {
			t.Errorf("%s is kept out of the image's build by .dockerignore", name)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	well, ill := healthServer(t, http.StatusOK), healthServer(t, http.StatusServiceUnavailable)
	tests := []struct {
		name, config string
		want         int
	}{
		{"on this address", "listen: 127.0.0.1:" + well, statusGood},
		{"on every address", "listen: 0.0.0.0:" + well, statusGood},
		{"on every address, shortly", "listen: :" + well, statusGood},
		{"beside what is wrong in the file", "slakc: 1\nlisten: 127.0.0.1:" + well, statusGood},
		{"it answers with an error", "listen: 127.0.0.1:" + ill, statusFailed},
		{"nobody is there", "listen: 127.0.0.1:1", statusFailed},
		{"no address", "listen: here", statusFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "slipway.yaml")
			if err := os.WriteFile(path, []byte(tt.config), 0o600); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			got := run(t.Context(), []string{"healthcheck", "-c", path}, world{out: &said, err: &said, lookup: os.LookupEnv})
			if got != tt.want {
				t.Errorf("healthcheck = %d, want %d: %s", got, tt.want, &said)
			}
		})
	}
}

// healthServer answers /healthz with a status, and says on which port.
func healthServer(tb testing.TB, status int) string {
	tb.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintln(w, "ok")
	})
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	return port
}
