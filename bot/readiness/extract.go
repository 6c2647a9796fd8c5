package readiness

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/extractor/filesystem"
)

// errLongLine is a file with a line at which its reader would silently stop.
var errLongLine = errors.New("a line is too long")

// extract runs an extractor of osv-scalibr on a file. The extractor sees no other file.
func extract(e filesystem.Extractor, file source) ([]*extractor.Package, error) {
	for line := range strings.Lines(file.text) {
		if len(line) >= bufio.MaxScanTokenSize {
			return nil, errLongLine
		}
	}
	found, err := e.Extract(context.Background(), &filesystem.ScanInput{
		FS: noFiles{}, Path: file.path, Reader: strings.NewReader(file.text),
	})
	return found.Packages, err
}

type noFiles struct{}

// Open finds nothing.
func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir finds nothing.
func (noFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
}

// Stat finds nothing.
func (noFiles) Stat(name string) (fs.FileInfo, error) {
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// versionOrCommit is what was installed: for a package from a repository its commit,
// since its version may stay the same.
func versionOrCommit(p *extractor.Package) string {
	if p.SourceCode != nil && p.SourceCode.Commit != "" {
		return "git+#" + p.SourceCode.Commit
	}
	return p.Version
}
