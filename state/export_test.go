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

// CommandsTried are the commands of which [Store.Forbidden] asks whether they are allowed.
func (s *Store) CommandsTried() []string {
	var names []string
	for _, try := range s.harmless() {
		name, _ := try[0].(string)
		names = append(names, name)
	}
	return names
}
