package slack

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
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
	methodUpdate    = "views.update"
	methodHome      = "views.publish"
	methodWhoAmI    = "auth.test"
	methodGroup     = "usergroups.users.list"
	methodChannel   = "conversations.info"
	methodAddress   = "files.getUploadURLExternal"
	methodComplete  = "files.completeUploadExternal"
	// methodUpload stands for a post to the address that methodAddress gives.
	methodUpload = "upload"
	// methodHook stands for a post to a response_url.
	methodHook = "response_url"

	// callTimeout bounds one call where the caller has more patience.
	callTimeout = 10 * time.Second
)

// SenderOptions say as whom slipway speaks, and to which Slack.
type SenderOptions struct {
	Token  string
	APIURL string // https://slack.com/api/
	// Alerts is the channel for what needs a person, if there is one.
	Alerts string
	// Troubles hears of what keeps slipway from reaching people; left out, the
	// log alone does.
	Troubles Troubles
}

// Sender speaks to Slack. Its methods may be called from any goroutine.
type Sender struct {
	api     *slackgo.Client
	token   string
	web     *http.Client
	base    *url.URL
	pace    *pacer
	alerts  string
	bad     *refusals
	gallery *gallery
	trouble Troubles
	logger  *slog.Logger

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
	return &Sender{api: api, token: o.Token, web: web, base: base, pace: newPacer(), alerts: o.Alerts, bad: newRefusals(), gallery: newGallery(), trouble: o.Troubles, logger: logger}, nil
}

// call waits for its turn, makes a call, and keeps what Slack said about the
// pace. It never repeats one.
func (s *Sender) call(ctx context.Context, method, channel string, do func() error) error {
	return s.callAs(ctx, ask{method: method, channel: channel, patience: maxWait}, do)
}

func (s *Sender) callAs(ctx context.Context, t ask, do func() error) error {
	if err := s.pace.wait(ctx, t); err != nil {
		return err
	}
	err := do()
	if err == nil {
		return nil
	}
	failed := failure(t.method, err)
	if failed.Kind == bot.Limited {
		s.pace.block(t.method, t.channel, failed.RetryAfter)
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
// again. Kind Gone: nothing can be posted there any more. leave is asked right
// before it is written, and keeps it with an error from being posted; nil: it
// may always be.
func (s *Sender) Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	var ref bot.MessageRef
	var sent blocks.Message
	whole := blocks.Body(m.Body, s.who(ctx).workspace)
	err := s.fitting(ctx, m.Key.Release, whole, func(shown blocks.Message) error {
		sent = shown
		options := append(options(m, shown), withoutPreviews()...)
		if m.Thread != "" {
			options = append(options, slackgo.MsgOptionTS(m.Thread))
		}
		return s.callAs(ctx, askOf(m), func() (err error) {
			ref.Channel, ref.ID, err = s.api.PostMessageContext(withLeave(ctx, leave), m.Channel, options...)
			if err == nil && ref.ID == "" {
				err = errNowhere
			}
			return err
		})
	})
	s.noteAlerts(ctx, m.Channel, err)
	if err != nil {
		return bot.MessageRef{}, err
	}
	if len(whole.Charts) > len(sent.Charts) {
		m.Thread = cmp.Or(m.Thread, ref.ID)
		s.illustrate(ctx, m, whole.Charts)
	}
	return ref, nil
}

// askOf is what a message takes. What is said out loud goes before threads and
// cards of the same channel, and a thread waits without keeping anybody busy: there may
// be many of those at once.
func askOf(m bot.Message) ask {
	t := ask{method: methodPost, channel: m.Channel, patience: maxWait}
	if m.Thread != "" {
		t.patience = 0
		return t
	}
	switch m.Body.(type) {
	case bot.Note, bot.Digest, bot.Forgotten, bot.Notice, bot.Trouble, bot.Held:
		t.aloud = true
	case bot.Card:
	}
	return t
}

// Edit makes a posted message show what m says, unless leave says that it is too
// late for that. Kind Gone: the message is deleted, or Slack lets nobody edit it
// any more.
func (s *Sender) Edit(ctx context.Context, ref bot.MessageRef, m bot.Message, leave func(context.Context) error) error {
	return s.fitting(ctx, m.Key.Release, blocks.Body(m.Body, s.who(ctx).workspace), func(shown blocks.Message) error {
		return s.call(ctx, methodEdit, ref.Channel, func() error {
			_, _, _, err := s.api.UpdateMessageContext(withLeave(ctx, leave), ref.Channel, ref.ID, options(m, shown)...)
			return err
		})
	})
}

// options are what a message is sent with. Without blocks an empty list is sent,
// which takes those away that an earlier version had.
func options(m bot.Message, shown blocks.Message) []slackgo.MsgOption {
	return []slackgo.MsgOption{
		slackgo.MsgOptionText(shown.Text, false),
		slackgo.MsgOptionBlocks(shown.Blocks...),
		slackgo.MsgOptionMetadata(slackgo.SlackMetadata{
			EventType:    metadataType,
			EventPayload: map[string]any{metadataRelease: m.Key.Release, metadataKind: m.Key.Kind},
		}),
	}
}

// withoutPreviews keeps Slack from showing what a message links to. It looks at that
// when a message is posted, and never again: other methods do not know these.
func withoutPreviews() []slackgo.MsgOption {
	return []slackgo.MsgOption{slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl()}
}

// Stands says whether a message of ours is still to be seen. Of one that has
// replies Slack keeps a tombstone.
func (s *Sender) Stands(ctx context.Context, ref bot.MessageRef) (bool, error) {
	found, _, err := s.history(ctx, methodHistory, url.Values{
		"channel": {ref.Channel}, "oldest": {ref.ID}, "latest": {ref.ID}, "inclusive": {"true"}, "limit": {"1"},
	})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(found, func(m earlier) bool { return m.ID == ref.ID && m.Subtype != "tombstone" }), nil
}
