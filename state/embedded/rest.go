package embedded

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A server that was stopped cleanly holds everything that it confirmed. What is not
// certain at the next start is whether the directory is still the one that was left
// then, or a copy from before that was put back. Nothing within the directory could
// tell, since a copy has it too. So the word of the stop is kept twice: in Redis, as
// its last write, and in a file elsewhere on the machine, with the boot of the
// machine; and it is taken from there before the server starts. A copy from an
// earlier stop has an earlier word, one that was made while the server ran has none,
// and with a machine that was put back as a whole the boot is another one.

// stopToken is the word of one stop.
type stopToken string

// StopToken makes the word of the stop that is coming, for the store to note as its last
// write. Stop leaves it outside the directory if the server ends well.
func (s *Server) StopToken() string {
	s.leave = stopToken(rand.Text())
	return string(s.leave)
}

// Rested is the word that the last stop left; empty if it was not clean, or left it
// in another boot of the machine. It was taken away: it is given once.
func (s *Server) Rested() string { return string(s.rested) }

// readStopToken reads the word that was left and takes it away. One that cannot be
// taken away does not count, since it would count again.
func readStopToken(dir string) stopToken {
	path, boot := restPath(dir), bootOf()
	text, err := readOwn(path)
	if err != nil || os.Remove(path) != nil {
		return ""
	}
	left, in, _ := strings.Cut(strings.TrimSpace(text), " ")
	if boot == "" || in != boot {
		return ""
	}
	return stopToken(left)
}

// leaveRested keeps the word for the next start. Without it the next start waits,
// which is no harm.
func (s *Server) leaveRested() {
	boot := bootOf()
	if s.leave == "" || boot == "" || !s.clean {
		return
	}
	path := restPath(s.dir)
	_ = os.Remove(path) // one of an earlier stop, if there is one
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, privateFile)
	if err == nil {
		_, err = fmt.Fprintf(file, "%s %s\n", s.leave, boot)
		if closed := file.Close(); err == nil {
			err = closed
		}
	}
	if err != nil {
		s.log.Warn("it could not be noted that redis-server was stopped cleanly, so the next start waits for github.settle", slog.String("error", err.Error()))
	}
}

// readOwn reads a small file that is ours alone: anybody may write where it lies.
func readOwn(path string) (string, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // only read from
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if !known || int(owner.Uid) != os.Getuid() || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s is not ours alone", path)
	}
	text, err := io.ReadAll(io.LimitReader(file, 1<<10))
	return string(text), err
}

// restPath is where the word of the last stop lies: not where the directory does,
// so that it is not copied and put back together with it.
func restPath(dir string) string {
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	if followed, err := filepath.EvalSymlinks(dir); err == nil {
		dir = followed
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("slipway-%d-%s.rest", os.Getuid(), hex.EncodeToString(sum[:12])))
}
