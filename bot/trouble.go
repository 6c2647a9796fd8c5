package bot

import "time"

// Trouble is something that is wrong with how slipway reaches people. It is for
// whoever looks after slipway, stands on the board while it lasts, and is no
// release's.
type Trouble struct {
	Kind TroubleKind
	// Channel is the channel that it is about, if it is about one.
	Channel string
	// Of is what it was seen of, such as a release; empty: of nothing in particular.
	Of   string
	Says string // why, one sentence without a full stop
	Mend string // what would help, whole sentences; may be empty
	// Since is when it was seen first.
	Since time.Time
}

// TroubleKind is what is wrong.
type TroubleKind string

// What may be wrong.
const (
	// NoAlerts: nothing can be said in the alerts channel.
	NoAlerts TroubleKind = "no_alerts"
	// NoDirect: nobody can be sent a direct message.
	NoDirect TroubleKind = "no_direct"
	// NoBlocks: the chat refused how a message was made, and it was sent as plain text.
	NoBlocks TroubleKind = "no_blocks"
	// NoSocket: the chat does not let slipway connect.
	NoSocket TroubleKind = "no_socket"
	// SharedToken: another process gets part of what people type and click.
	SharedToken TroubleKind = "shared_token"
)

// Key tells one trouble from another.
func (t Trouble) Key() string { return string(t.Kind) + " " + t.Channel }

func (Trouble) body()   {}
func (Trouble) answer() {}
