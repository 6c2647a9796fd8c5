package commands

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

const (
	// boardWaits is how long the board waits for the distances between its
	// environments, and serviceWaits how long the view of one service does. Known
	// distances are there at once.
	boardWaits   = 20 * time.Millisecond
	serviceWaits = 500 * time.Millisecond
)

// Distances counts what lies between commits.
type Distances interface {
	// Distances returns, at the latest when ctx is over, what is known by then; whole
	// is false while something is still being counted.
	Distances(ctx context.Context, wanted []bot.CommitPair) (found map[bot.CommitPair]bot.Distance, whole bool)
}

// countDistances fills in how far the environment before each row's is ahead. It is
// false while some are still being counted.
func (c *Commands) countDistances(ctx context.Context, rows []bot.BoardRow, within time.Duration) bool {
	if c.distances == nil {
		return true
	}
	at := map[bot.Target]int{}
	for i, row := range rows {
		at[row.State.Target] = i
	}
	between, wanted := make([]bot.CommitPair, len(rows)), make([]bot.CommitPair, 0, len(rows))
	for i := range rows {
		service, _ := c.catalog.Service(rows[i].State.Target.Service)
		before := environmentBefore(service, rows[i].State.Target.Environment)
		j, there := at[bot.Target{Service: service.Name, Environment: before}]
		if before == "" || !there {
			continue
		}
		b := bot.CommitPair{Repo: service.Repo.String(), Base: surelyLive(rows[i].State), Head: surelyLive(rows[j].State)}
		if b.Base != "" && b.Head != "" && b.Base != b.Head {
			rows[i].Before, between[i] = before, b
			wanted = append(wanted, b)
		}
	}
	if len(wanted) == 0 {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	found, whole := c.distances.Distances(ctx, wanted)
	for i := range rows {
		rows[i].Apart = found[between[i]]
	}
	return whole
}

// environmentBefore is the environment that a commit passes before it comes to this
// one: the one that `after` names or, of two environments, the one that is not
// production. Empty: unknown.
func environmentBefore(s catalog.Service, name string) string {
	env, _ := s.Environment(name)
	if env.After != "" {
		return env.After
	}
	if !env.Production || len(s.Environments) != 2 {
		return ""
	}
	for _, other := range s.Environments {
		if other.Name != name && !other.Production {
			return other.Name
		}
	}
	return ""
}

// surelyLive is the last commit that was certainly live.
func surelyLive(s bot.TargetState) string {
	switch {
	case s.Current != nil && s.Current.Arrival() == bot.Arrived:
		return s.Current.SHA()
	case s.Sure != nil:
		return s.Sure.SHA
	}
	return ""
}
