package state

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// storedBeside is something that was done past slipway. It stands in the entry of a
// history, in a plan and in a doubt.
type storedBeside struct {
	What   bot.BesideWhat `json:"what,omitempty"`
	Who    string         `json:"who,omitempty"`
	Of     string         `json:"of,omitempty"`
	SHA    string         `json:"sha,omitempty"`
	URL    string         `json:"url,omitempty"`
	At     time.Time      `json:"at,omitzero"`
	Came   bot.Arrival    `json:"came,omitempty"`
	Unsure bool           `json:"unsure,omitempty"`
	Entry  string         `json:"entry,omitempty"`
}
