//go:build faults

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// TestPromise1_RedisRestartedFromAnOlderDump brings Redis back as it was a
// while ago, so that what was acknowledged since is gone. GitHub has the runs:
// a release that the copy has as waiting for an approval goes on with the run
// it had; one that the copy does not know is said out loud and not started
// again, its number is not given again, and while its run goes on nothing else
// of the service is started.
func TestPromise1_RedisRestartedFromAnOlderDump(t *testing.T) {
	t.Parallel()
	redis := newRedis(t)
	f := newFleet(t, redis.options(), "api", "web")
	f.expects(redisAway)
	f.start()
	ended := f.mustBegin("api", "main to staging")
	f.finish(ended)
	f.finishedWell(ended)
	known := f.mustBegin("web", "main to production")
	f.shows(channelOf("web"), "of 1 approval")
	redis.keepCopy()

	f.press("ben", "web", "approve")
	f.runOf(known)
	forgotten := f.mustBegin("api", "main to staging")
	f.runOf(forgotten)
	f.shows(channelOf("api"), "The workflow waits for a runner")

	redis.kill()
	redis.takeCopy()
	redis.start()
	f.pressOld("ben", "web", "approve") // on a screen that is behind
	f.shows("C0ALERTS", "(?s)Redis came back without.*"+forgotten+".*still going")
	f.finish(known)
	f.finishedWell(known)

	// The buttons and the numbers of the forgotten are not met by what is new.
	next := f.mustBegin("api", "main to staging")
	if next == forgotten {
		t.Errorf("the number of %s was given twice", forgotten)
	}
	f.shows(channelOf("api"), "(?s)"+next+".*which Redis has forgotten, is still going")
	f.onceEach(ended, known, forgotten)
	if n := dispatchesOf(f.github)[next]; n != 0 {
		t.Errorf("%s was started while the run of %s went on", next, forgotten)
	}
	f.finish(forgotten)
	over := time.Now()
	f.finish(next)
	t.Logf("%s was started %s after the run of %s had ended", next, time.Since(over).Round(time.Millisecond), forgotten)
	f.finishedWell(next)
	f.onceEach(ended, known, forgotten, next)
	if told := len(regexp.MustCompile("Redis came back without").FindAllString(f.slack.Transcript("C0ALERTS"), -1)); told != 1 {
		t.Errorf("what was forgotten was said %d times", told)
	}
}

// keepCopy copies what the server has on disk.
func (s *redisServer) keepCopy() {
	s.tb.Helper()
	if err := os.CopyFS(filepath.Join(s.dir, "copy"), os.DirFS(filepath.Join(s.dir, "appendonlydir"))); err != nil {
		s.tb.Fatal(err)
	}
}

// takeCopy makes the copy what the server finds when it starts.
func (s *redisServer) takeCopy() {
	s.tb.Helper()
	if err := os.RemoveAll(filepath.Join(s.dir, "appendonlydir")); err != nil {
		s.tb.Fatal(err)
	}
	if err := os.Rename(filepath.Join(s.dir, "copy"), filepath.Join(s.dir, "appendonlydir")); err != nil {
		s.tb.Fatal(err)
	}
}
