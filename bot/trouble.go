package bot

import "time"

// Trouble is a problem with the way in which slipway reaches people. It is reported to
// slipway's operators, stays on the board while it lasts, and belongs to no release.
type Trouble struct {
	Kind TroubleKind
	// Channel is the channel concerned, if any, or the id of the recipient.
	Channel string
	// Of is where it was noticed, such as a release; empty: nowhere in particular.
	Of   string
	Says string // why, one sentence without a full stop
	Mend string // what would help, in whole sentences; may be empty
	// Since is when it was first noticed.
	Since time.Time
}

// TroubleKind is the kind of problem.
type TroubleKind string

// The kinds.
const (
	// NoAlerts: the alerts channel cannot be posted to.
	NoAlerts TroubleKind = "no_alerts"
	// NoDirect: direct messages cannot be sent.
	NoDirect TroubleKind = "no_direct"
	// NoBlocks: the chat refused a message's layout, so it was sent as plain text.
	NoBlocks TroubleKind = "no_blocks"
	// NoSocket: the chat refuses slipway's connections.
	NoSocket TroubleKind = "no_socket"
	// SharedToken: another process receives part of what people type and click.
	SharedToken TroubleKind = "shared_token"
	// NoChannel: a channel that a rule of notify names cannot be posted to.
	NoChannel TroubleKind = "no_channel"
	// NotHeard: somebody or something else that a rule names cannot be told. Says names it.
	NotHeard TroubleKind = "not_heard"
	// ChannelMoved: a channel of slipway.yaml has another id in the chat by now.
	ChannelMoved TroubleKind = "channel_moved"
)

// Key identifies a trouble.
func (t Trouble) Key() string { return string(t.Kind) + " " + t.Channel }

func (Trouble) body()   {}
func (Trouble) answer() {}
