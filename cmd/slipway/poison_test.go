//go:build faults

package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/state"
)

// poison is a release of no service that nobody can read. It lies beside those
// of a service that a test works with, in their partition, so that whatever goes
// over all items meets it.
const poison = "poison-7"

// poisonSaid is what slipway's log says of it, in every world in which it lies.
func poisonSaid() *regexp.Regexp { return regexp.MustCompile(`poison-7|<!channel>|nowhere/at-all`) }

// plantPoison puts one bad item of each kind into a Redis: a release that is
// due, and has a card to show, and cannot be read; one whose fence is no number;
// a lock, a doubt and a note of a card that are no JSON.
func plantPoison(ctx context.Context, c redis.UniversalClient, service string) error {
	h := fnv.New32a()
	_, _ = h.Write([]byte(service))
	part := fmt.Sprintf("slipway:{p%d}:", h.Sum32()%16)
	return errors.Join(
		c.HSet(ctx, part+"docs", poison, "{", poison+"7", "{").Err(),
		c.HSet(ctx, part+"control", poison+":phase", "requested", poison+"7:fence", "many").Err(),
		c.ZAdd(ctx, part+"due", redis.Z{Score: 1, Member: poison}, redis.Z{Score: 1, Member: poison + "7"}).Err(),
		c.ZAdd(ctx, part+"dirty:progress", redis.Z{Score: 1, Member: poison}).Err(),
		c.HSet(ctx, part+"unshown", "<!channel>", "{").Err(),
		c.HSet(ctx, "slipway:locks", "freeze nowhere/at-all", "{", "<!channel>", "{}").Err(),
		c.HSet(ctx, "slipway:doubts", "<!channel>", "{").Err(),
	)
}

// notPoison counts the members of a sorted set that are not planted.
func notPoison(ctx context.Context, c redis.UniversalClient, key string) (int, error) {
	members, err := c.ZRange(ctx, key, 0, -1).Result()
	n := 0
	for _, m := range members {
		if m != poison && m != poison+"7" {
			n++
		}
	}
	return n, err
}

// poisonRedis plants it where a fleet's releases will lie.
func poisonRedis(tb testing.TB, o state.Options, service string) {
	tb.Helper()
	c, err := clientOf(o)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = c.Close() }() // nothing is left to be lost
	if err := plantPoison(context.Background(), c, service); err != nil {
		tb.Fatal(err)
	}
}

func clientOf(o state.Options) (redis.UniversalClient, error) {
	switch o.Mode {
	case state.Sentinel:
		opt, err := redis.ParseFailoverURL(o.URL)
		if err != nil {
			return nil, err
		}
		return redis.NewFailoverClient(opt), nil
	case state.Cluster:
		opt, err := redis.ParseClusterURL(o.URL)
		if err != nil {
			return nil, err
		}
		return redis.NewClusterClient(opt), nil
	case state.Single:
	}
	opt, err := redis.ParseURL(o.URL)
	if err != nil {
		return nil, err
	}
	return redis.NewClient(opt), nil
}
