package state

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// Store is the store. Its methods may be called from any goroutine, and by any
// number of processes at once.
type Store struct {
	client       redis.UniversalClient
	options      Options
	keys         keys
	scripts      scripts
	unrecognised *unrecognised
	due          *agenda     // of the releases
	dirty        *agenda     // of the cards
	lived        atomic.Bool // this process has seen a life of the store
	log          *slog.Logger
}

// Open connects to Redis and checks that it is fit. It fails if Redis does not
// answer or holds a store with another number of partitions.
func Open(ctx context.Context, o Options, log *slog.Logger) (*Store, error) {
	o = o.withDefaults()
	client, err := connect(o)
	if err != nil {
		return nil, err
	}
	s := &Store{
		client: client, options: o, keys: keys{prefix: o.prefix}, scripts: newScripts(o.head),
		unrecognised: newUnrecognised(), due: newAgenda(), dirty: newAgenda(), log: log,
	}
	if err := s.checkPartitions(ctx); err != nil {
		_ = client.Close() // the first error says more
		return nil, o.explained(ctx, err)
	}
	s.warnAboutSettings(ctx)
	return s, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	if err := s.client.Close(); err != nil {
		return unavailable("close the store", err)
	}
	return nil
}

// Ping says whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return unavailable("ping Redis", err)
	}
	return nil
}

// openTimeout bounds the first question, which includes finding the master.
const openTimeout = 10 * time.Second

// Now is what Redis's clock says. What is kept there for others goes by it, and not by the
// clock of the machine that wrote it: theirs may be minutes apart.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return time.Time{}, unavailable("read the time", err)
	}
	return now, nil
}

func (s *Store) checkPartitions(ctx context.Context) error {
	const op = "open the store"
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	key := s.keys.partitions()
	if err := s.client.SetNX(ctx, key, partitions, 0).Err(); err != nil {
		return unavailable(op, err)
	}
	recorded, err := s.client.Get(ctx, key).Result()
	if err != nil {
		return unavailable(op, err)
	}
	if recorded != strconv.Itoa(partitions) {
		return &bot.Error{
			Kind: bot.Invalid, Op: op,
			Says: fmt.Sprintf("this Redis holds a store of %q partitions, and this version of slipway uses %d", recorded, partitions),
			Mend: "Use the version of slipway that made it, or another database.",
		}
	}
	return nil
}

// warnAboutSettings looks for settings under which Redis forgets what it
// confirmed. Servers that do not tell, such as managed ones, are believed.
func (s *Store) warnAboutSettings(ctx context.Context) {
	if policy := s.setting(ctx, "memory", "maxmemory_policy"); policy != "" && policy != "noeviction" {
		s.log.Warn("Redis may throw releases away when its memory is full; set maxmemory-policy to noeviction",
			place(s.options.URL), slog.String("maxmemory_policy", policy))
	}
	if s.setting(ctx, "persistence", "aof_enabled") == "0" {
		s.log.Warn("Redis loses what it has not yet saved when it is restarted; set appendonly to yes", place(s.options.URL))
	}
}

func (s *Store) setting(ctx context.Context, section, name string) string {
	ctx, cancel := context.WithTimeout(ctx, ioTimeout)
	defer cancel()
	text, err := s.client.Info(ctx, section).Result()
	if err != nil {
		return ""
	}
	return infoField(text, name)
}

// infoField finds a field in an answer of INFO, "" if it is not there.
func infoField(text, name string) string {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, name+":"); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
