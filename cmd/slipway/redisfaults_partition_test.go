//go:build faults

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/slipwayhq/slipway/state"
)

// partition is what stands between slipway and its Redis.
type partition struct {
	tb      testing.TB
	proxy   *toxiproxy.Proxy
	address string
}

func newPartition(t *testing.T, redis *redisServer) *partition {
	t.Helper()
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := &partition{tb: t, proxy: toxiproxy.NewProxy(server, "redis", address, redis.address), address: address}
	p.join()
	t.Cleanup(p.cut)
	return p
}

// join lets the two speak to each other.
func (p *partition) join() {
	p.tb.Helper()
	if err := p.proxy.Start(); err != nil {
		p.tb.Fatal(err)
	}
}

// cut ends all connections and takes no new one.
func (p *partition) cut() { p.proxy.Stop() }

// add lets a fault into one direction: upstream, to Redis, or downstream.
func (p *partition) add(name, kind, direction, attributes string) {
	p.tb.Helper()
	text := fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"attributes":%s}`, name, kind, direction, attributes)
	if _, err := p.proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
		p.tb.Fatal(err)
	}
}

func (p *partition) remove(name string) {
	p.tb.Helper()
	if err := p.proxy.Toxics.RemoveToxic(context.Background(), name); err != nil {
		p.tb.Fatal(err)
	}
}

// parted is a fleet whose one slipway speaks to Redis through a partition.
func parted(t *testing.T) (*fleet, *partition) {
	t.Helper()
	redis := newRedis(t)
	p := newPartition(t, redis)
	f := newFleet(t, state.Options{URL: "redis://" + p.address + "/0", Mode: state.Single}, "api", "web", "docs")
	f.expects(redisAway)
	f.truth = redis.options()
	f.playRuns(100 * time.Millisecond)
	f.start()
	return f, p
}

// TestRedisPartitionCut takes Redis out of reach while it goes on by itself.
func TestRedisPartitionCut(t *testing.T) {
	t.Parallel()
	f, p := parted(t)
	l := f.load()
	l.taken(4)
	p.cut()
	l.refused()
	l.refused()
	p.join()
	l.recovers(time.Now())
	l.end()
	f.finishedWell(l.acknowledged...)
}

// TestRedisPartitionSilent swallows every answer of Redis and ends no connection,
// as a firewall does: slipway must not wait for what does not come.
func TestRedisPartitionSilent(t *testing.T) {
	t.Parallel()
	f, p := parted(t)
	l := f.load()
	l.taken(4)
	p.add("silence", "timeout", "downstream", `{"timeout":0}`)
	l.refused()
	l.refused()
	p.remove("silence")
	l.recovers(time.Now())
	l.end()
	f.finishedWell(l.acknowledged...)
}

// TestRedisPartitionSlow makes every answer of Redis come two seconds late:
// later than slipway waits for it. People are told in time that nothing is
// confirmed; typing it again means the same release, which is started once.
func TestRedisPartitionSlow(t *testing.T) {
	t.Parallel()
	f, p := parted(t)
	first := f.mustBegin("api", "main to staging")
	p.add("slow", "latency", "downstream", `{"latency":2000}`)
	if shown := f.typed("anna", "web", "/deploy", "web main to staging"); !isUnconfirmed(shown) {
		t.Errorf("the command was answered: %s", shown)
	}
	time.Sleep(3 * time.Second) // some of slipway's own steps fall into the slow time, whichever
	p.remove("slow")
	back := time.Now()
	shown := f.typed("anna", "web", "/deploy", "web main to staging")
	again, ok := begun(shown)
	if !ok || again != "web-1" {
		t.Errorf("typed again it was answered %q: the first one was stored and should have been found", shown)
	}
	f.finishedWell(first, again)
	t.Logf("both releases had ended %s after Redis was fast again", time.Since(back).Round(time.Millisecond))
}

// TestRedisPartitionResetMidCommand ends connections again and again in the
// middle of a command, and in the middle of an answer: what was carried out
// then is not known to slipway, and is neither lost nor done twice.
func TestRedisPartitionResetMidCommand(t *testing.T) {
	t.Parallel()
	f, p := parted(t)
	l := f.load()
	l.taken(2)
	for n := range 16 {
		direction := map[bool]string{true: "upstream", false: "downstream"}[n%2 == 0]
		p.add("cut", "limit_data", direction, fmt.Sprintf(`{"bytes":%d}`, 1+n*20))
		// Each connection ends as it reaches the limit, the new ones too.
		mend := time.AfterFunc(100*time.Millisecond, func() { p.remove("cut") })
		service := f.services[n%len(f.services)]
		l.typed(f.typed("anna", service, "/deploy", fmt.Sprintf("%s main to staging --again --reason \"reset %d\"", service, n)))
		waitFor(t, time.Minute, "the fault is over", func() error {
			if p.proxy.Toxics.GetToxic("cut") != nil {
				return errStillNot
			}
			return nil
		})
		mend.Stop()
	}
	l.recovers(time.Now())
	l.end()
	f.finishedWell(l.acknowledged...)
}
