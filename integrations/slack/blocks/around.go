package blocks

import "github.com/slack-go/slack"

// ShortcutAround is the callback_id of the entry in the menu of a message that shows what
// was deployed around its time.
const ShortcutAround = "deployed_around"

// AroundView shows that, or that it is being looked for. Nothing is entered in it.
func AroundView(m Message, c Context) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: ShortcutAround, PrivateMetadata: c.encode(),
		Title: plainText("What was deployed then?"), Close: plainText("Close"),
		Blocks: slack.Blocks{BlockSet: m.Blocks},
	}
}
