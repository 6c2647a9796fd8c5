package embedded

import (
	"io/fs"
	"os"
)

const (
	privateDir  = 0o700
	privateFile = 0o600
)

// makePrivate takes from everybody else what they may do with the directory and
// what is in it, whoever made it and however: releases lie in it, and the
// password. What is no file or folder of its own, such as a link, is left alone,
// and nothing outside is reached.
func makePrivate(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // only names were looked up in it
	return fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return root.Chmod(path, privateDir)
		case entry.Type().IsRegular():
			return root.Chmod(path, privateFile)
		}
		return nil
	})
}
