// Package embedded runs a redis-server of slipway's own, for one machine
// without a Redis at hand.
//
// The server listens on a free port of 127.0.0.1 behind a random password,
// keeps an append-only file in a directory of slipway's that nobody else may read, is started again when
// it crashes, and is stopped last. Two locks in the directory see to it that
// only one slipway uses it, and that a server which outlived a killed slipway
// is stopped before the next one opens the same files.
//
// After a clean stop the next start need not wait as after a crash: rest.go says how
// that is told from a copy of the directory that was put back.
//
// It installs nothing: redis-server must be on PATH.
package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

const (
	readyWithin = 15 * time.Second
	stopWithin  = 15 * time.Second
	retryFirst  = 200 * time.Millisecond
	retryMost   = 10 * time.Second
	// steady is how long a server must have run for its next crash to count as
	// the first.
	steady = time.Minute
)

// Server is a running redis-server.
type Server struct {
	dir, program, address, password string

	slipwayLock, redisLock *os.File
	log                    *slog.Logger
	stop                   context.CancelFunc
	stopped                chan struct{} // closed when the supervisor has ended

	rested, leave stopToken // those of the last stop and of the one to come
	// clean says that the server ran through and ended well. It is to be read once
	// stopped is closed.
	clean bool
}

// Start starts the server with its data in dir and returns once it answers.
// ctx bounds the start only; Stop ends the server.
func Start(ctx context.Context, dir string, log *slog.Logger) (*Server, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, &bot.Error{
			Kind: bot.NotFound, Op: "start redis-server", Says: "redis-server is not installed", Err: err,
			Mend: "Install it (Debian: apt-get install redis-server; macOS: brew install redis), or set redis.mode and redis.url to a Redis that runs elsewhere.",
		}
	}
	s := &Server{dir: dir, program: program, password: rand.Text(), log: log, stopped: make(chan struct{})}
	if err := s.prepare(ctx); err != nil {
		s.unlock()
		return nil, err
	}
	if err := s.publish(); err != nil {
		s.unlock()
		return nil, failed("say where redis-server is", err)
	}
	first, err := s.launch()
	if err != nil {
		s.unlock()
		return nil, failed("start redis-server", err)
	}
	// The server outlives ctx: it is stopped last, by Stop.
	supervised, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	go s.supervise(supervised, first)
	if err := s.waitReady(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	log.Info("redis-server is running", slog.String("dir", dir), slog.String("address", s.address))
	return s, nil
}

// URL is where the server is reached. It holds the password.
func (s *Server) URL() string { return "redis://:" + s.password + "@" + s.address + "/0" }

// Stop ends the server with SIGTERM, on which it saves what it holds, and
// waits for it.
func (s *Server) Stop() error {
	s.stop()
	select {
	case <-s.stopped:
		s.leaveRested()
		s.unlock()
		return nil
	case <-time.After(stopWithin):
		return failed("stop redis-server", fmt.Errorf("it did not stop within %s", bot.Span(stopWithin)))
	}
}

// prepare makes the directory ours and chooses a port.
func (s *Server) prepare(ctx context.Context) error {
	if err := os.MkdirAll(s.dir, privateDir); err != nil {
		return failed("make the directory for redis-server", err)
	}
	if err := s.lock(ctx); err != nil {
		return err
	}
	if err := makePrivate(s.dir); err != nil {
		return failed("keep the directory of redis-server from others", err)
	}
	s.rested = readStopToken(s.dir)
	port, err := freePort(ctx)
	if err != nil {
		return failed("find a free port for redis-server", err)
	}
	s.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return nil
}

// config is given to the server on its standard input, so that the password
// shows in no list of processes.
func (s *Server) config() string {
	_, port, _ := net.SplitHostPort(s.address) // made by prepare
	return strings.Join([]string{
		"bind 127.0.0.1", "port " + port, "protected-mode yes", "requirepass " + s.password,
		"appendonly yes", "appendfsync everysec", `save ""`, "maxmemory-policy noeviction",
		"daemonize no", "pidfile " + pidFile, "logfile redis.log", "",
	}, "\n")
}

// launch starts the program once.
func (s *Server) launch() (*exec.Cmd, error) {
	// What redis-server makes is for nobody else either, which only a shell can
	// tell a program before it begins.
	cmd := exec.Command("/bin/sh", "-c", `umask 077 && exec "$0" -`, s.program) //nolint:noctx,gosec // found on PATH by its fixed name; it ends by SIGTERM, not by a kill when a context does
	cmd.Dir = s.dir
	cmd.Stdin = strings.NewReader(s.config())
	cmd.Env = []string{"PATH=" + filepath.Dir(s.program), "LC_ALL=C"}
	// The server holds this lock as long as it lives, also when it outlives us.
	cmd.ExtraFiles = []*os.File{s.redisLock}
	// A Ctrl-C at the terminal must not reach it: it is stopped last.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd, cmd.Start()
}

// supervise waits for the server to end, and starts it again unless it was
// asked to.
func (s *Server) supervise(ctx context.Context, cmd *exec.Cmd) {
	defer close(s.stopped)
	retry, through := retryFirst, true
	for {
		began := time.Now()
		err := s.await(ctx, cmd)
		if ctx.Err() != nil {
			s.clean = through && err == nil
			return
		}
		through = false
		if time.Since(began) > steady {
			retry = retryFirst
		}
		s.log.Error("redis-server ended by itself and is started again; redis.log in its directory says more",
			slog.String("dir", s.dir), slog.Any("error", err), slog.Duration("wait", retry))
		if cmd = s.relaunch(ctx, retry); cmd == nil {
			return
		}
		retry = min(2*retry, retryMost)
	}
}

// await waits for the server to end, and ends it when ctx does.
func (s *Server) await(ctx context.Context, cmd *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.log.Warn("redis-server could not be asked to stop", bot.ErrAttr(err))
	}
	return <-ended
}

// relaunch starts the server after a pause, as often as it takes; nil: ctx
// ended meanwhile.
func (s *Server) relaunch(ctx context.Context, pause time.Duration) *exec.Cmd {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		cmd, err := s.launch()
		if err == nil {
			return cmd
		}
		s.log.Error("redis-server could not be started", bot.ErrAttr(err))
		pause = retryMost
	}
}

// waitReady waits until the server has read its files and answers.
func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	client := redis.NewClient(&redis.Options{Addr: s.address, Password: s.password, MaxRetries: -1})
	defer func() { _ = client.Close() }() // nothing is left to be lost
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return failed("wait for redis-server", fmt.Errorf("it does not answer; %s says more: %w", filepath.Join(s.dir, "redis.log"), err))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }() // it was only asked for its port
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("a listener with address %s", l.Addr())
	}
	return address.Port, nil
}

func failed(op string, err error) error {
	return &bot.Error{
		Kind: bot.Unavailable, Op: op, Says: "slipway's own Redis cannot be used", Err: err,
		Mend: "The file redis.log in redis.data_dir says more.",
	}
}
