//go:build faults

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// earlierVersion is a version of slipway that works beside this one while replicas
// are updated one after the other.
type earlierVersion struct {
	name, commit string
	connects     bool // it knows how to connect to Slack
}

// earlierVersions are those that this one has to get on with. A commit stays here for
// as long as this version reads and writes what that one needs, and goes together
// with the code that does so, such as state/stored_effect_former.go.
func earlierVersions() []earlierVersion {
	return []earlierVersion{
		{"the last one whose effects are words", "f5ab914f29badaf45a7b86cf366fe20829089126", false},
		{"the first one that keeps the effects of a later one", "e2ed49e2d79abc584525baca8849380a893e7e51", true},
	}
}

// program builds an earlier version from the history of the checkout. A history that
// does not go back so far is no reason to leave the test out.
func (v earlierVersion) program(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(repoRoot)
	if err != nil {
		t.Fatal(err)
	}
	// What a commit builds to does not change, so it is kept from one run to the next.
	path := filepath.Join(root, "bin", "earlier", v.commit[:12]+"-"+runtime.Version())
	if _, err := os.Stat(path); err != nil {
		v.build(t, root, path)
	}
	return path
}

func (v earlierVersion) build(t *testing.T, root, path string) {
	t.Helper()
	dir := t.TempDir()
	archive := filepath.Join(dir, "sources.tar")
	git := exec.CommandContext(t.Context(), "git", "-c", "safe.directory="+root, "archive", "--format=tar", "--output="+archive, v.commit)
	git.Dir = root
	if said, err := git.CombinedOutput(); err != nil {
		t.Fatalf("this version is tried beside an earlier one (%s), and the history of this checkout does not have its commit %s: %v\n%s\n"+
			"A shallow clone gets it by: git fetch --unshallow", v.name, v.commit, err, said)
	}
	sources := filepath.Join(dir, "sources")
	if err := os.Mkdir(sources, 0o700); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.CommandContext(t.Context(), "tar", "-xf", archive, "-C", sources).CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v\n%s", v.commit, err, said)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	half := path + ".half"
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-o", half, "./cmd/slipway")
	build.Dir = sources
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", v.commit, err, said)
	}
	if err := os.Rename(half, path); err != nil {
		t.Fatal(err)
	}
}

// TestReplicasOfTwoVersions has this version and an earlier one work on one Redis: at
// the same time, and by handing releases to and fro. Whoever asked for one, approved
// it, started or watched it, the other goes on with it.
func TestReplicasOfTwoVersions(t *testing.T) {
	t.Parallel()
	for _, v := range earlierVersions() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if inSocketMode() && !v.connects {
				t.Skip("this version is reached by HTTP only")
			}
			earlier := v.program(t)
			t.Run("side by side", func(t *testing.T) {
				t.Parallel()
				sideBySide(t, earlier)
			})
			for name, beginsEarlier := range map[string]bool{"begun by the earlier one": true, "begun by this one": false} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					r := newRelay(t, earlier, beginsEarlier)
					r.deployAndWatch()
					r.takeBack()
					r.lockAndQueue()
					r.nothingIsLost()
				})
			}
		})
	}
}

// sideBySide lets both versions work on the releases of ten services, until only this
// one is left.
func sideBySide(t *testing.T, earlier string) {
	t.Helper()
	services := make([]string, 10)
	for i := range services {
		services[i] = fmt.Sprintf("shop%c", 'a'+i)
	}
	redis := newRedis(t)
	f := newFleet(t, redis.options(), services...)
	f.playRuns(50 * time.Millisecond)
	if inSocketMode() {
		// The earlier one takes the note of its connections back as it stops, while Slack
		// still counts them.
		f.aloud = append(f.aloud, regexp.MustCompile("another process uses the same app token"))
	}
	olds := []*member{f.launch(earlier), f.launch(earlier)}
	f.start()
	approvals := f.approvals(redis)
	ids := f.deployAll(4, func() { f.replace(olds) })
	f.finishedWell(ids...)
	approvals()
	if n := len(dispatchesOf(f.github)); n != len(ids) {
		t.Errorf("%d releases were started, %d were asked for", n, len(ids))
	}
	f.everyMessageOnce(redis, ids)
}

