package embedded

import (
	"io/fs"
	"os"
	"path/filepath"
)

const (
	privateDir  = 0o700
	privateFile = 0o600
)

// makePrivate takes from everybody else what they may do with the directory and
// what is in it, whoever made it and however: releases lie in it, and the
// password. What is no file or folder of its own, such as a link, is left alone.
func makePrivate(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return os.Chmod(path, privateDir)
		case entry.Type().IsRegular():
			return os.Chmod(path, privateFile)
		}
		return nil
	})
}
