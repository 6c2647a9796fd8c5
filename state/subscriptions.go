package state

import (
	"context"
	"time"
)

// Subscribe notes that somebody wants to hear of their own changes.
func (s *Store) Subscribe(ctx context.Context, account string) error {
	const op = "note who wants to hear of their changes"
	if account == "" {
		return invalid(op, "nobody is named")
	}
	if err := s.client.HSet(ctx, s.keys.subscribed(), account, millis(time.Now())).Err(); err != nil {
		return unavailable(op, err)
	}
	return nil
}

// Unsubscribe notes that they want to no longer.
func (s *Store) Unsubscribe(ctx context.Context, account string) error {
	if err := s.client.HDel(ctx, s.keys.subscribed(), account).Err(); err != nil {
		return unavailable("note who wants to hear of their changes no longer", err)
	}
	return nil
}

// Subscribed gives those of the accounts that want to hear of their own changes.
func (s *Store) Subscribed(ctx context.Context, accounts []string) ([]string, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	since, err := s.client.HMGet(ctx, s.keys.subscribed(), accounts...).Result()
	if err != nil {
		return nil, unavailable("read who wants to hear of their changes", err)
	}
	var among []string
	for i, account := range accounts {
		if i < len(since) && since[i] != nil {
			among = append(among, account)
		}
	}
	return among, nil
}
