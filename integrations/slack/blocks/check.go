package blocks

import (
	"errors"
	"fmt"
	"slices"

	"github.com/slack-go/slack"
)

// Check says what Slack would refuse in the blocks of a message. It knows the
// kinds of block that this package makes and no others. It is asked again
// right before sending: Slack's own answer, invalid_blocks, often gives no
// reason (slackapi/java-slack-sdk#1017).
func Check(blocks []slack.Block) error {
	var faults []error
	if len(blocks) == 0 || len(blocks) > maxBlocks {
		faults = append(faults, fmt.Errorf("%d blocks", len(blocks)))
	}
	total := 0
	for i, b := range blocks {
		total += textOf(b)
		if err := checkBlock(b); err != nil {
			faults = append(faults, fmt.Errorf("block %d: %w", i, err))
		}
	}
	if total > maxTotal {
		faults = append(faults, fmt.Errorf("%d characters of text", total))
	}
	return errors.Join(faults...)
}

func checkBlock(b slack.Block) error {
	if len(b.ID()) > maxBlockID {
		return errors.New("block_id too long")
	}
	switch b := b.(type) {
	case *slack.SectionBlock:
		return checkText(b.Text, maxText)
	case *slack.HeaderBlock:
		return checkText(b.Text, maxHeader)
	case *slack.ContextBlock:
		return checkContext(b)
	case *slack.ActionBlock:
		return checkActions(b)
	case *slack.DividerBlock:
		return nil
	case *slack.InputBlock:
		return checkInput(b)
	case *slack.ImageBlock:
		return checkPicture(b)
	case *slack.TableBlock:
		return checkTable(b)
	case *slack.DataVisualizationBlock:
		return checkChart(b)
	}
	return fmt.Errorf("a %s block is none of ours", b.BlockType())
}

func checkText(t *slack.TextBlockObject, limit int) error {
	if t == nil || t.Text == "" {
		return errors.New("no text")
	}
	if n := length(t.Text); n > limit {
		return fmt.Errorf("%d characters, at most %d", n, limit)
	}
	return nil
}

func checkContext(b *slack.ContextBlock) error {
	n := len(b.ContextElements.Elements)
	if n == 0 || n > maxContext {
		return fmt.Errorf("%d elements in a context", n)
	}
	for _, e := range b.ContextElements.Elements {
		t, ok := e.(*slack.TextBlockObject)
		if !ok {
			return errors.New("an element of a context is no text")
		}
		if err := checkText(t, maxText); err != nil {
			return err
		}
	}
	return nil
}

func checkActions(b *slack.ActionBlock) error {
	if b.Elements == nil || len(b.Elements.ElementSet) == 0 || len(b.Elements.ElementSet) > maxElements {
		return errors.New("no elements, or too many")
	}
	seen := map[string]bool{}
	for _, e := range b.Elements.ElementSet {
		id, err := checkPressed(e)
		if id == "" || len(id) > maxActionID || seen[id] {
			return errors.New("action_id empty, too long or twice")
		}
		seen[id] = true
		if err != nil {
			return fmt.Errorf("button or menu %q: %w", id, err)
		}
	}
	return nil
}

// checkPressed checks what can be pressed in a message, and gives its action_id.
func checkPressed(e slack.BlockElement) (id string, err error) {
	switch e := e.(type) {
	case *slack.ButtonBlockElement:
		return e.ActionID, checkButton(e)
	case *slack.OverflowBlockElement:
		return e.ActionID, checkMenu(e)
	}
	return "none", errors.New("it is neither a button nor a menu")
}

// maxMenu is how many options a menu may have.
const maxMenu = 5

func checkMenu(e *slack.OverflowBlockElement) error {
	if len(e.Options) == 0 || len(e.Options) > maxMenu {
		return fmt.Errorf("%d options", len(e.Options))
	}
	faults := []error{checkConfirm(e.Confirm)}
	for _, o := range e.Options {
		faults = append(faults, checkText(o.Text, maxButton))
		if o.Value == "" || length(o.Value) > maxOption {
			faults = append(faults, errors.New("an option's value is empty or too long"))
		}
	}
	return errors.Join(faults...)
}

func checkButton(b *slack.ButtonBlockElement) error {
	if err := checkText(b.Text, maxButton); err != nil {
		return err
	}
	if length(b.Value) > maxValue || length(b.URL) > maxText {
		return errors.New("value or url too long")
	}
	return checkConfirm(b.Confirm)
}

// checkConfirm checks the dialog before a press counts; there may be none.
func checkConfirm(c *slack.ConfirmationBlockObject) error {
	if c == nil {
		return nil
	}
	return errors.Join(
		checkText(c.Title, 100), checkText(c.Text, 300),
		checkText(c.Confirm, maxButton), checkText(c.Deny, maxButton),
	)
}

// CheckView says what Slack would refuse in a modal.
func CheckView(v slack.ModalViewRequest) error {
	faults := []error{checkText(v.Title, 24), checkText(v.Close, 24)}
	asks := slices.ContainsFunc(v.Blocks.BlockSet, func(b slack.Block) bool { return b.BlockType() == slack.MBTInput })
	if asks || v.Submit != nil {
		faults = append(faults, checkText(v.Submit, 24))
	}
	if len(v.PrivateMetadata) > maxText || len(v.CallbackID) > maxActionID {
		faults = append(faults, errors.New("private_metadata or callback_id too long"))
	}
	for i, b := range v.Blocks.BlockSet {
		if err := checkBlock(b); err != nil {
			faults = append(faults, fmt.Errorf("block %d: %w", i, err))
		}
	}
	return errors.Join(faults...)
}

func checkInput(b *slack.InputBlock) error {
	if err := checkText(b.Label, 2000); err != nil {
		return err
	}
	if b.Hint != nil {
		if err := checkText(b.Hint, 2000); err != nil {
			return err
		}
	}
	switch e := b.Element.(type) {
	case *slack.PlainTextInputBlockElement:
		if e.MaxLength > 3000 {
			return errors.New("max_length too large")
		}
		return checkText(e.Placeholder, 150)
	case *slack.SelectBlockElement:
		return checkSelect(e)
	}
	return errors.New("an input of a kind that is none of ours")
}

func checkSelect(e *slack.SelectBlockElement) error {
	if e.Type == slack.OptTypeExternal {
		return checkText(e.Placeholder, 150) // its options come when they are asked for
	}
	if len(e.Options) == 0 || len(e.Options) > maxOptions {
		return fmt.Errorf("%d options", len(e.Options))
	}
	faults := []error{checkText(e.Placeholder, 150)}
	for _, o := range e.Options {
		faults = append(faults, checkText(o.Text, maxOption))
		if o.Value == "" || length(o.Value) > maxOption*2 {
			faults = append(faults, errors.New("an option's value is empty or too long"))
		}
	}
	return errors.Join(faults...)
}
