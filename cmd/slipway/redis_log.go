package main

import (
	"context"
	"fmt"
	"log/slog"
)

// redisLog takes what the Redis client says of its connections into slipway's
// own log; by itself it would write plain lines between the JSON ones.
type redisLog struct{ log *slog.Logger }

// Printf makes it a logger of go-redis.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.WarnContext(ctx, "the Redis client says", slog.String("text", fmt.Sprintf(format, args...)))
}
