package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ready is what slipway logs, with its address, when it can be spoken to.
const ready = "ready"

// childWords is how many lines of a child's log are kept.
const childWords = 40

// child is slipway as a process of the demo.
type child struct {
	cmd     *exec.Cmd
	address string // where it listens
	done    chan struct{}

	mu    sync.Mutex
	lines []string
}

// startChild runs "slipway serve" and waits until it says where it listens.
func startChild(ctx context.Context, program, config string, env []string) (*child, error) {
	c := &child{cmd: exec.CommandContext(ctx, program, "serve", "-c", config), done: make(chan struct{})} //nolint:gosec // whoever starts the demo says which program it is
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(syscall.SIGTERM) }
	c.cmd.WaitDelay = 15 * time.Second
	out, err := c.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	listens := make(chan string, 1)
	go c.read(out, listens)
	select {
	case c.address = <-listens:
		return c, nil
	case <-c.done:
		return nil, errors.New("slipway ended at once:\n" + c.lastWords())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// read keeps the last lines of the log and finds the one that says where the
// child listens.
func (c *child) read(log io.Reader, listens chan<- string) {
	defer close(c.done)
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		line := lines.Text()
		c.mu.Lock()
		c.lines = append(c.lines[max(0, len(c.lines)-childWords+1):], line)
		c.mu.Unlock()
		var said struct {
			Message string `json:"msg"`
			Address string `json:"address"`
		}
		if json.Unmarshal([]byte(line), &said) == nil && said.Message == ready && said.Address != "" {
			listens <- said.Address
		}
	}
	_ = c.cmd.Wait() // how it ended is in its log
}

// end asks the child to stop and waits until it has.
func (c *child) end() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	<-c.done
}

// kill ends the child at once, in the middle of whatever it does.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have ended already
	<-c.done
}

// alive says whether the child runs.
func (c *child) alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// newest gives the newest lines of the child's log, the oldest first.
func (c *child) newest(limit int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.lines[max(0, len(c.lines)-limit):]...)
}

// lastWords are the last lines of the child's log.
func (c *child) lastWords() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.lines, "\n")
}
