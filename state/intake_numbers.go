package state

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// counter counts the ids of a service, or of its previews or batches.
type counter struct {
	part          part
	service, mark string
}

func (c counter) field() string { return c.service + ":" + c.mark }

// mint runs the script that makes a release. Where the counter leads to no id
// it is set right first, from the ids that there are.
func (s *Store) mint(ctx context.Context, of counter, create call) (result, error) {
	got, err := s.runSafe(ctx, create)
	if err == nil && got.text(0) == "spent" {
		if err = s.setRight(ctx, of); err == nil {
			got, err = s.runSafe(ctx, create)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case got.text(0) == "spent", !bot.ValidReleaseID(got.text(1)):
		return nil, &bot.Error{
			Kind: bot.Invalid, Op: create.op, Says: "no number is left for a new release of " + of.service,
			Mend: "Whoever looks after slipway finds the counter of its ids in Redis, and what it must be, in docs/operations.md.",
		}
	}
	return got, nil
}

// setRight counts on from the highest id that Redis knows.
func (s *Store) setRight(ctx context.Context, of counter) error {
	const op = "set a counter of ids right"
	ids, err := s.client.HKeys(ctx, of.part.docs()).Result()
	if err != nil {
		return unavailable(op, err)
	}
	var numbers []int64
	for _, id := range ids {
		if number, ok := strings.CutPrefix(id, of.service+"-"+of.mark); ok && bot.ValidReleaseID(id) {
			if n, err := strconv.ParseInt(number, 10, 64); err == nil {
				numbers = append(numbers, n)
			}
		}
	}
	// One that is far beyond the others may be what spoilt the counter.
	var last int64
	for believed, i := bot.BelievedNumber(0, numbers), 0; i < len(numbers); i++ {
		if numbers[i] <= believed {
			last = max(last, numbers[i])
		}
	}
	last += idGap
	if err := s.client.HSet(ctx, of.part.counters(), of.field(), last).Err(); err != nil {
		return unavailable(op, err)
	}
	s.log.Error("the counter of a service's ids was out of bounds; it was set right from the ids that Redis knows",
		slog.String("counter", of.field()), slog.Int64("counts_on_from", last))
	return nil
}

// LastNumber is the last number that a service gave to a release, as far as the
// store knows; 0 if that is nothing, or nothing that can be.
func (s *Store) LastNumber(ctx context.Context, service string) (int64, error) {
	text, err := s.client.HGet(ctx, s.keys.of(service).counters(), counter{service: service}.field()).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, unavailable("read the counter of a service's ids", err)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > bot.MaxNumber {
		return 0, nil //nolint:nilerr // a counter that cannot be read has counted nothing
	}
	return n, nil
}

// skipIDsScript makes a service count on above a number.
//
// KEYS: 1 counters (hash).
// ARGV: 1 the counter of the service, 2 the number, 3 how many to leave free, 4
// the highest number that may be given: a counter beyond it counts for nothing.
// Result: the last number that counts as given.
const skipIDsScript = `
local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if not last or last ~= math.floor(last) or last > tonumber(ARGV[4]) then last = -1 end
if last < tonumber(ARGV[2]) then
  last = tonumber(ARGV[2]) + tonumber(ARGV[3])
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', last))
end
return {string.format('%.0f', last)}
`

// idGap is how many numbers are left free above the highest that was found:
// releases that were never started are recorded nowhere else, and the buttons
// of their cards must not meet a new release.
const idGap = 100

// SkipIDs makes sure that no new release of the service gets an id up to the
// highest, and returns the last number that counts as given. A service that
// counts above it already is left alone.
func (s *Store) SkipIDs(ctx context.Context, highest string) (last int64, err error) {
	const op = "skip ids"
	service, number, ok := bot.ReleaseNumber(highest)
	if !ok || number > bot.MaxNumber-idGap {
		return 0, invalid(op, "it is no id that can be counted on from")
	}
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.skipIDs, keys: []string{s.keys.of(service).counters()},
		args: []any{service + ":", number, idGap, int64(bot.MaxNumber)},
	})
	if err != nil {
		return 0, err
	}
	return got.number(0), nil
}
