package slack

import (
	"context"
	"fmt"
	"time"

	slackgo "github.com/slack-go/slack"

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
				return bot.MessageRef{Channel: m.Channel, ID: found.Timestamp}, nil
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

func (s *Sender) page(ctx context.Context, m bot.Message, oldest, cursor string) (page []slackgo.Message, next string, err error) {
	if m.Thread != "" {
		err = s.call(ctx, methodReplies, m.Channel, func() (err error) {
			page, _, next, err = s.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
				ChannelID: m.Channel, Timestamp: m.Thread, Cursor: cursor, Oldest: oldest, Limit: pageSize, IncludeAllMetadata: true,
			})
			return err
		})
		return page, next, err
	}
	err = s.call(ctx, methodHistory, m.Channel, func() error {
		answer, err := s.api.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{
			ChannelID: m.Channel, Cursor: cursor, Oldest: oldest, Limit: pageSize, IncludeAllMetadata: true,
		})
		if err != nil {
			return err
		}
		page, next = answer.Messages, answer.ResponseMetaData.NextCursor
		return nil
	})
	return page, next, err
}

// isOurs says whether a message carries the key and was written by slipway:
// metadata of that name can be written by any app.
func isOurs(m slackgo.Message, self identity, key bot.MessageKey) bool {
	if m.Metadata.EventType != metadataType || (self.user != "" && m.User != self.user && m.BotID != self.bot) {
		return false
	}
	return m.Metadata.EventPayload[metadataRelease] == key.Release && m.Metadata.EventPayload[metadataKind] == key.Kind
}
