package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// maxHistory bounds one page of a channel: 200 messages of whatever all apps write.
const maxHistory = 16 << 20

// earlier is what slipway reads of a message in a channel. The others there are
// written by people and by any app; slack-go's type reads all of each, so that one
// message with an element which it does not know makes a page unreadable, and with it
// what slipway looks for.
type earlier struct {
	ID       string `json:"ts"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	Bot      string `json:"bot_id"`
	Metadata struct {
		Type    string          `json:"event_type"`
		Payload json.RawMessage `json:"event_payload"`
	} `json:"metadata"`
}

// history reads a page of a channel, or of a thread; cursor opens the next one, and is
// empty after the last. A message of which even that cannot be read is none of slipway's.
func (s *Sender) history(ctx context.Context, method string, of url.Values) (page []earlier, cursor string, err error) {
	var answer struct {
		Messages []json.RawMessage `json:"messages"`
		Next     struct {
			Cursor string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	err = s.call(ctx, method, of.Get("channel"), func() error { return s.ask(ctx, method, of, &answer) })
	if err == nil && answer.Messages == nil { // which is not to be taken for a channel without any
		err = &bot.Error{Kind: bot.Unavailable, Op: method, Says: "Slack did not say what the channel holds"}
	}
	if err != nil {
		return nil, "", err
	}
	for _, raw := range answer.Messages {
		var one earlier
		if json.Unmarshal(raw, &one) == nil {
			page = append(page, one)
		}
	}
	return page, answer.Next.Cursor, nil
}

// ask makes a call of the Web API and reads its answer. Its errors are those of slack-go.
func (s *Sender) ask(ctx context.Context, method string, of url.Values, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(s.base.String(), "/")+"/"+method, strings.NewReader(of.Encode()))
	if err != nil {
		return fmt.Errorf("build the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.web.Do(req)
	if err != nil {
		return err //nolint:wrapcheck // it is explained where all calls are
	}
	defer func() { _ = resp.Body.Close() }() // nothing more is wanted of it
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxHistory))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		if seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 31); err == nil && resp.StatusCode == http.StatusTooManyRequests {
			return &slackgo.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
		}
		return slackgo.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	var said struct {
		Good   bool   `json:"ok"`
		Error  string `json:"error"`
		Needed string `json:"needed"`
	}
	switch err := json.Unmarshal(body, &said); {
	case err != nil:
		return fmt.Errorf("read the answer: %w", err)
	case said.Error != "":
		return slackgo.SlackErrorResponse{Err: said.Error, Needed: said.Needed}
	case !said.Good:
		return errors.New("the answer is neither good nor bad")
	}
	return json.Unmarshal(body, into) //nolint:wrapcheck // as above
}
