package state

import (
	"context"
	"crypto/rand"
)

// StateKey is the key that signs what slipway keeps at the code host where none
// is configured. It is made once, for all replicas; a store that has forgotten
// it makes another one, and what the old one signed proves nothing any more.
func (s *Store) StateKey(ctx context.Context) (string, error) {
	const op = "read the key that signs deployments"
	key := s.keys.stateKey()
	if err := s.client.SetNX(ctx, key, rand.Text(), 0).Err(); err != nil {
		return "", unavailable(op, err)
	}
	text, err := s.client.Get(ctx, key).Result()
	if err != nil {
		return "", unavailable(op, err)
	}
	return text, nil
}
