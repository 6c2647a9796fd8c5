//go:build faults

package main

import (
	"testing"
	"time"
)

// TestPromise2_RedisKilledAndRestarted kills Redis while commands are typed and
// releases run. What was acknowledged is in the append-only file, and goes on.
func TestPromise2_RedisKilledAndRestarted(t *testing.T) {
	t.Parallel()
	redis := newRedis(t)
	f := newFleet(t, redis.options(), "api", "web", "docs")
	f.expects(redisAway)
	f.playRuns(100 * time.Millisecond)
	f.start()
	waiting := f.mustBegin("api", "main to production")
	f.shows(channelOf("api"), "of 1 approval")
	l := f.load()
	l.taken(5)
	for range 2 {
		redis.kill()
		for range 3 { // long enough that no repetition within the client helps
			l.refused()
		}
		redis.start()
		l.recovers(time.Now())
	}
	f.press("ben", "api", "approve")
	l.end()
	f.finishedWell(waiting)
	f.finishedWell(l.acknowledged...)
}