// relay is a fleet of one slipway, which is one version and then the other.
type relay struct {
	*fleet
	redis   *redisServer
	earlier string
	runs    *member
	isOld   bool // the one that runs is the earlier
	service *service
	started []string // the releases that were started
}

// relayWatch is long enough for the other version to take over a watch.
const relayWatch = 10 * time.Second

func newRelay(t *testing.T, earlier string, beginsOld bool) *relay {
	t.Helper()
	r := &relay{redis: newRedis(t), earlier: earlier, isOld: beginsOld, service: &service{status: http.StatusOK}}
	r.fleet = newFleet(t, r.redis.options(), "api", "web")
	r.expects("fields that this version of slipway does not know; they are kept")
	server := httptest.NewServer(r.service)
	t.Cleanup(server.Close)
	r.edit("approvals: {count: 1, from: [sre]}}", fmt.Sprintf(
		"approvals: {count: 1, from: [sre]}, health: {window: %s, every: 500ms, probes: [{name: up, http: %q}]}}", relayWatch, server.URL+"/healthz"))
	r.takeTurn()
	return r
}

// edit changes slipway.yaml before anybody reads it.
func (r *relay) edit(old, by string) {
	r.tb.Helper()
	path := filepath.Join(r.dir, "slipway.yaml")
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte(old)) {
		r.tb.Fatalf("slipway.yaml has no %q: %v", old, err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte(old), []byte(by)), 0o600); err != nil {
		r.tb.Fatal(err)
	}
}

// takeTurn starts the version whose turn it is.
func (r *relay) takeTurn() {
	if r.isOld {
		r.runs = r.launch(r.earlier)
		return
	}
	r.runs = r.start()
}

// handOver starts the other version, and then stops the one that ran.
func (r *relay) handOver() {
	ran := r.runs
	r.isOld = !r.isOld
	r.takeTurn()
	r.stop(ran)
}

// deployAndWatch hands a release over in each of its phases.
func (r *relay) deployAndWatch() {
	r.tb.Helper()
	r.deploy("api-1")
	r.handOver()
	r.shows(channelOf("api"), "`api-1`\n *Live and healthy")
}

// deploy brings a release as far as its watch.
func (r *relay) deploy(id string) {
	r.tb.Helper()
	if got := r.mustBegin("api", "main to production"); got != id {
		r.tb.Fatalf("%s was begun, want %s", got, id)
	}
	r.is(id, bot.AwaitingApproval)
	r.leaveLater(id)
	r.press("ben", "api", "approve")
	run := r.runOf(id)
	r.is(id, bot.Running)
	r.handOver()
	if err := r.github.FinishRun(run.ID, "success"); err != nil {
		r.tb.Fatal(err)
	}
	r.is(id, bot.Verifying)
	r.started = append(r.started, id)
}

// takeBack has a release turn out unhealthy for one version, and taken back by the
// other.
func (r *relay) takeBack() {
	r.tb.Helper()
	r.github.Repo("acme/api").Commit("main", githubsim.CommitSpec{Message: "Break it", Login: "anna-gh"})
	r.handOver()
	r.deploy("api-2")
	r.service.set(http.StatusServiceUnavailable)
	r.handOver()
	r.shows("C0ALERTS", "`api-2`.*(\n.*)*Roll Back to api-1")
	r.handOver()
	r.pressIn("cleo", "C0ALERTS", "Roll Back to api-1")
	run := r.runOf("api-3")
	r.is("api-2", bot.Unhealthy)
	r.is("api-3", bot.Running)
	r.service.set(http.StatusOK)
	r.handOver()
	if err := r.github.FinishRun(run.ID, "success"); err != nil {
		r.tb.Fatal(err)
	}
	r.is("api-3", bot.Verifying)
	r.handOver()
	r.started = append(r.started, "api-3")
	r.shows(channelOf("api"), "`api-3` \\(rollback\\)\n *Live and healthy")
	r.shows(channelOf("api"), "`api-2`.*\n(.*\n)*?.*aken back by `?api-3")
}

