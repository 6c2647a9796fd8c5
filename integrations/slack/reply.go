package slack

import (
	"maps"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// reply is what a request is answered with. Either transport writes it: as the
// answer to an HTTP request, or into the acknowledgement of an envelope.
type reply struct {
	status status
	// body is what Slack reads; nil: nothing.
	body any
	// says is what it tells a person, for where it comes too late for the request
	// or does not fit into its answer.
	says blocks.Message
}

// status is what became of a request.
type status int

const (
	// taken: it was dealt with, and must not come again.
	taken status = iota
	// malformed: it was no request of Slack's.
	malformed
	// untaken: it could not be stored, and Slack is to send it again.
	untaken
)

func ok() reply { return reply{} }

func bad() reply { return reply{status: malformed} }

// privateReply answers the person who typed a command.
func privateReply(m blocks.Message) reply { return reply{body: ephemeral(m), says: m} }

// said answers the person who typed a command with words.
func said(says string) reply { return privateReply(blocks.Sentence(says)) }

// formErrors tells Slack what is wrong with a form, field by field; the form
// stays open.
type formErrors struct {
	Action string            `json:"response_action"`
	Errors map[string]string `json:"errors"`
}

// formView puts another form in place of the one that was sent.
type formView struct {
	Action string                   `json:"response_action"`
	View   slackgo.ModalViewRequest `json:"view"`
}

func faulty(errors map[string]string) reply {
	words := slices.Sorted(maps.Values(errors))
	return reply{body: formErrors{Action: "errors", Errors: errors}, says: blocks.Sentence(strings.Join(words, " "))}
}
