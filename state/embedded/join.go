package embedded

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// urlFile tells another slipway on the same machine, and nobody else, where
// the server of this directory is.
const urlFile = "redis.url"

// Join returns the URL of the server that another slipway runs in dir, and
// false if none does. It is for a second program beside a serving one, such as
// a rollback from the shell.
func Join(dir string) (url string, running bool, err error) {
	lock, err := openLock(dir, slipwayFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, failed("look for a running redis-server", err)
	}
	defer func() { _ = lock.Close() }() // closing gives the lock back, if we got it
	if tryLock(lock) == nil {
		return "", false, nil
	}
	text, err := os.ReadFile(filepath.Join(dir, urlFile))
	if err != nil {
		return "", false, failed("read where the running redis-server is", err)
	}
	return string(text), true, nil
}

func (s *Server) publish() error {
	return os.WriteFile(filepath.Join(s.dir, urlFile), []byte(s.URL()), 0o600)
}