// lockAndQueue has one version heed what the other locked, and start what waited for
// the other's release.
func (r *relay) lockAndQueue() {
	r.tb.Helper()
	r.typed("ben", "web", "/deploy", "lock web staging --reason 'the disk is full'")
	r.handOver()
	refused := r.mustBegin("web", "main to staging")
	r.is(refused, bot.Rejected)
	r.typed("ben", "web", "/deploy", "unlock web staging")
	r.handOver()
	first := r.mustBegin("web", "main to staging")
	r.runOf(first)
	second := r.mustBegin("web", "main to staging")
	r.is(second, bot.Queued)
	r.handOver()
	r.finish(first)
	r.runOf(second)
	r.handOver()
	r.finish(second)
	r.is(first, bot.Succeeded)
	r.is(second, bot.Succeeded)
	r.started = append(r.started, first, second)
}

// nothingIsLost checks what is stored, what was started, and what the channels show.
func (r *relay) nothingIsLost() {
	r.tb.Helper()
	r.onceEach(r.started...)
	if n := len(dispatchesOf(r.github)); n != len(r.started) {
		r.tb.Errorf("%d releases were started, want %v", n, r.started)
	}
	for id, want := range map[string]struct {
		phase   bot.Phase
		verdict bot.Verdict
		yes     int
		back    string
	}{
		"api-1": {bot.Succeeded, bot.Healthy, 1, ""},
		"api-2": {bot.Unhealthy, bot.NotHealthy, 1, "api-3"},
		"api-3": {bot.Succeeded, bot.Healthy, 0, ""},
	} {
		is := r.release(id)
		if is.Phase != want.phase || is.Verdict != want.verdict || len(is.Approvals) != want.yes || is.TakenBackBy != want.back {
			r.tb.Errorf("%s is %s, %s, has %d approvals, taken back by %q; want %+v", id, is.Phase, is.Verdict, len(is.Approvals), is.TakenBackBy, want)
		}
	}
	r.nothingTwice()
	r.laterIsKept("api-1")
	r.laterIsKept("api-2")
}

// is waits until a release is in a phase.
func (r *relay) is(id string, phase bot.Phase) {
	r.tb.Helper()
	waitFor(r.tb, time.Minute, id+" is "+string(phase), func() error {
		if is := r.release(id).Phase; is != phase {
			return fmt.Errorf("it is %s", is)
		}
		return nil
	})
}

func (r *relay) release(id string) bot.Release {
	is, err := r.store().Release(context.Background(), id)
	if err != nil {
		return bot.Release{} // it is not there yet
	}
	return is
}

// A later version is one more that stores what neither of the two knows.
const laterField = `{"share":5,"steps":[{"at":"noon"}]}`

// leaveLater hands a release over with fields in it of a version that is later still.
func (r *relay) leaveLater(id string) {
	r.tb.Helper()
	r.stop(r.runs)
	err := alterRecord(r.redis.client, id, func(text string) (string, error) {
		var fields, plan map[string]json.RawMessage
		if err := errors.Join(json.Unmarshal([]byte(text), &fields), json.Unmarshal(fields["plan"], &plan)); err != nil {
			return "", err
		}
		plan["canary"], fields["canary"] = json.RawMessage(laterField), json.RawMessage(laterField)
		var err error
		if fields["plan"], err = json.Marshal(plan); err != nil {
			return "", err
		}
		changed, err := json.Marshal(fields)
		return string(changed), err
	})
	if err != nil {
		r.tb.Fatal(err)
	}
	r.isOld = !r.isOld
	r.takeTurn()
}

// laterIsKept checks that they are there, in the release and in its plan.
func (r *relay) laterIsKept(id string) {
	r.tb.Helper()
	_, text, err := storedRecord(context.Background(), r.redis.client, id)
	var stored struct {
		Canary json.RawMessage `json:"canary"`
		Plan   struct {
			Canary json.RawMessage `json:"canary"`
		} `json:"plan"`
	}
	if err := errors.Join(err, json.Unmarshal([]byte(text), &stored)); err != nil {
		r.tb.Fatalf("%s: %v", id, err)
	}
	for _, kept := range []json.RawMessage{stored.Canary, stored.Plan.Canary} {
		if string(kept) != laterField {
			r.tb.Errorf("of a later version's field in %s is left: %s", id, kept)
		}
	}
}
