package blocks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// everyMessage is every message of the golden files, by its name.
func everyMessage() map[string]blocks.Message {
	all := map[string]blocks.Message{}
	for name, body := range cards() {
		all["card_"+name] = blocks.Body(body, "https://acme.slack.com")
	}
	for name, body := range notes() {
		all["note_"+name] = blocks.Body(body, "https://acme.slack.com/")
	}
	for name, body := range runs() {
		all["run_"+name] = blocks.Body(body, "https://acme.slack.com")
	}
	for name, answer := range answers() {
		all["answer_"+name] = blocks.Answer(answer)
	}
	for name, answer := range runAnswers() {
		all["run_"+name] = blocks.Answer(answer)
	}
	for name, body := range besideNotes() {
		all["beside_"+name] = blocks.Body(body, "https://acme.slack.com")
	}
	for name, answer := range besideAnswers() {
		all["beside_"+name] = blocks.Answer(answer)
	}
	return all
}

// heldAsSent are the messages whose blocks are held as they are sent, byte by
// byte: one for each layout. Of all others a golden file holds what a person
// reads.
func heldAsSent() []string {
	return []string{
		"beside_incident",
		"answer_board", "answer_done", "answer_incident", "answer_mine", "answer_mine_none", "answer_plan_approve", "answer_plan_confirm", "card_adopted", "card_awaiting", "card_awaiting_points",
		"card_batch_broken", "card_batch_live", "card_countdown", "card_emergency", "card_failed", "note_approval_due", "note_digest", "note_health_unclear", "note_health_unwell", "note_health_well", "note_held", "note_review", "note_unhealthy", "note_unhealthy_tell",
	}
}

// TestLooks holds every message against its golden file.
func TestLooks(t *testing.T) {
	t.Parallel()
	for name, m := range everyMessage() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := blocks.Check(m.Blocks); err != nil {
				t.Errorf("Check: %v", err)
			}
			raw := marshal(t, m.Blocks)
			if found := slacksim.Validate(raw, slacksim.SurfaceMessage); len(found) > 0 {
				t.Errorf("Slack would refuse it: %v", found)
			}
			compare(t, name+".txt", read(t, m))
			if slices.Contains(heldAsSent(), name) {
				compare(t, name+".json", string(raw))
			}
		})
	}
}

// TestEveryLayoutIsHeldAsSent: a layout is which blocks and buttons follow each
// other, whatever they say.
func TestEveryLayoutIsHeldAsSent(t *testing.T) {
	t.Parallel()
	all, held := everyMessage(), map[string]string{}
	for _, name := range heldAsSent() {
		is := layout(t, all[name])
		if held[is] != "" {
			t.Errorf("%s and %s have the same layout; one of them is enough", held[is], name)
		}
		held[is] = name
	}
	for name, m := range all {
		if is := layout(t, m); held[is] == "" {
			t.Errorf("no message with the layout of %s is held as it is sent: %s", name, is)
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name, kind, _ := strings.Cut(filepath.Base(file), ".")
		if _, found := all[name]; !found || kind != "txt" && !slices.Contains(heldAsSent(), name) {
			t.Errorf("nothing is compared with %s any more", file)
		}
	}
}

// laid is a block or an element of one, as far as it is layout.
type laid struct {
	Type      string    `json:"type"`
	Style     string    `json:"style"`
	Confirm   *struct{} `json:"confirm"`
	Accessory *laid     `json:"accessory"`
	Elements  []laid    `json:"elements"`
}

// layout names the blocks of a message in their order. Several of a kind in a row
// count as one, and so do buttons that look the same.
func layout(tb testing.TB, m blocks.Message) string {
	tb.Helper()
	var set []laid
	if err := json.Unmarshal(marshal(tb, m.Blocks), &set); err != nil {
		tb.Fatal(err)
	}
	var is []string
	for _, b := range set {
		is = append(is, b.String())
	}
	return strings.Join(slices.Compact(is), " ")
}

func (l laid) String() string {
	is := l.Type + l.Style
	if l.Confirm != nil {
		is += "?"
	}
	if l.Accessory != nil {
		is += "/" + l.Accessory.String()
	}
	var elements []string
	for _, e := range l.Elements {
		elements = append(elements, e.String())
	}
	slices.Sort(elements)
	return is + strings.Join(slices.Compact(elements), "+")
}

// read is what a person reads: the notification, the message, and what its
// buttons ask before they do anything.
func read(tb testing.TB, m blocks.Message) string {
	tb.Helper()
	says := "notification: " + slacksim.RenderMessage(nil, m.Text, names) + "\n\n" + slacksim.RenderMessage(marshal(tb, m.Blocks), m.Text, names) + "\n"
	for _, row := range rowsOf(m) {
		for _, e := range row {
			switch e := e.(type) {
			case *slack.ButtonBlockElement:
				says += asking(e.Text.Text, e.Confirm)
			case *slack.OverflowBlockElement:
				says += asking("⋯", e.Confirm)
			}
		}
	}
	return says
}

func asking(pressed string, c *slack.ConfirmationBlockObject) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("\n[%s] asks: %s\n  %s\n  [%s] [%s]\n", pressed, c.Title.Text, c.Text.Text, c.Confirm.Text, c.Deny.Text)
}

func names(id string) string {
	return map[string]string{anna.ID: "anna", ben.ID: "ben", cara.ID: "cara", "U04DORA": "dora", "C0DEPLOYS": "deploys"}[id]
}

func compare(tb testing.TB, name, got string) {
	tb.Helper()
	golden.Check(tb, filepath.Join("testdata", name), got)
}

func marshal(tb testing.TB, set []slack.Block) []byte {
	tb.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(set); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}
