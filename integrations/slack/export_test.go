package slack

import (
	"context"
	"encoding/json"
	"time"

	"github.com/slipwayhq/slipway/integrations/slack/socket"
)

// ServeEnvelope serves an envelope as if it had come over a socket.
func ServeEnvelope(ctx context.Context, in *Inbound, kind string, payload json.RawMessage) (json.RawMessage, bool) {
	return in.envelope(ctx, socket.Envelope{ID: "1", Type: kind, Payload: payload, TakesAnswer: true})
}

// Redraw draws the Home tabs that are open, as slipway does now and then.
func (in *Inbound) Redraw(ctx context.Context, now time.Time) { in.redraw(ctx, now) }
