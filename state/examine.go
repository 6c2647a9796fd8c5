package state

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ServerState is what a server that takes writes says of itself.
type ServerState struct {
	Version string
	// Told says that it tells how it is set, which managed ones may not; the next
	// three mean nothing otherwise.
	Told        bool
	AppendOnly  bool
	Policy      string // maxmemory-policy
	MinReplicas int    // min-replicas-to-write
	Replicas    int    // that are connected
	// Ahead is by how much its clock is ahead of ours.
	Ahead time.Duration
}

// Examine asks every server that takes writes how it is set. Nothing is changed.
func (s *Store) Examine(ctx context.Context) ([]ServerState, error) {
	cluster, is := s.client.(*redis.ClusterClient)
	if !is {
		one, err := examine(ctx, s.client)
		return []ServerState{one}, err
	}
	var mu sync.Mutex
	var all []ServerState
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
		one, err := examine(ctx, master)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, one)
		return err
	})
	return all, err
}

func examine(ctx context.Context, on redis.Cmdable) (ServerState, error) {
	const op = "ask Redis how it is set"
	before := time.Now()
	clock, err := on.Time(ctx).Result()
	if err != nil {
		return ServerState{}, unavailable(op, err)
	}
	// What the question took lies half before the answer was made and half after.
	found := ServerState{Ahead: clock.Sub(before.Add(time.Since(before) / 2))}
	told, err := on.Info(ctx).Result()
	if err != nil {
		if isRefusal(err) {
			return found, nil
		}
		return ServerState{}, unavailable(op, err)
	}
	found.Version = infoField(told, "redis_version")
	found.Policy = infoField(told, "maxmemory_policy")
	found.AppendOnly = infoField(told, "aof_enabled") == "1"
	found.Told = infoField(told, "aof_enabled") != ""
	found.Replicas = atoi(infoField(told, "connected_slaves"))
	if limits, err := on.ConfigGet(ctx, "min-replicas-to-write").Result(); err == nil {
		found.MinReplicas = atoi(limits["min-replicas-to-write"])
	} else if isRefusal(err) {
		found.MinReplicas = -1 // not told, and believed
	}
	return found, nil
}

func atoi(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	return n
}
