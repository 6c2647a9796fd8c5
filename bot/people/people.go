// Package people knows who is who, and who is in which group. From that it tells who
// may do what with a release, who has left, and who can be asked.
//
// The members of a group are read where the group is kept (slipway.yaml, the chat, a
// team at the code host), and what was read is trusted for a minute at most, since
// somebody who was removed must lose their rights. What cannot be found out counts as
// no, and is reported as not known.
//
// Which right is needed for what is not decided here: a release, its plan and package
// bot say that. Nothing is kept outside this process.
package people

import (
	"context"
	"log/slog"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// Accounts tells who is there.
type Accounts interface {
	// FullMember says whether an account is that of a full member of the team, by
	// what is at most a minute old. An error means that it could not be found out.
	FullMember(ctx context.Context, id string) (bool, error)
}

// ChatGroups reads who is in a group of the chat.
type ChatGroups interface {
	// GroupMembers lists the accounts in a group, all of them or none.
	GroupMembers(ctx context.Context, group string) ([]string, error)
}

// Teams reads who is in a team at the code host.
type Teams interface {
	// TeamMembers lists the accounts in a team, "acme/sre", all of them or none.
	TeamMembers(ctx context.Context, team string) ([]string, error)
}

// Ports are the sources of who is in what.
type Ports struct {
	Accounts   Accounts
	ChatGroups ChatGroups
	Teams      Teams
}

// People answers questions about people and groups. Its methods may be called from any
// goroutine.
type People struct {
	ports   Ports
	catalog *catalog.Catalog
	log     *slog.Logger
	rosters rosters
}

// New knows the people of what the catalog declares.
func New(c *catalog.Catalog, p Ports, log *slog.Logger) *People {
	return &People{ports: p, catalog: c, log: log}
}
