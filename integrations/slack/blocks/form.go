package blocks

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// The forms, by their callback_id, and their fields, by block_id. A field's
// element has the action_id fieldInput.
const (
	FormDeploy = "slipway_deploy"
	FormReject = "slipway_reject"
	FormRun    = "slipway_run"
	FormTarget = "slipway_target"
	FormBack   = "slipway_back"

	FieldTarget = string(bot.FieldTarget)
	FieldRef    = string(bot.FieldRef)
	FieldReason = string(bot.FieldReason)
	FieldRun    = "run"
	fieldInput  = "input"
)

// fieldsOf are the fields of a form.
func fieldsOf(form string) []string {
	switch form {
	case FormDeploy:
		return []string{FieldTarget, FieldRef, FieldReason}
	case FormBack:
		return []string{FieldTarget, FieldReason}
	case FormTarget:
		return []string{FieldTarget}
	case FormReject:
		return []string{FieldReason}
	case FormRun:
		return []string{FieldRun}
	}
	return nil
}

const (
	maxOptions = 100
	maxOption  = 75
	refMax     = 200
)

// Context is what a form carries to the answer that it leads to. A submitted
// form names no channel (docs.slack.dev/reference/interaction-payloads).
type Context struct {
	Release string `json:"release,omitempty"`
	Value   string `json:"value,omitempty"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
}

func (c Context) encode() string {
	out, err := json.Marshal(c)
	if err != nil {
		return "{}" // four strings always marshal
	}
	return string(out)
}

// ReadContext reads what a form carried; false if it is none of ours.
func ReadContext(metadata string) (Context, bool) {
	var c Context
	if json.Unmarshal([]byte(metadata), &c) != nil {
		return Context{}, false
	}
	return c, true
}

// DeployForm asks what to deploy. It is false where there is nothing to choose
// from.
func DeployForm(f bot.Form, c Context) (slack.ModalViewRequest, bool) {
	options := targets(f.Choices)
	if len(options) == 0 {
		return slack.ModalViewRequest{}, false
	}
	target := targetField("What, and where to", options)
	if begin(target, options, f.Chosen) {
		c.Value = targetValue(f.Chosen)
	}
	return modal(FormDeploy, "Deploy", "Deploy", c,
		target,
		refField(),
		textField(FieldReason, "Why", "Shown on the card", reasonMax).WithOptional(true),
	), true
}

// begin chooses a target to begin with; false if that is none that is offered.
func begin(field *slack.InputBlock, options []*slack.OptionBlockObject, t bot.Target) bool {
	menu, isMenu := field.Element.(*slack.SelectBlockElement)
	if !isMenu {
		return false
	}
	for _, o := range options {
		if o.Value == targetValue(t) {
			menu.InitialOption = o
			return true
		}
	}
	return false
}

// refField asks for a ref, and offers what there is, which is kept for a while.
func refField() *slack.InputBlock {
	field := slack.NewInputBlock(FieldRef, plainText("Branch, tag, commit or pull request"),
		plainText("Type a part of a name or title, #12, or a SHA. Left out: the default branch."), searched(plainText("The default branch")))
	field.Optional, field.DispatchAction = true, true
	return field
}

// TargetForm asks of which target a release is to be taken back. It is false where
// there is nothing to choose from.
func TargetForm(f bot.TargetForm, c Context) (slack.ModalViewRequest, bool) {
	options := targets(f.Choices)
	if len(options) == 0 {
		return slack.ModalViewRequest{}, false
	}
	return modal(FormTarget, "Roll back", "Show releases", c, targetField("Where", options)), true
}

// targetField offers the targets. Of more than a menu holds, those are offered that fit
// what somebody types.
func targetField(label string, options []*slack.OptionBlockObject) *slack.InputBlock {
	says := plainText("Service → environment")
	field := slack.NewInputBlock(FieldTarget, plainText(label), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, says, fieldInput, options...))
	if len(options) > maxOptions {
		field.Element = searched(says)
		field.Hint = plainText("Type a part of the service's name, and of the environment's.")
	}
	field.DispatchAction = true
	return field
}

// searched is a menu that asks slipway what there is as somebody types: from the first
// letter on, and before.
func searched(placeholder *slack.TextBlockObject) *slack.SelectBlockElement {
	atOnce := 0
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, placeholder, fieldInput)
	e.MinQueryLength = &atOnce
	return e
}

// FormOf is the form that a button opens, if it opens one.
func FormOf(a bot.Action, c Context) (slack.ModalViewRequest, bool) {
	switch a { //nolint:exhaustive // the others act at once
	case bot.ActReject:
		return RejectForm(c), true
	case bot.ActWhichRun:
		return RunForm(c), true
	}
	return slack.ModalViewRequest{}, false
}

// RejectForm asks why a release is rejected.
func RejectForm(c Context) slack.ModalViewRequest {
	why := textField(FieldReason, "Why is "+bare(c.Release, nameMax)+" rejected?", "The requester reads this", reasonMax)
	return modal(FormReject, "Reject", "Reject", c, why)
}

// RunForm asks which run is that of a release whose start is uncertain.
func RunForm(c Context) slack.ModalViewRequest {
	which := textField(FieldRun, "Which run is "+bare(c.Release, nameMax)+"?", "Its link or number; left out, it is looked for", refMax)
	return modal(FormRun, "It Ran", "It Ran", c, which.WithOptional(true))
}

// ReadRunForm reads the number of a run out of what was entered: the number, a
// link to it, or nothing, which is read as no number.
func ReadRunForm(entered map[string]string) (number string, ok bool) {
	text := strings.TrimSpace(entered[FieldRun])
	if _, behind, isLink := strings.Cut(text, "/actions/runs/"); isLink {
		text, _, _ = strings.Cut(behind, "/")
		text, _, _ = strings.Cut(text, "?")
	}
	if text == "" {
		return "", true
	}
	id, err := strconv.ParseInt(text, 10, 64)
	return text, err == nil && id > 0
}

func modal(id, title, submit string, c Context, fields ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      id,
		PrivateMetadata: c.encode(),
		Title:           plainText(title),
		Submit:          plainText(submit),
		Close:           plainText("Never Mind"),
		Blocks:          slack.Blocks{BlockSet: fields},
	}
}

func textField(id, label, placeholder string, limit int) *slack.InputBlock {
	e := slack.NewPlainTextInputBlockElement(plainText(placeholder), fieldInput)
	e.MaxLength = limit
	return slack.NewInputBlock(id, plainText(label), nil, e)
}

// targets are all targets as options, but for those whose names together are longer
// than an option may be: they can be typed.
func targets(choices []bot.FormChoice) []*slack.OptionBlockObject {
	var options []*slack.OptionBlockObject
	for _, c := range choices {
		for _, env := range c.Environments {
			if o := targetOption(bot.Target{Service: c.Service, Environment: env}); o != nil {
				options = append(options, o)
			}
		}
	}
	return options
}

func targetOption(t bot.Target) *slack.OptionBlockObject {
	if length(t.String()) > maxOption {
		return nil
	}
	return slack.NewOptionBlockObject(targetValue(t), plainText(bare(t.String(), maxOption)), nil)
}

// targetValue is a target as a field, or what a form carries, holds it.
func targetValue(t bot.Target) string { return t.Service + " " + t.Environment }

// ReadForm reads what was entered in a form that asks for a release. faults says,
// by field, what cannot be taken; then there is no entry.
func ReadForm(form string, c Context, entered map[string]string) (entry bot.Entry, faults map[string]string) {
	if form == FormBack {
		return readRollbackForm(c, entered)
	}
	target, chosen := readTarget(entered[FieldTarget])
	if !chosen {
		return nil, map[string]string{FieldTarget: "Choose a service and an environment."}
	}
	if form == FormTarget {
		return bot.TargetEntry{Target: target}, nil
	}
	return readDeployForm(target, entered)
}

// readTarget reads what targetValue has written.
func readTarget(text string) (bot.Target, bool) {
	service, env, two := strings.Cut(text, " ")
	return bot.Target{Service: service, Environment: env}, two && bot.ValidName(service) && bot.ValidName(env)
}

// ChosenTarget is the target that was chosen in a form when it was last drawn again.
// Slack does not say what stands in the other fields while somebody types into one
// (slackapi/bolt-js#1146).
func ChosenTarget(c Context) (bot.Target, bool) { return readTarget(c.Value) }

func readDeployForm(target bot.Target, entered map[string]string) (bot.Entry, map[string]string) {
	ref := strings.TrimSpace(entered[FieldRef])
	if !plainRef(ref) {
		return nil, map[string]string{FieldRef: "This cannot be the name of a branch, a tag or a commit."}
	}
	return bot.DeployEntry{Target: target, Ref: ref, Reason: Reason(entered)}, nil
}

// Reason is the reason that was entered, in one line.
func Reason(entered map[string]string) string { return clean(entered[FieldReason], reasonMax) }

// plainRef says whether a ref may be the name of a branch, a tag or a commit: one
// word without what git-check-ref-format(1) forbids, and no flag of anything.
func plainRef(ref string) bool {
	return len(ref) <= refMax && clean(ref, refMax+1) == ref && !strings.ContainsAny(ref, " ~^:?*[\\") && !strings.HasPrefix(ref, "-")
}

// formInWords says what can be typed, where no form can be opened.
func formInWords(says, typed markup, choices []bot.FormChoice) Message {
	lines := []markup{says + " " + typed}
	for i, c := range choices {
		if i == bot.HistoryShown {
			lines = append(lines, markup("… and "+count(len(choices)-i, "more service")))
			break
		}
		lines = append(lines, "• "+bold(esc(c.Service, nameMax))+": "+esc(strings.Join(c.Environments, ", "), reasonMax))
	}
	return message(lines[0], section(lines...))
}
