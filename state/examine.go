package state

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ServerState is what a server that takes writes says of itself.
type ServerState struct {
	Version string
	// Told says that it tells how it is set, which managed ones may not; the rest of
	// its settings mean nothing otherwise.
	Told        bool
	AppendOnly  bool
	Policy      string // maxmemory-policy
	MinReplicas int    // min-replicas-to-write
	// Saves says that it writes all that it holds to its disk now and then, and Sync when
	// what it appends gets there (appendfsync); empty: it does not tell.
	Saves bool
	Sync  string
	// Used and Limit are how much memory it takes and may take, in bytes; no limit: 0.
	Used, Limit int64
	Replicas    int // that are connected
	// Ahead is by how much its clock is ahead of ours.
	Ahead time.Duration
	// Address and Err are for a server of a cluster: where it is, and why it could not
	// be asked.
	Address string
	Err     error
}

// Examine asks every server that takes writes how it is set. Nothing is changed. One that
// does not answer keeps none of the others from being asked.
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
		one.Address, one.Err = master.Options().Addr, err
		mu.Lock()
		defer mu.Unlock()
		all = append(all, one)
		return nil
	})
	slices.SortFunc(all, func(a, b ServerState) int { return cmp.Compare(a.Address, b.Address) })
	if err != nil {
		return all, unavailable("ask which servers there are", err)
	}
	return all, nil
}

// Unserved is how many of a cluster's slots no server serves. Keys in them cannot be read
// or written.
func (s *Store) Unserved(ctx context.Context) (int, error) {
	cluster, is := s.client.(*redis.ClusterClient)
	if !is {
		return 0, nil
	}
	told, err := cluster.ClusterInfo(ctx).Result()
	if err != nil {
		return 0, unavailable("ask how the cluster is", err)
	}
	const slots = 16384
	return max(0, slots-atoi(infoField(told, "cluster_slots_ok"))), nil
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
	found.Used, found.Limit = int64(atoi(infoField(told, "used_memory"))), int64(atoi(infoField(told, "maxmemory")))
	found.Replicas = atoi(infoField(told, "connected_slaves"))
	found.MinReplicas, found.Saves = -1, true // not told, and believed
	for name, take := range map[string]func(string){
		"min-replicas-to-write": func(value string) { found.MinReplicas = atoi(value) },
		"save":                  func(value string) { found.Saves = value != "" },
		"appendfsync":           func(value string) { found.Sync = value },
	} {
		set, err := on.ConfigGet(ctx, name).Result()
		if err != nil && !isRefusal(err) {
			return ServerState{}, unavailable(op, err)
		}
		if value, told := set[name]; told {
			take(value)
		}
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
