//go:build faults

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/state"
)

// TestRedisFailoverBySentinel kills the master of three servers while commands
// are typed and releases run, a while after its replicas lost sight of it: what
// it took in that while is gone with it. Every command, click and intent that
// counts waited for a replica, so the one that is promoted has them all.
func TestRedisFailoverBySentinel(t *testing.T) {
	t.Parallel()
	master := newRedis(t)
	replicas := []*redisServer{
		newRedis(t, "--replicaof", "127.0.0.1 "+master.port()), newRedis(t, "--replicaof", "127.0.0.1 "+master.port()),
	}
	master.followed(2)
	f := newFleet(t, newSentinels(t, master), "api", "web", "docs")
	f.expects(redisAway)
	f.playRuns(100 * time.Millisecond)
	f.start()
	waiting := f.mustBegin("api", "main to production")
	f.shows(channelOf("api"), "of 1 approval")
	l := f.load()
	l.taken(5)
	for _, r := range replicas {
		if err := r.client.ReplicaOf(context.Background(), "127.0.0.1", "1").Err(); err != nil {
			t.Fatal(err)
		}
	}
	typed := l.tries()
	waitFor(t, time.Minute, "some commands reach the master alone", func() error {
		if l.tries() < typed+2 {
			return errStillNot
		}
		return nil
	})
	master.kill()
	waitFor(t, time.Minute, "a replica is promoted", func() error {
		for _, r := range replicas {
			if strings.Contains(r.client.Info(context.Background(), "replication").Val(), "role:master") {
				return nil
			}
		}
		return errStillNot
	})
	back := time.Now()
	l.recovers(back)
	f.press("ben", "api", "approve")
	l.end()
	f.finishedWell(waiting)
	f.finishedWell(l.acknowledged...)
}

// newSentinels starts three sentinels that watch the master, and says how
// slipway is to use them.
func newSentinels(t *testing.T, master *redisServer) state.Options {
	t.Helper()
	var addresses []string
	for range 3 {
		address, err := freeAddress()
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(address)
		file := filepath.Join(t.TempDir(), "sentinel.conf")
		text := "port " + port + "\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 " + master.port() + " 2\n" +
			"sentinel down-after-milliseconds m 1500\nsentinel failover-timeout m 5000\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		startProgram(t, file, "--sentinel", "--dir", filepath.Dir(file))
		addresses = append(addresses, address)
	}
	sentinel := redis.NewSentinelClient(&redis.Options{Addr: addresses[0]})
	t.Cleanup(func() { _ = sentinel.Close() })
	waitFor(t, time.Minute, "the sentinels know each other and the replicas", func() error {
		about, err := sentinel.Master(context.Background(), "m").Result()
		if err == nil && (about["num-other-sentinels"] != "2" || about["num-slaves"] != "2") {
			err = errStillNot
		}
		return err
	})
	return state.Options{
		URL:  fmt.Sprintf("redis://%s?master_name=m&addr=%s&addr=%s", addresses[0], addresses[1], addresses[2]),
		Mode: state.Sentinel, WaitReplicas: 1,
	}
}

// TestRedisClusterMasterKilled kills the one of three masters that holds the
// releases of a service, while commands are typed and releases run on all. A
// store without a motor, which asks all masters every second and so learns of a
// new one, finds it too.
func TestRedisClusterMasterKilled(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	f := newFleet(t, c.options(), "api", "web", "docs", "shop")
	f.expects(redisAway)
	f.playRuns(100 * time.Millisecond)
	f.start()
	waiting := f.mustBegin("api", "main to production")
	f.shows(channelOf("api"), "of 1 approval")
	alone := f.store()
	l := f.load()
	l.taken(8)
	c.killMasterOf(f.keyOfSlot("api"))
	c.healthy()
	back := time.Now()
	waitFor(t, 10*time.Second, "a store finds the new master", func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_, err := alone.Release(ctx, waiting)
		return err
	})
	l.recovers(back, "api")
	f.press("ben", "api", "approve")
	l.end()
	f.finishedWell(waiting)
	f.finishedWell(l.acknowledged...)
}

// keyOfSlot finds a key that lies with the releases of a service.
func (f *fleet) keyOfSlot(service string) string {
	f.tb.Helper()
	options, err := redis.ParseClusterURL(f.truth.URL)
	if err != nil {
		f.tb.Fatal(err)
	}
	client := redis.NewClusterClient(options)
	defer func() { _ = client.Close() }()
	for n := range 16 {
		key := fmt.Sprintf("slipway:{p%d}:counters", n)
		if found, _ := client.HExists(context.Background(), key, service+":").Result(); found {
			return key
		}
	}
	f.tb.Fatalf("nothing is stored of %s", service)
	return ""
}

