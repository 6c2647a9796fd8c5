package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// hookHost is where Slack's response_urls lead.
const hookHost = "hooks.slack.com"

// Tell answers one person privately: by the response_url of what they did, or
// where they did it, or in a direct message. Where one way fails the next is
// taken: an answer twice is better than none.
//
// It comes some time after what it answers, when the thread may be no more; and
// what is said privately in a thread that there is not, nobody ever sees.
func (s *Sender) Tell(ctx context.Context, to bot.Reply, a bot.Answer) error {
	if to.Thread != "" && !s.threadStands(ctx, to.Channel, to.Thread) {
		to.Thread = ""
	}
	if said, is := a.(bot.Body); is { // which leads to its card
		return s.tell(ctx, to, blocks.Body(said, s.who(ctx).workspace))
	}
	return s.tell(ctx, to, blocks.Answer(a))
}

// threadStands says whether a thread has a reply that everybody sees. Where that
// cannot be found out it counts as no: in the channel everything is seen.
func (s *Sender) threadStands(ctx context.Context, channel, thread string) bool {
	replies, _, err := s.history(ctx, methodReplies, url.Values{"channel": {channel}, "ts": {thread}, "limit": {"2"}})
	return err == nil && slices.ContainsFunc(replies, func(m earlier) bool { return m.ID != thread })
}

func (s *Sender) tell(ctx context.Context, to bot.Reply, m blocks.Message) error {
	err := errors.New("nobody to tell")
	for _, way := range s.ways(to) {
		err = s.fitting(ctx, "", m, func(m blocks.Message) error { return way(ctx, to, m) })
		if err == nil {
			return nil
		}
		s.logger.WarnContext(ctx, "a private answer did not arrive this way", slog.Any("error", err))
	}
	return err
}

type way func(context.Context, bot.Reply, blocks.Message) error

func (s *Sender) ways(to bot.Reply) []way {
	var ways []way
	if to.URL != "" {
		ways = append(ways, s.tellByURL)
	}
	if to.Channel != "" && to.To.ID != "" {
		ways = append(ways, s.tellInChannel)
	}
	if to.To.ID != "" {
		ways = append(ways, s.tellDirectly)
	}
	return ways
}

func (s *Sender) tellInChannel(ctx context.Context, to bot.Reply, m blocks.Message) error {
	options := shown(m)
	if to.Thread != "" {
		options = append(options, slackgo.MsgOptionTS(to.Thread))
	}
	return s.call(ctx, methodEphemeral, to.Channel, func() error {
		_, err := s.api.PostEphemeralContext(ctx, to.Channel, to.To.ID, options...)
		return err
	})
}

func (s *Sender) tellDirectly(ctx context.Context, to bot.Reply, m blocks.Message) error {
	var channel string
	err := s.call(ctx, methodOpenDM, "", func() error {
		c, _, _, err := s.api.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{to.To.ID}})
		if err != nil {
			return err
		}
		channel = c.ID
		return nil
	})
	if err != nil {
		return err
	}
	err = s.call(ctx, methodPost, channel, func() error {
		_, _, err := s.api.PostMessageContext(ctx, channel, append(shown(m), withoutPreviews()...)...)
		return err
	})
	s.noteDirect(ctx, err)
	return err
}

func shown(m blocks.Message) []slackgo.MsgOption {
	return []slackgo.MsgOption{
		slackgo.MsgOptionText(m.Text, false),
		slackgo.MsgOptionBlocks(m.Blocks...),
	}
}

// privately is a message as a slash command or a response_url takes it.
type privately struct {
	ResponseType    string          `json:"response_type"`
	ReplaceOriginal bool            `json:"replace_original"`
	Text            string          `json:"text"`
	Blocks          []slackgo.Block `json:"blocks,omitempty"`
	Thread          string          `json:"thread_ts,omitempty"`
}

func ephemeral(m blocks.Message) privately {
	return privately{ResponseType: "ephemeral", Text: m.Text, Blocks: m.Blocks}
}

func (s *Sender) tellByURL(ctx context.Context, to bot.Reply, m blocks.Message) error {
	if !s.hookAllowed(to.URL) {
		return &bot.Error{Kind: bot.Invalid, Op: methodHook, Says: "the address to answer to is not Slack's"}
	}
	answer := ephemeral(m)
	answer.Thread = to.Thread
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return s.call(ctx, methodHook, to.URL, func() error { return s.postHook(ctx, to.URL, body) })
}

func (s *Sender) postHook(ctx context.Context, address string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address to answer to cannot be read") // the address itself is a secret
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := s.web.Do(req)
	if err != nil {
		return fmt.Errorf("post to a response_url: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()                    // nothing more is wanted of it
	said, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // to its end, so that the connection can be used again
	var refusal struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(said, &refusal) == nil && refusal.Error != "" { // a plain "ok" is no JSON
		return slackgo.SlackErrorResponse{Err: refusal.Error}
	}
	if resp.StatusCode != http.StatusOK {
		return slackgo.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	return nil
}

// maxAnswer bounds what is read of an answer of which little is needed.
const maxAnswer = 16 << 10

// hookAllowed keeps slipway from posting to wherever a payload says: only to Slack's own
// host and to the one of the API.
func (s *Sender) hookAllowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	if u.Scheme == s.base.Scheme && u.Host == s.base.Host {
		return true
	}
	return u.Scheme == "https" && u.Host == hookHost
}
