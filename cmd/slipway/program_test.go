package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// program is slipway as a process of a test. What it does is not only what it
// shows: misdeeds reads its log and its exit status too.
type program struct {
	command *exec.Cmd
	log     *journal
	ended   chan struct{} // closed when it has ended
	killed  atomic.Bool   // by the test, so that its exit status says nothing
}

// slipwayBinary is the program that tests start: the one that the variable SLIPWAY names,
// or else this very binary, which does twice the work until it is ready. The faults are
// played from a binary without the race detector, whose work would be nearly half of all,
// while each slipway has it (Makefile).
func slipwayBinary() (string, error) {
	if named := os.Getenv("SLIPWAY"); named != "" {
		return named, nil
	}
	return exec.LookPath("slipway")
}

// launch starts "slipway serve" in a folder, with no variables but these.
func launch(binary, dir string, vars []string, config string) (*program, error) {
	p := &program{command: exec.Command(binary, "serve", "-c", config), log: &journal{}, ended: make(chan struct{})}
	p.command.Dir, p.command.Env = dir, childVars(vars)
	p.command.Stdout, p.command.Stderr = p.log, p.log
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start slipway: %w", err)
	}
	go func() { _ = p.command.Wait(); close(p.ended) }() // misdeeds reads the status
	return p, nil
}

// childVars are the variables of a slipway that a test starts. The race detector
// would have every process sleep for a second before it ends. How often memory is
// collected is said once for all (Makefile).
func childVars(vars []string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0", "GOGC=" + os.Getenv("GOGC")}, vars...)
}

var saysReady = regexp.MustCompile(`"msg":"` + readyMessage + `".*"address":"([^"]+)"`)

// address is where slipway listens, once it has said so.
func (p *program) address() (address string, found bool) {
	m := saysReady.FindStringSubmatch(p.log.String())
	if m == nil {
		return "", false
	}
	return m[1], true
}

// ready waits until slipway says where it listens.
func (p *program) ready() (address string, err error) {
	err = eventually(func() error {
		var found bool
		if address, found = p.address(); found {
			return nil
		}
		select {
		case <-p.ended:
			return &overError{fmt.Errorf("slipway ended at once and said:\n%s", p.log)}
		default:
			return errors.New("slipway is not ready")
		}
	})
	return address, err
}

// kill ends it as a power cut would.
func (p *program) kill() {
	p.killed.Store(true)
	_ = p.command.Process.Kill() // it may have ended already, which misdeeds does not forgive
	<-p.ended
}

// stop asks it to end, and kills it if it does not: then there is no status 0.
func (p *program) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

// misdeeds are what an ended slipway must not have done, whatever it showed: a
// data race, a panic, an error in the log that nobody expected, or another exit
// status than 0 after it was asked to stop.
func (p *program) misdeeds(expected []*regexp.Regexp) []string {
	found := wordsOfTrouble(p.log.String(), expected)
	if status := p.command.ProcessState.ExitCode(); status != statusGood && !p.killed.Load() {
		found = append(found, fmt.Sprintf("slipway ended with status %d", status))
	}
	return found
}

// wordsOfTrouble are the lines of a log that a test must not pass over.
func wordsOfTrouble(log string, expected []*regexp.Regexp) []string {
	var found []string
	for line := range strings.Lines(log) {
		line = strings.TrimSpace(line)
		if troubled(line) && !matchesAny(line, expected) {
			found = append(found, "slipway's log says: "+line)
		}
	}
	return found
}

func troubled(line string) bool {
	for _, sign := range []string{"WARNING: DATA RACE", "panic: ", "fatal error: ", "unexpected fault address"} {
		if strings.HasPrefix(line, sign) {
			return true
		}
	}
	var entry struct {
		Level string `json:"level"`
	}
	return json.Unmarshal([]byte(line), &entry) == nil && entry.Level == "ERROR"
}

func matchesAny(line string, patterns []*regexp.Regexp) bool {
	for _, pattern := range patterns {
		if pattern.MatchString(line) {
			return true
		}
	}
	return false
}

// journal is the log of a process, which may be read while it is written.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
