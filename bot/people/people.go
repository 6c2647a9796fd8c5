// Package people knows who is whom, and in what group: whose word counts on a
// release, who is not there any more, and who can be asked.
//
// Who is in a group is read where the group lives (slipway.yaml, the chat, a team
// at the code host) and believed for a minute at most: somebody who was let go
// has no say any more. What cannot be found out counts as no, and is said.
//
// What somebody's word needs is not decided here: a release, its plan and package
// bot say that. Nothing is kept beyond this process.
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

// Ports are where it is read who people are.
type Ports struct {
	Accounts   Accounts
	ChatGroups ChatGroups
	Teams      Teams
}

// People answers for those who are in slipway.yaml and for everybody else. Its
// methods may be called from any goroutine.
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
