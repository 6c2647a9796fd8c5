package slack

import (
	"context"
	"encoding/json"

	"github.com/slipwayhq/slipway/integrations/slack/socket"
)

// ServeEnvelope serves an envelope as if it had come over a socket.
func ServeEnvelope(ctx context.Context, in *Inbound, kind string, payload json.RawMessage) (json.RawMessage, bool) {
	return in.envelope(ctx, socket.Envelope{ID: "1", Type: kind, Payload: payload, TakesAnswer: true})
}