// redisCluster is three masters with a replica each.
type redisCluster struct {
	tb    testing.TB
	nodes []*redisServer
}

func newCluster(t *testing.T) *redisCluster {
	t.Helper()
	c := &redisCluster{tb: t}
	ctx := context.Background()
	var buses []string
	for range 6 {
		bus, err := freeAddress()
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(bus)
		buses = append(buses, port)
		c.nodes = append(c.nodes, newRedis(t, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
			"--cluster-node-timeout", "2000", "--cluster-port", port))
	}
	for i, n := range c.nodes {
		if i < 3 {
			if err := n.client.ClusterAddSlotsRange(ctx, i*5462, min((i+1)*5462-1, 16383)).Err(); err != nil {
				t.Fatal(err)
			}
		}
		for j := range i {
			if err := n.client.Do(ctx, "cluster", "meet", "127.0.0.1", c.nodes[j].port(), buses[j]).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, n := range c.nodes[3:] {
		waitFor(t, 30*time.Second, "a replica knows its master", func() error {
			id, err := c.nodes[i].client.Do(ctx, "cluster", "myid").Text()
			if err != nil {
				return err
			}
			return n.client.ClusterReplicate(ctx, id).Err()
		})
	}
	c.healthy()
	for _, n := range c.nodes[:3] {
		n.followed(1)
	}
	return c
}

func (c *redisCluster) options() state.Options {
	var more []string
	for _, n := range c.nodes[1:] {
		more = append(more, "addr="+n.address)
	}
	url := "redis://" + c.nodes[0].address + "?" + strings.Join(more, "&")
	return state.Options{URL: url, Mode: state.Cluster, WaitReplicas: 0}
}

// healthy waits until all nodes that live agree that all slots are served.
func (c *redisCluster) healthy() {
	c.tb.Helper()
	waitFor(c.tb, time.Minute, "the cluster is whole", func() error {
		for _, n := range c.nodes {
			if n.process == nil {
				continue
			}
			text, err := n.client.ClusterInfo(context.Background()).Result()
			if err != nil {
				return err
			}
			if !strings.Contains(text, "cluster_state:ok") || !strings.Contains(text, "cluster_slots_fail:0") || !strings.Contains(text, "cluster_slots_pfail:0") {
				return errors.New(text)
			}
		}
		return nil
	})
}

// killMasterOf kills the master that has a key, and waits until the others know.
func (c *redisCluster) killMasterOf(key string) {
	c.tb.Helper()
	for _, n := range c.nodes[:3] {
		if n.client.Exists(context.Background(), key).Val() == 0 {
			continue
		}
		n.kill()
		waitFor(c.tb, time.Minute, "the master is missed", func() error {
			for _, other := range c.nodes {
				if other.process != nil && strings.Contains(other.client.ClusterNodes(context.Background()).Val(), "fail") {
					return nil
				}
			}
			return errStillNot
		})
		return
	}
	c.tb.Fatalf("no master has %s", key)
}

// TestRedisReplicaMissing has no replica left to wait for: people are told that
// nothing is confirmed, no intent counts, and so nothing is started. When a
// replica is back, work goes on.
func TestRedisReplicaMissing(t *testing.T) {
	t.Parallel()
	master := newRedis(t)
	replica := newRedis(t, "--replicaof", "127.0.0.1 "+master.port())
	master.followed(1)
	options := master.options()
	options.WaitReplicas = 1
	f := newFleet(t, options, "api", "web")
	f.expects(redisAway)
	f.playRuns(100 * time.Millisecond)
	f.start()
	waiting := f.mustBegin("api", "main to production")
	f.shows(channelOf("api"), "of 1 approval")
	replica.kill()
	if shown := f.typed("anna", "web", "/deploy", "web main to staging"); !isUnconfirmed(shown) {
		t.Errorf("the command was answered: %s", shown)
	}
	f.press("ben", "api", "approve")
	f.told("ben", "api", "(?i)not confirmed")
	// The click and the command were stored all the same: what they ask for is
	// tried, and held back for want of a replica.
	f.shows(channelOf("api"), "0 of 1 replicas")
	if n := len(f.github.Runs()); n != 0 {
		t.Errorf("%d workflows were started although no intent was safe", n)
	}
	replica.start()
	master.followed(1)
	f.finishedWell(waiting)
	f.finishedWell("web-1")
}
