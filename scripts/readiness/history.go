package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slipwayhq/slipway/bot"
)

// maxFile is the largest file that slipway reads at a code host.
const maxFile = 1 << 20

// history reads a repository. Contents come from one git process, which is
// asked for one after the other.
type history struct {
	repo string
	cat  *exec.Cmd
	ask  io.WriteCloser
	got  *bufio.Reader
}

func openHistory(ctx context.Context, repo string) (*history, error) {
	//nolint:gosec // git is told where to look by whoever runs this
	h := &history{repo: repo, cat: exec.CommandContext(ctx, "git", "-C", repo, "cat-file", "--batch")}
	var err error
	if h.ask, err = h.cat.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := h.cat.StdoutPipe()
	if err != nil {
		return nil, err
	}
	h.got = bufio.NewReader(out)
	if err := h.cat.Start(); err != nil {
		return nil, fmt.Errorf("start git, which has to be installed: %w", err)
	}
	return h, nil
}

func (h *history) close() {
	_ = h.ask.Close() // then git ends by itself
	_ = h.cat.Wait()
}

// git runs a command to its end.
func (h *history) git(ctx context.Context, args ...string) ([]byte, error) {
	//nolint:gosec // the words are this program's, and the folder that of whoever runs it
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", h.repo}, args...)...)
	var says bytes.Buffer
	cmd.Stderr = &says
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s in %s: %w: %s", args[0], h.repo, err, strings.TrimSpace(says.String()))
	}
	return out, nil
}

// commits are the newest ones on the line of first parents.
func (h *history) commits(ctx context.Context, limit int) ([]string, error) {
	out, err := h.git(ctx, "rev-list", "--first-parent", "-n", strconv.Itoa(limit), "HEAD")
	return strings.Fields(string(out)), err
}

// changed are the files that differ. One that was moved is one that is gone and
// one that is new, so git need not look into them.
func (h *history) changed(ctx context.Context, before, after string) (bot.ChangedFiles, error) {
	out, err := h.git(ctx, "diff", "--name-status", "--no-renames", "-z", before, after)
	if err != nil {
		return bot.ChangedFiles{}, err
	}
	var files bot.ChangedFiles
	words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	for ; len(words) >= 2; words = words[2:] {
		change := bot.FileModified
		switch words[0] {
		case "A":
			change = bot.FileAdded
		case "D":
			change = bot.FileRemoved
		}
		files.Files = append(files.Files, bot.ChangedFile{Path: words[1], Change: change})
	}
	return files, nil
}

// files reads files at a commit.
func (h *history) files(commit string, paths []string) ([]bot.RepoFile, error) {
	files := make([]bot.RepoFile, 0, len(paths))
	for _, path := range paths {
		file := bot.RepoFile{FileAt: bot.FileAt{SHA: commit, Path: path}}
		if err := h.file(&file); err != nil {
			return nil, fmt.Errorf("read %s at %s: %w", path, commit, err)
		}
		files = append(files, file)
	}
	return files, nil
}

func (h *history) file(file *bot.RepoFile) error {
	if strings.ContainsAny(file.Path, "\n\r") {
		file.Problem = "could not be read: its name is no line"
		return nil
	}
	if _, err := fmt.Fprintf(h.ask, "%s:%s\n", file.SHA, file.Path); err != nil {
		return err
	}
	header, err := h.got.ReadString('\n')
	if err != nil {
		return err
	}
	// "ID TYPE SIZE", or the question and " missing".
	words := strings.Fields(header)
	if strings.HasSuffix(header, " missing\n") || len(words) != 3 {
		file.Missing = true
		return nil
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return fmt.Errorf("git says %q: %w", header, err)
	}
	text := make([]byte, size+1) // and the end of the line
	if _, err := io.ReadFull(h.got, text); err != nil {
		return err
	}
	text = text[:size]
	switch {
	case words[1] != "blob":
		file.Problem = "is not a plain file"
	case size > maxFile:
		file.Problem = "could not be read: it is larger than 1 MB"
	case !utf8.Valid(text):
		file.Problem = "could not be read: it is not text"
	default:
		file.Text = string(text)
	}
	return nil
}
