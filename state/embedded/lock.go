package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	pidFile     = "redis.pid"
	slipwayFile = "slipway.lock" // held by the slipway that uses the directory
	redisFile   = "redis.lock"   // held by it and by its server

	lockWithin = 500 * time.Millisecond
)

// lock takes both locks. A server that outlived its slipway holds the second
// one alone, and is stopped first.
func (s *Server) lock(ctx context.Context) error {
	var err error
	if s.slipwayLock, err = openLock(s.dir, slipwayFile); err != nil {
		return failed("lock the directory of redis-server", err)
	}
	if err := lockSoon(ctx, s.slipwayLock); err != nil {
		return &bot.Error{
			Kind: bot.Unavailable, Op: "lock the directory of redis-server", Err: err,
			Says: "another slipway uses the directory " + s.dir,
			Mend: "Stop it, or set redis.data_dir to another directory.",
		}
	}
	if s.redisLock, err = openLock(s.dir, redisFile); err != nil {
		return failed("lock the directory of redis-server", err)
	}
	return s.takeOver(ctx)
}

// takeOver waits for the server's lock, and stops a server that was left over.
func (s *Server) takeOver(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	asked := false
	for {
		err := lockSoon(ctx, s.redisLock)
		if err == nil {
			return nil
		}
		if !asked {
			asked = true
			s.log.Warn("a redis-server was left over by a slipway that was killed, it is stopped first", slog.String("dir", s.dir))
			if err := s.stopLeftOver(); err != nil {
				return failed("stop the redis-server that was left over", err)
			}
		}
		if ctx.Err() != nil {
			return failed("stop the redis-server that was left over", err)
		}
	}
}

// stopLeftOver asks the server of the directory to stop. That it lives is
// known by its lock, so its process id was not given to another process.
func (s *Server) stopLeftOver() error {
	text, err := os.ReadFile(filepath.Join(s.dir, pidFile))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 {
		return fmt.Errorf("%s holds no process id", pidFile)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// unlock gives the directory back; closing a file drops its lock.
func (s *Server) unlock() {
	for _, f := range []*os.File{s.redisLock, s.slipwayLock} {
		if f != nil {
			_ = f.Close() // it is only closed for its lock
		}
	}
}

func openLock(dir, name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600)
}

// lockSoon tries for a moment: Join holds a lock while it looks, and a program
// that is just being started holds those of its parent.
func lockSoon(ctx context.Context, f *os.File) error {
	ctx, cancel := context.WithTimeout(ctx, lockWithin)
	defer cancel()
	for {
		err := tryLock(f)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
