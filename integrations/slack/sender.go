package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

const (
	methodPost      = "chat.postMessage"
	methodEdit      = "chat.update"
	methodEphemeral = "chat.postEphemeral"
	methodOpenDM    = "conversations.open"
	methodHistory   = "conversations.history"
	methodReplies   = "conversations.replies"
	methodUser      = "users.info"
	methodView      = "views.open"
	methodWhoAmI    = "auth.test"
	methodGroup     = "usergroups.users.list"
	// methodHook stands for a post to a response_url.
	methodHook = "response_url"

	// callTimeout bounds one call where the caller has more patience.
	callTimeout = 10 * time.Second
)

// SenderOptions say as whom slipway speaks, and to which Slack.
type SenderOptions struct {
	Token  string
	APIURL string // https://slack.com/api/
	// HookHosts are further hosts to which a response_url may lead, beside
	// Slack's own and the one of APIURL.
	HookHosts []string
}

// Sender speaks to Slack. Its methods may be called from any goroutine.
type Sender struct {
	api    *slackgo.Client
	web    *http.Client
	base   *url.URL
	hosts  []string
	pace   *pacer
	logger *slog.Logger

	mu   sync.Mutex
	self identity
}

// identity is who slipway is in Slack.
type identity struct {
	user, bot string
	workspace string // https://acme.slack.com/
	// enterprise is the organisation that the workspace belongs to, if any.
	enterprise string
}

// NewSender makes a Sender. It speaks to nobody yet.
func NewSender(o SenderOptions, logger *slog.Logger) (*Sender, error) {
	if o.Token == "" {
		return nil, errors.New("the bot token of Slack is missing")
	}
	base, err := url.Parse(o.APIURL)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, errors.New("the API URL of Slack is no web address")
	}
	web := &http.Client{
		Transport: leaving{next: http.DefaultTransport},
		Timeout:   callTimeout,
		// Nothing that slipway sends may be led elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	api := slackgo.New(o.Token, slackgo.OptionAPIURL(strings.TrimRight(o.APIURL, "/")+"/"), slackgo.OptionHTTPClient(web))
	return &Sender{api: api, web: web, base: base, hosts: o.HookHosts, pace: newPacer(), logger: logger}, nil
}

// call waits for its turn, makes a call, and keeps what Slack said about the
// pace. It never repeats one.
func (s *Sender) call(ctx context.Context, method, channel string, do func() error) error {
	if err := s.pace.wait(ctx, method, channel); err != nil {
		return err
	}
	err := do()
	if err == nil {
		return nil
	}
	failed := failure(method, err)
	if failed.Kind == bot.Limited {
		s.pace.block(method, failed.RetryAfter)
	}
	return failed
}

// AuthTest asks Slack who slipway is. It is for the start: a wrong token shows
// here and not with the first release.
func (s *Sender) AuthTest(ctx context.Context) (team, botUser string, err error) {
	var answer *slackgo.AuthTestResponse
	err = s.call(ctx, methodWhoAmI, "", func() (err error) {
		answer, err = s.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return "", "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.self = identity{user: answer.UserID, bot: answer.BotID, workspace: answer.URL, enterprise: answer.EnterpriseID}
	return answer.TeamID, answer.UserID, nil
}

// enterprise is the organisation that our workspace belongs to; empty if it
// belongs to none, or that is not known yet.
func (s *Sender) enterprise() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.self.enterprise
}

// who is slipway's identity, asked for once. Where it cannot be had it is
// empty, and links to cards are left out.
func (s *Sender) who(ctx context.Context) identity {
	s.mu.Lock()
	known := s.self
	s.mu.Unlock()
	if known.user != "" {
		return known
	}
	if _, _, err := s.AuthTest(ctx); err != nil {
		s.logger.WarnContext(ctx, "slack did not say who slipway is", slog.Any("error", err))
		return identity{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.self
}

// Post posts a message, with its key as metadata so that it can be found
// again. Kind Unavailable: it may stand there; look for it before posting it
// again. leave is asked right before it is written, and keeps it with an error
// from being posted; nil: it may always be.
func (s *Sender) Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	options := s.options(ctx, m)
	if m.Thread != "" {
		options = append(options, slackgo.MsgOptionTS(m.Thread))
	}
	var ref bot.MessageRef
	err := s.call(ctx, methodPost, m.Channel, func() (err error) {
		ref.Channel, ref.ID, err = s.api.PostMessageContext(withLeave(ctx, leave), m.Channel, options...)
		return err
	})
	if err != nil {
		return bot.MessageRef{}, err
	}
	return ref, nil
}

// Edit makes a posted message show what m says, unless leave says that it is too
// late for that.
func (s *Sender) Edit(ctx context.Context, ref bot.MessageRef, m bot.Message, leave func(context.Context) error) error {
	options := s.options(ctx, m)
	return s.call(ctx, methodEdit, ref.Channel, func() error {
		_, _, _, err := s.api.UpdateMessageContext(withLeave(ctx, leave), ref.Channel, ref.ID, options...)
		return err
	})
}

func (s *Sender) options(ctx context.Context, m bot.Message) []slackgo.MsgOption {
	shown := s.checked(ctx, blocks.Body(m.Body, s.who(ctx).workspace))
	return []slackgo.MsgOption{
		slackgo.MsgOptionText(shown.Text, false),
		slackgo.MsgOptionBlocks(shown.Blocks...),
		slackgo.MsgOptionMetadata(slackgo.SlackMetadata{
			EventType:    metadataType,
			EventPayload: map[string]any{metadataRelease: m.Key.Release, metadataKind: m.Key.Kind},
		}),
		slackgo.MsgOptionDisableLinkUnfurl(),
		slackgo.MsgOptionDisableMediaUnfurl(),
	}
}

// checked takes the blocks away that Slack would refuse: the plain text is
// better than no message.
func (s *Sender) checked(ctx context.Context, m blocks.Message) blocks.Message {
	if err := blocks.Check(m.Blocks); err != nil {
		s.logger.ErrorContext(ctx, "blocks do not fit; the text is sent alone", slog.Any("error", err))
		m.Blocks = nil
	}
	if m.Text == "" {
		m.Text = "slipway has news"
	}
	return m
}
