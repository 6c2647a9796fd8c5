package slack

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// unsaid is how long to wait after a 429 that does not say; Slack's windows
	// are a minute long.
	unsaid = 30 * time.Second
	// longest is how long is waited at most. Whoever comes too early is told so again.
	longest = 10 * time.Minute
)

// errBlocks: Slack refused how a message is made, and not the message. errNoTab:
// it takes no direct messages from slipway. errRedrawn: a view was drawn again since;
// errClosed: it is closed.
var (
	errBlocks  = errors.New("refused blocks")
	errNoTab   = errors.New("no Messages tab")
	errRedrawn = errors.New("the view has changed")
	errClosed  = errors.New("the view is closed")
	// errNowhere: the answer to a post does not say where the message stands.
	errNowhere = errors.New("the answer names no message")
)

// failure turns what went wrong with a call into a bot.Error. Nothing of the
// request is in it, so no token and no response_url.
func failure(method string, err error) *bot.Error {
	var (
		limited  *slackgo.RateLimitedError
		answered slackgo.SlackErrorResponse
		status   slackgo.StatusCodeError
	)
	if held, is := errors.AsType[*bot.Error](err); is {
		return held // it was not allowed to leave
	}
	if _, is := errors.AsType[*strconv.NumError](err); is {
		return limitedFor(method, 0) // slack-go could not read for how long
	}
	switch {
	case errors.As(err, &limited):
		return limitedFor(method, limited.RetryAfter)
	case errors.As(err, &answered):
		return refused(method, answered)
	case errors.As(err, &status):
		return byStatus(method, status.Code)
	}
	return lost(method, err)
}

func limitedFor(method string, wait time.Duration) *bot.Error {
	if wait <= 0 {
		wait = unsaid
	}
	return &bot.Error{Kind: bot.Limited, Op: method, Says: "Slack takes no more of this for the moment", RetryAfter: min(wait, longest)}
}

func byStatus(method string, status int) *bot.Error {
	switch {
	case status == http.StatusTooManyRequests:
		return limitedFor(method, 0)
	case status < http.StatusBadRequest, status == http.StatusForbidden, status == http.StatusProxyAuthRequired, status == http.StatusRequestTimeout:
		// Slack's own refusals come with 200 (docs.slack.dev/apis/web-api/responses).
		return &bot.Error{Kind: bot.Unavailable, Op: method, Says: "something between slipway and Slack answered in its place", Err: errors.New(http.StatusText(status))}
	case status >= http.StatusInternalServerError:
		return &bot.Error{Kind: bot.Unavailable, Op: method, Says: "Slack is not working", Err: errors.New(http.StatusText(status))}
	}
	return &bot.Error{Kind: bot.Invalid, Op: method, Says: "Slack refused it", Err: errors.New(http.StatusText(status))}
}

// lost is a call without an answer. It is certain that nothing was carried out
// only where no connection came about.
func lost(method string, err error) *bot.Error {
	if wrapped, found := errors.AsType[*url.Error](err); found {
		err = wrapped.Err // the address may be a secret
	}
	if op, found := errors.AsType[*net.OpError](err); found && op.Op == "dial" {
		return &bot.Error{Kind: bot.NeverSent, Op: method, Says: "Slack cannot be reached", Err: err}
	}
	return &bot.Error{Kind: bot.Unavailable, Op: method, Says: "Slack did not answer", Err: err}
}

// refused is an answer of Slack's that is not ok. Its codes are listed with
// each method, docs.slack.dev/reference/methods.
func refused(method string, answer slackgo.SlackErrorResponse) *bot.Error {
	e := &bot.Error{Kind: bot.Invalid, Op: method, Says: "Slack refused it", Err: errors.New(inDetail(answer))}
	switch answer.Err {
	case "message_not_found", "thread_not_found":
		e.Kind, e.Says = bot.Gone, "was deleted"
	case "cant_update_message", "edit_window_closed", "message_not_owned_by_app":
		e.Kind, e.Says = bot.Gone, "can no longer be edited"
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_blocks", "block_mismatch", "invalid_attachments":
		e.Err = fmt.Errorf("%w: %s", errBlocks, inDetail(answer))
	case "hash_conflict":
		e.Err = errRedrawn
	case "not_found":
		e.Err = errClosed
	default:
		return refusedElse(e, answer)
	}
	return e
}

