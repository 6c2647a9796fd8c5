package blocks

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// previewID begins the block_id of what stands below the fields of a form: it is
// drawn again with each choice, and the fields stay as they are.
const previewID = "preview_"

// IsChoice says whether a field of a form of ours is one that changes what is shown
// below.
func IsChoice(form, field string) bool {
	switch form {
	case FormDeploy:
		return field == FieldTarget || field == FieldRef
	case FormTarget, FormBack:
		return field == FieldTarget
	}
	return false
}

// IsSearched says whether a field of a form of ours may ask what there is to choose from.
func IsSearched(form, field string) bool {
	switch form {
	case FormDeploy:
		return field == FieldTarget || field == FieldRef
	case FormTarget:
		return field == FieldTarget
	}
	return false
}

// OpenForm is a form that somebody has before them.
type OpenForm struct {
	view    slack.ModalViewRequest
	Carried Context
}

// ReadOpenForm reads a form as Slack sends it along.
func ReadOpenForm(raw []byte) (OpenForm, error) {
	var f OpenForm
	if err := json.Unmarshal(raw, &f.view); err != nil {
		return OpenForm{}, fmt.Errorf("read a form: %w", err)
	}
	carried, ours := ReadContext(f.view.PrivateMetadata)
	if !ours {
		return OpenForm{}, errors.New("read a form: it carries nothing of ours")
	}
	f.Carried = carried
	return f, nil
}

// Opened is a form as it was opened.
func Opened(view slack.ModalViewRequest) (OpenForm, bool) {
	carried, ours := ReadContext(view.PrivateMetadata)
	return OpenForm{view: view, Carried: carried}, ours
}

// Begins is what is chosen in a form from the beginning, so that more can be shown of
// it at once; false if nothing is.
func (f OpenForm) Begins() (bot.Entry, bool) {
	target, chosen := ChosenTarget(f.Carried)
	switch {
	case !chosen:
		return nil, false
	case f.view.CallbackID == FormDeploy:
		return bot.DeployEntry{Target: target}, true
	case f.view.CallbackID == FormBack:
		return bot.TargetEntry{Target: target}, true
	}
	return nil, false
}

// ReadChoice reads what is chosen so far; false where that is too little to show
// anything of.
func (f OpenForm) ReadChoice(entered map[string]string) (bot.Entry, bool) {
	entry, faults := ReadForm(f.view.CallbackID, f.Carried, entered)
	return entry, len(faults) == 0
}

// Chose keeps the target that was chosen, for the field that asks what there is to
// choose from next.
func (f *OpenForm) Chose(t bot.Target) {
	if f.view.CallbackID == FormDeploy {
		f.Carried.Value = targetValue(t)
	}
}

// Showing is the form with what a message shows below its fields.
func (f OpenForm) Showing(m Message) slack.ModalViewRequest {
	v := f.view
	v.Type, v.PrivateMetadata = slack.VTModal, f.Carried.encode()
	v.Blocks.BlockSet = nil
	for _, b := range f.view.Blocks.BlockSet {
		if !strings.HasPrefix(b.ID(), previewID) {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
		}
	}
	below := append([]slack.Block{slack.NewDividerBlock()}, m.Blocks...)
	for i, b := range below {
		nameBlock(b, previewID+strconv.Itoa(i))
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, below...)
	return v
}

// nameBlock gives a block of a preview its block_id.
func nameBlock(b slack.Block, id string) {
	switch b := b.(type) {
	case *slack.SectionBlock:
		b.BlockID = id
	case *slack.ContextBlock:
		b.BlockID = id
	case *slack.DividerBlock:
		b.BlockID = id
	case *slack.HeaderBlock:
		b.BlockID = id
	}
}

// Working says that a preview is being worked out.
func Working() Message {
	return message("", context("⏳ Working out what would happen…"))
}

// Unworked says that a preview could not be worked out, and that nothing is lost.
func Unworked() Message {
	return message("", context("⚠️ What would happen could not be worked out now. You can send the form all the same: the plan is worked out again then."))
}

// Foreseen shows what a form would do if it were sent now.
func Foreseen(answer bot.Answer) Message {
	v, isPlan := answer.(bot.PlanView)
	if !isPlan {
		return Answer(answer)
	}
	r := v.Release
	return message("",
		section(outlook(r), asksFor(r), wouldWait(r)),
		section(commitLine(r), intent(r)),
		unfolded(append(gates(r.Decision, bot.Refuse, bot.Warn), backOnPlan(r))...),
		unfolded(append(readiness(r, reportOnPlan), sameNeeds(r))...),
		section(changes(r, nil)...),
		context(gates(r.Decision, bot.Pass)...),
		context(followed(r)),
	)
}

// asksFor says whose yes a release needs, and followed how it is watched afterwards.
func asksFor(r bot.Release) markup {
	if r.Plan == nil || len(r.Decision.Refusals()) > 0 {
		return ""
	}
	return approvalTerms(r.Plan.Settings.Approvals)
}

func followed(r bot.Release) markup {
	if r.Plan == nil {
		return ""
	}
	return join(" ", "Runs", code(r.Plan.Workflow, nameMax), on(r.Plan.WorkflowRef)) + ". " + watchTerms(r.Plan.Settings.Health)
}

// outlook says in one sentence what would come of a form.
func outlook(r bot.Release) markup {
	sent := "Sent now, " + bold(targetName(r.Target))
	switch {
	case len(r.Decision.Refusals()) > 0:
		return "⛔ " + sent + " would be refused."
	case r.Plan != nil && r.Plan.Settings.Approvals.Asked():
		return "✋ " + sent + " would wait for approval."
	default:
		return "✅ " + sent + " would go at once."
	}
}
