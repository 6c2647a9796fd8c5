package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
	"github.com/slipwayhq/slipway/state/embedded"
)

// dirVariable makes this test program a slipway with a server in that
// directory, to be killed.
const dirVariable = "EMBEDDED_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		s, err := embedded.Start(context.Background(), dir, quiet())
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(s.URL())
		select {}
	}
	os.Exit(m.Run())
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func needServer(tb testing.TB) {
	tb.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CONTRACT_REQUIRED") == "1" {
			tb.Fatal("redis-server is not installed; apt-get install redis-server")
		}
		tb.Skip("SKIPPED: redis-server is not installed (apt-get install redis-server)")
	}
}

func start(tb testing.TB, dir string) *embedded.Server {
	tb.Helper()
	s, err := embedded.Start(context.Background(), dir, quiet())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Stop(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func clientOf(tb testing.TB, url string) *redis.Client {
	tb.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		tb.Fatal(err)
	}
	c := redis.NewClient(o)
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	tb.Fatalf("never came true: %s", what)
}

func TestKeepsDataAndPassword(t *testing.T) {
	t.Parallel()
	needServer(t)
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "data")
	first, err := embedded.Start(ctx, dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := clientOf(t, first.URL()).Set(ctx, "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	bare := clientOf(t, "redis://"+first.URL()[strings.Index(first.URL(), "@")+1:])
	if err := bare.Ping(ctx).Err(); err == nil {
		t.Error("it answers without the password")
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, dir)
	if v := clientOf(t, second.URL()).Get(ctx, "k").Val(); v != "v" {
		t.Errorf("after a restart: %q", v)
	}
	store, err := state.Open(ctx, state.Options{URL: second.URL()}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

func TestOneSlipwayADirectory(t *testing.T) {
	t.Parallel()
	needServer(t)
	dir := t.TempDir()
	start(t, dir)
	_, err := embedded.Start(context.Background(), dir, quiet())
	if bot.KindOf(err) != bot.Unavailable || !strings.Contains(err.Error(), "another slipway") {
		t.Errorf("a second one: %v", err)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	needServer(t)
	ctx, dir := context.Background(), t.TempDir()
	if _, running, err := embedded.Join(dir); running || err != nil {
		t.Errorf("nobody is there: %v, %v", running, err)
	}
	s, err := embedded.Start(ctx, dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	url, running, err := embedded.Join(dir)
	if err != nil || !running || clientOf(t, url).Ping(ctx).Err() != nil {
		t.Errorf("the server of another slipway cannot be reached: %v, %v", running, err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it was stopped", func() bool {
		_, running, err := embedded.Join(dir)
		return !running && err == nil
	})
}

func TestCrashedServerComesBack(t *testing.T) {
	t.Parallel()
	needServer(t)
	ctx, dir := context.Background(), t.TempDir()
	c := clientOf(t, start(t, dir).URL())
	eventually(t, "it is stored on disk", func() bool {
		c.Incr(ctx, "n")
		info, err := os.Stat(filepath.Join(dir, "appendonlydir"))
		return err == nil && info.IsDir()
	})
	pid := pidOf(t, dir)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another server answers", func() bool { return c.Ping(ctx).Err() == nil && pidOf(t, dir) != pid })
	if n, err := c.Get(ctx, "n").Int(); err != nil || n == 0 {
		t.Errorf("n = %d, %v", n, err)
	}
}

func pidOf(tb testing.TB, dir string) int {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "redis.pid"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// A slipway that is killed leaves its server behind; the next one must stop it
// before it opens the same files.
func TestLeftOverServerIsStopped(t *testing.T) {
	t.Parallel()
	needServer(t)
	ctx, dir := context.Background(), t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	killed := exec.Command(program)
	killed.Env = append(os.Environ(), dirVariable+"="+dir)
	out, err := killed.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	old := clientOf(t, lines.Text())
	if err := old.Set(ctx, "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	if err := old.Ping(ctx).Err(); err != nil {
		t.Fatalf("the server did not outlive its slipway: %v", err)
	}
	s := start(t, dir)
	if v := clientOf(t, s.URL()).Get(ctx, "k").Val(); v != "v" {
		t.Errorf("what the left over server had: %q", v)
	}
	if err := old.Ping(ctx).Err(); err == nil {
		t.Error("the left over server still runs")
	}
}

// TestPromise9_TheDirectoryIsPrivate: releases and the password are nobody
// else's to read, whatever lay there before, and whatever redis-server makes.
func TestPromise9_TheDirectoryIsPrivate(t *testing.T) {
	t.Parallel()
	needServer(t)
	ctx, dir := context.Background(), t.TempDir()
	outside := filepath.Join(t.TempDir(), "outside")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(outside, nil, 0o600))
	must(os.Chmod(outside, 0o644))
	must(os.Chmod(dir, 0o755))
	must(os.MkdirAll(filepath.Join(dir, "appendonlydir"), 0o755))
	must(os.Symlink(outside, filepath.Join(dir, "link")))
	for _, name := range []string{"redis.url", "redis.log", "appendonlydir/old", "slipway.lock", "copy.rdb"} {
		must(os.WriteFile(filepath.Join(dir, name), nil, 0o600))
		must(os.Chmod(filepath.Join(dir, name), 0o666))
	}
	c := clientOf(t, start(t, dir).URL())
	must(c.Set(ctx, "k", "v", 0).Err())
	must(c.BgRewriteAOF(ctx).Err())
	must(c.Save(ctx).Err())
	files := 0
	must(filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Type()&os.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // redis-server renames and removes files of its own
		}
		want := os.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		files++
		if info.Mode().Perm() != want {
			t.Errorf("%s is %o, not %o", path, info.Mode().Perm(), want)
		}
		return nil
	}))
	if info, err := os.Stat(outside); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("a file elsewhere was changed: %v, %v", info.Mode(), err)
	}
	if files < 8 {
		t.Errorf("only %d files were looked at", files)
	}
}

func TestMissingProgramSaysHowToGetIt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := embedded.Start(context.Background(), t.TempDir(), quiet())
	says, mend := bot.ForPeople(err)
	if bot.KindOf(err) != bot.NotFound || !strings.Contains(says, "not installed") || !strings.Contains(mend, "apt-get install redis-server") {
		t.Errorf("says %q, mend %q", says, mend)
	}
}

func TestUnusableDirectory(t *testing.T) {
	t.Parallel()
	needServer(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.Start(context.Background(), file, quiet()); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("a directory that is a file: %v", err)
	}
}