// refusedElse is a refusal that is not about one message.
func refusedElse(e *bot.Error, answer slackgo.SlackErrorResponse) *bot.Error {
	switch answer.Err {
	case "channel_not_found":
		e.Kind, e.Says, e.Mend = bot.NotFound, "slipway cannot see the channel", "Invite slipway to the channel, or mend its id in slipway.yaml."
	case "not_in_channel":
		e.Kind, e.Says, e.Mend = bot.Denied, "slipway is not in the channel", "Invite slipway to the channel."
	case "user_not_in_channel":
		e.Kind, e.Says = bot.Denied, "the person is not in the channel"
	case "is_archived":
		e.Kind, e.Says, e.Mend = bot.Gone, "the channel is archived", "Name another channel in slipway.yaml, or unarchive it."
	case "is_inactive":
		e.Says, e.Mend = "the channel is archived", "Unarchive it, or name another channel in slipway.yaml."
	case "user_not_found", "users_not_found", "user_not_visible":
		e.Kind, e.Says = bot.NotFound, "Slack does not know them"
	case "messages_tab_disabled":
		e.Kind, e.Says, e.Err = bot.Denied, "Slack takes no direct messages from slipway", errNoTab
		e.Mend = "Whoever looks after slipway switches the Messages tab on, under App Home in the settings of its Slack app."
	case "user_disabled", "cannot_dm_bot":
		e.Kind, e.Says = bot.NotFound, "Slack has no such person any more"
	case "no_such_subteam":
		e.Kind, e.Says, e.Mend = bot.NotFound, "there is no such user group in Slack, or it is disabled", "Mend its id under groups in slipway.yaml."
	case "plan_upgrade_required":
		e.Kind, e.Says, e.Mend = bot.Denied, "the workspace's plan has no user groups", "List the members under groups in slipway.yaml."
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired":
		e.Kind, e.Says, e.Mend = bot.Denied, "Slack does not accept slipway's token", "Install the app again and put the new bot token into slipway.yaml."
	case "missing_scope":
		e.Kind, e.Says = bot.Denied, "slipway lacks a permission in Slack"
		e.Mend = "Give the app the scope " + answer.Needed + " and install it again."
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return limitedFor(e.Op, 0)
	default:
		refusedForAll(e, answer.Err)
	}
	return e
}

// refusedForAll is a refusal of whatever is asked in a channel or a workspace.
func refusedForAll(e *bot.Error, code string) {
	switch code {
	case "restricted_action", "access_denied", "no_permission", "team_access_not_granted",
		"accesslimited", "enterprise_is_restricted", "two_factor_setup_required", "not_allowed_token_type", "user_is_restricted":
		e.Kind, e.Says = bot.Denied, "Slack does not allow slipway to do this"
	case "ekm_access_denied":
		e.Kind, e.Says = bot.Denied, "an administrator of the Slack workspace has suspended posting"
		e.Mend = "Whoever administers the encryption keys of the workspace can allow it again."
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed":
		e.Kind, e.Says = bot.Unavailable, "Slack is not working"
	case "team_added_to_org", "org_login_required", "external_channel_migrating":
		e.Kind, e.Says = bot.Unavailable, "Slack is moving the workspace or the channel, and works again when that is done"
	case "cannot_reply_to_message", "restricted_action_non_threadable_channel", "restricted_action_thread_locked":
		e.Kind, e.Says = bot.Denied, "Slack takes no answers in that thread"
		e.Mend = "Allow threads in the settings of the channel, or name another one in slipway.yaml."
	default:
		if strings.HasPrefix(code, "restricted_action_") { // of a channel in which some may post, or in threads alone
			e.Kind, e.Says = bot.Denied, "slipway may not post in the channel"
			e.Mend = "Allow slipway to under Posting Permissions in the settings of the channel, or name another one in slipway.yaml."
		}
	}
}

// inDetail names the faults that Slack found, which it does for blocks and
// views only.
func inDetail(answer slackgo.SlackErrorResponse) string {
	return strings.Join(append([]string{answer.Err}, answer.ResponseMetadata.Messages...), "; ")
}
