package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/doctor"
)

// Where the embedded Redis cannot keep anything, that is said, and nothing is made.
func TestDoctor_EmbeddedRedisHasNowhereToKeepAnything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]string{
		filepath.Join(dir, "not", "yet"): "", dir: "", file: "file is a file", filepath.Join(file, "below", "it"): "file is a file",
	} {
		if got := unusable(folder); !strings.HasSuffix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", folder, got, want)
		}
	}
	if found, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(found) != 1 {
		t.Errorf("it made %v, %v", found, err)
	}
	p := newPatient(t)
	p.replaced(`redis: {url: "${REDIS}"}`, "redis: {mode: embedded, data_dir: "+filepath.Join(file, "data")+"}")
	status, found, _ := p.examined("--json")
	p.want(found, "redis", doctor.Error, "cannot keep anything in redis.data_dir")
	if status != statusFailed {
		t.Errorf("status %d", status)
	}
}

// The embedded Redis is looked at while slipway serves, and not started for it.
func TestDoctor_EmbeddedRedis(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.replaced(`redis: {url: "${REDIS}"}`, "redis: {mode: embedded, data_dir: "+filepath.Join(t.TempDir(), "data")+"}")
	status, found, out := p.examined("--json")
	p.want(found, "redis", doctor.OK, "runs while slipway serves")
	if status != statusGood {
		t.Errorf("status %d:\n%s", status, out)
	}
}
