package state

import (
	"context"
	"strings"
)

// Forbidden are the commands of those that slipway needs which Redis does not allow its
// user, and unknown those that it does not have, since it is too old or somebody has
// renamed them. Each is tried so that it changes nothing, whether it is allowed or not.
func (s *Store) Forbidden(ctx context.Context) (forbidden, unknown []string, err error) {
	for _, try := range s.harmless() {
		err := s.client.Do(ctx, try...).Err()
		name, _ := try[0].(string)
		switch {
		case isForbidden(err):
			forbidden = append(forbidden, name)
		case isUnknown(err):
			unknown = append(unknown, name)
		case err != nil && !isRefusal(err): // an answer of any other kind shows that it is allowed
			return forbidden, unknown, unavailable("try "+name, err)
		}
	}
	listening := s.client.Subscribe(ctx, s.keys.wake())
	defer func() { _ = listening.Close() }() // it was for this question alone
	switch _, err := listening.Receive(ctx); {
	case isForbidden(err):
		forbidden = append(forbidden, "SUBSCRIBE")
	case isUnknown(err):
		unknown = append(unknown, "SUBSCRIBE")
	case err != nil:
		return forbidden, unknown, unavailable("try SUBSCRIBE", err)
	}
	return forbidden, unknown, nil
}

func isForbidden(err error) bool { return err != nil && strings.Contains(err.Error(), "NOPERM") }

func isUnknown(err error) bool {
	return err != nil && isRefusal(err) && strings.HasPrefix(err.Error(), "ERR unknown command")
}

// harmless has each command that slipway gives, in a form that changes nothing: on a key
// that is never there, only if it is there, or on one that holds something of another
// kind.
func (s *Store) harmless() [][]any {
	none, text := s.keys.prefix+"doctor", s.keys.partitions()
	tries := [][]any{
		{"PING"},
		{"TIME"},
		{"EVAL", "return 1", 0},
		{"EVALSHA", strings.Repeat("0", 40), 0},
		{"GET", none},
		{"SET", none, "1", "XX"},
		{"EXISTS", none},
		{"DEL", none},
		{"PEXPIRE", none, 1},
		{"HGET", none, "a"},
		{"HMGET", none, "a"},
		{"HGETALL", none},
		{"HKEYS", none},
		{"HLEN", none},
		{"HEXISTS", none, "a"},
		{"HDEL", none, "a"},
		{"HSET", text, "a", "1"},
		{"HSETNX", text, "a", "1"},
		{"HINCRBY", text, "a", 1},
		{"ZADD", none, "XX", 1, "a"},
		{"ZCARD", none},
		{"ZRANGE", none, 0, 0},
		{"ZRANGEBYSCORE", none, 0, 0},
		{"ZREVRANGE", none, 0, 0},
		{"ZRANK", none, "a"},
		{"ZSCORE", none, "a"},
		{"ZREM", none, "a"},
		{"ZREMRANGEBYRANK", none, 0, 0},
		{"XADD", none, "NOMKSTREAM", "*", "a", "1"},
		{"PUBLISH", none, "1"},
	}
	if s.options.WaitReplicas > 0 {
		tries = append(tries, []any{"WAIT", 0, 1})
	}
	return tries
}
