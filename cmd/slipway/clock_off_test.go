//go:build faults

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestReplicaClockIsOff lets three slipways share the work whose clocks are a
// minute apart: one is half a minute before the others and one half a minute
// behind. Approvals, timers, the search for a lost run and the watch go by the
// time of Redis, so whichever of them takes a step, it is the same.
func TestReplicaClockIsOff(t *testing.T) {
	t.Parallel()
	program := withWrongClock(t)
	f := newFleet(t, newRedis(t).options(), "api", "web")
	f.start()
	ahead, behind := f.launch(program, "CLOCK_OFF=30"), f.launch(program, "CLOCK_OFF=-30")
	for m, off := range map[*member]time.Duration{ahead: 30 * time.Second, behind: -30 * time.Second} {
		if apart := f.clockOf(m); (apart - off).Abs() > 10*time.Second {
			t.Fatalf("the clock of %s is %s off, want %s", m.name, apart, off)
		}
	}

	for range 3 { // commands go to each of the three in turn
		free := f.mustBegin("web", "main to staging")
		asked := f.mustBegin("api", "main to production")
		f.approve("ben", "api", asked)
		f.finish(free)
		f.finish(asked)
		f.finishedWell(free, asked)
	}

	// The settle time is that of Redis, too: two seconds, not none and not half
	// a minute more.
	for range 3 {
		f.github.AddFault(githubsim.Fault{Cut: true}.On("POST", "*/dispatches"))
		began := time.Now()
		lost := f.mustBegin("web", "main to staging")
		f.shows(channelOf("web"), "`"+lost+"`(.*\n)*.*Start It Again")
		if took := time.Since(began); took < fleetSettle || took > 25*time.Second {
			t.Errorf("it took %s until nobody knew whether the workflow was started", took)
		}
		f.press("ben", "web", "Start It Again")
		f.finish(lost)
		f.finishedWell(lost)
	}
}

// clockOf is how far the clock of a slipway is off, by the first line of its log.
func (f *fleet) clockOf(m *member) time.Duration {
	f.tb.Helper()
	var line struct {
		Time time.Time `json:"time"`
	}
	first, _, _ := strings.Cut(m.log.String(), "\n")
	if err := json.Unmarshal([]byte(first), &line); err != nil {
		f.tb.Fatalf("the log of %s begins with %q: %v", m.name, first, err)
	}
	return time.Until(line.Time)
}

// withWrongClock builds a slipway whose clock is off by as many seconds as its
// variable CLOCK_OFF says. A Go program asks the kernel for the time and no
// library that could be put in between, so the package time itself is built
// otherwise; slipway's own code is what it is.
func withWrongClock(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	standard := filepath.Join(runtime.GOROOT(), "src", "time") //nolint:staticcheck // the tests run where they were built
	const asks = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	source, err := os.ReadFile(filepath.Join(standard, "time.go"))
	if err != nil || strings.Count(string(source), asks) != 1 {
		t.Fatalf("the package time is not as it is known: %v", err)
	}
	overlay := struct {
		Replace map[string]string `json:"Replace"`
	}{map[string]string{}}
	replace := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[filepath.Join(standard, name)] = path
	}
	replace("time.go", strings.Replace(string(source), asks, asks+"\tsec += clockOff\n", 1))
	replace("clock_off.go", `package time

import "syscall"

var clockOff = func() int64 {
	text, _ := syscall.Getenv("CLOCK_OFF")
	seconds, _ := atoi(text)
	return int64(seconds)
}()
`)
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	plan, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "slipway")
	if err := os.WriteFile(plan, text, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-buildvcs=false", "-overlay", plan, "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatal(fmt.Errorf("build a slipway with a wrong clock: %w\n%s", err, said))
	}
	return program
}
