package state

import "github.com/redis/go-redis/v9"

// Apart gives a test keys of its own on a server that it shares, and puts head
// before each script.
func (o Options) Apart(prefix, head string) Options {
	o.prefix, o.head = prefix, head
	return o
}

// Client lets a test look into Redis and hook into what is sent to it.
func (s *Store) Client() redis.UniversalClient { return s.client }
