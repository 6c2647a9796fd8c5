//go:build faults

package main

import (
	"testing"
	"time"
)

// TestRedisOutOfMemory lets Redis refuse every write, as it does with
// maxmemory reached and noeviction: people are told that nothing is confirmed,
// and work goes on when there is memory again.
func TestRedisOutOfMemory(t *testing.T) {
	t.Parallel()
	redis := newRedis(t, "--maxmemory-policy", "noeviction")
	f := newFleet(t, redis.options(), "api", "web", "docs")
	f.expects(redisAway)
	f.playRuns(100 * time.Millisecond)
	f.start()
	waiting := f.mustBegin("api", "main to production")
	f.shows(channelOf("api"), "of 1 approval")
	l := f.load()
	l.taken(4)
	redis.set("maxmemory", "1mb")
	l.refused()
	f.press("ben", "api", "approve")
	f.told("ben", "api", "(?i)not confirmed")
	l.refused()
	redis.set("maxmemory", "0")
	l.recovers(time.Now())
	f.press("ben", "api", "approve")
	l.end()
	f.finishedWell(waiting)
	f.finishedWell(l.acknowledged...)
}
