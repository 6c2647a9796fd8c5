package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The metadata that a message of ours carries. Every app of the workspace can
// read it, so it holds no secrets.
const (
	metadataType    = "slipway_message"
	metadataRelease = "release"
	metadataKind    = "kind"
)

const (
	pageSize = 200
	maxPages = 10
	// clockSkew is how far Slack's clock and ours may differ.
	clockSkew = time.Minute
)

// Find looks for a message whose posting was not confirmed: in its thread, or
// else in the channel's history. Kind NotFound: it is not there.
func (s *Sender) Find(ctx context.Context, m bot.Message, since time.Time) (bot.MessageRef, error) {
	self := s.who(ctx)
	oldest := fmt.Sprintf("%d.000000", since.Add(-clockSkew).Unix())
	cursor := ""
	for range maxPages {
		page, next, err := s.page(ctx, m, oldest, cursor)
		if err != nil {
			return bot.MessageRef{}, err
		}
		for _, found := range page {
			if isOurs(found, self, m.Key) {
				return bot.MessageRef{Channel: m.Channel, ID: found.ID}, nil
			}
		}
		if next == "" {
			return bot.MessageRef{}, &bot.Error{Kind: bot.NotFound, Op: "find a message", Says: "the message is not in the channel"}
		}
		cursor = next
	}
	// Not looked at to the end: then it is not known whether it is there.
	return bot.MessageRef{}, &bot.Error{Kind: bot.Unavailable, Op: "find a message", Says: "the channel has too many messages to look through"}
}

func (s *Sender) page(ctx context.Context, m bot.Message, oldest, cursor string) (page []earlier, next string, err error) {
	of := url.Values{"channel": {m.Channel}, "oldest": {oldest}, "limit": {strconv.Itoa(pageSize)}, "include_all_metadata": {"true"}}
	if cursor != "" {
		of.Set("cursor", cursor)
	}
	if m.Thread != "" {
		of.Set("ts", m.Thread)
		return s.history(ctx, methodReplies, of)
	}
	return s.history(ctx, methodHistory, of)
}

// isOurs says whether a message carries the key and was written by slipway:
// metadata of that name can be written by any app.
func isOurs(m earlier, self identity, key bot.MessageKey) bool {
	if m.Metadata.Type != metadataType || (self.user != "" && m.User != self.user && m.Bot != self.bot) {
		return false
	}
	var payload map[string]any
	return json.Unmarshal(m.Metadata.Payload, &payload) == nil && payload[metadataRelease] == key.Release && payload[metadataKind] == key.Kind
}
