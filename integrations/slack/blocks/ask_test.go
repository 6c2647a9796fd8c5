package blocks_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// harmful are the actions that do harm if they were a slip. Reject and It Ran open a
// form, and Yes, Roll Back is the answer to what was just asked.
var harmful = []bot.Action{
	bot.ActCancel, bot.ActCancelBack, bot.ActRollback, bot.ActBatchBack, bot.ActStartOver, bot.ActSendAgain, bot.ActLooked, bot.ActSignOff,
}

// rowsOf are the rows of buttons and menus of a message.
func rowsOf(m blocks.Message) [][]slack.BlockElement {
	var rows [][]slack.BlockElement
	for _, b := range m.Blocks {
		if row, ok := b.(*slack.ActionBlock); ok {
			rows = append(rows, row.Elements.ElementSet)
		}
	}
	return rows
}

// TestWhatDoesHarmAsksFirst: by the dialog of its own, or that of the menu that
// holds it. Approving asks in production alone.
func TestWhatDoesHarmAsksFirst(t *testing.T) {
	t.Parallel()
	seen := map[bot.Action]int{}
	for name, m := range everyMessage() {
		for _, row := range rowsOf(m) {
			for _, e := range row {
				switch e := e.(type) {
				case *slack.ButtonBlockElement:
					a := bot.Action(e.ActionID)
					seen[a]++
					if asks := slices.Contains(harmful, a) || a == bot.ActApprove; asks != (e.Confirm != nil) {
						t.Errorf("%s: [%s] asks %t", name, e.Text.Text, e.Confirm != nil)
					}
				case *slack.OverflowBlockElement:
					for _, o := range e.Options {
						a, _, _ := blocks.Pressed(e.ActionID, "", o.Value)
						seen[a]++
					}
					if e.Confirm == nil {
						t.Errorf("%s: its menu asks nothing", name)
					}
				}
			}
		}
	}
	for _, a := range append(slices.Clone(harmful), bot.ActApprove, bot.ActReject, bot.ActWhichRun, bot.ActItRan, bot.ActLooksGood, bot.ActChoose, bot.ActConfirm, bot.ActAcknowledge, bot.ActWasRight, bot.ActFalseAlarm, bot.ActMissed) {
		if seen[a] == 0 {
			t.Errorf("%s stands in no message", a)
		}
	}
}

// TestProductionAsks: where no customers are, an approval counts at once.
func TestProductionAsks(t *testing.T) {
	t.Parallel()
	r := waiting()
	for environment, want := range map[string]string{"production": "Approve for Production", "live": "Approve for Live", "prod-eu": "Approve for prod-eu", strings.Repeat("x", 40): "Approve"} {
		r.Target.Environment, r.Plan.Production = environment, true
		asks, _ := rowsOf(blocks.Body(bot.Card{Release: r}, ""))[0][0].(*slack.ButtonBlockElement)
		if asks.Text.Text != want || asks.Confirm == nil || asks.Style != slack.StylePrimary {
			t.Errorf("in %s there is [%s], %+v", environment, asks.Text.Text, asks.Confirm)
		}
		r.Plan.Production = false
		if plain, _ := rowsOf(blocks.Body(bot.Card{Release: r}, ""))[0][0].(*slack.ButtonBlockElement); plain.Text.Text != "Approve" || plain.Confirm != nil {
			t.Errorf("without customers there is [%s], %+v", plain.Text.Text, plain.Confirm)
		}
	}
}

// TestButtonsDoNotLookAlike: one that asks never has the style of one beside it that
// does not, there is at most one primary, and every label is short enough to be read.
func TestButtonsDoNotLookAlike(t *testing.T) {
	t.Parallel()
	for name, m := range everyMessage() {
		for _, row := range rowsOf(m) {
			asks, plain, primary := map[slack.Style]bool{}, map[slack.Style]bool{}, 0
			for _, e := range row {
				b, ok := e.(*slack.ButtonBlockElement)
				if !ok {
					continue
				}
				if b.Style == slack.StylePrimary {
					primary++
				}
				if n := len(utf16.Encode([]rune(b.Text.Text))); n > 30 {
					t.Errorf("%s: [%s] has %d characters", name, b.Text.Text, n)
				}
				if b.Confirm != nil {
					asks[b.Style] = true
				} else {
					plain[b.Style] = true
				}
			}
			for style := range asks {
				if plain[style] {
					t.Errorf("%s: what asks looks like what does not, style %q", name, style)
				}
			}
			if primary > 1 {
				t.Errorf("%s has %d primary buttons in a row", name, primary)
			}
		}
	}
}

// TestANoteHasTheButtonsOfItsPurpose: all else that can be done stands on the card.
func TestANoteHasTheButtonsOfItsPurpose(t *testing.T) {
	t.Parallel()
	back := []bot.Action{bot.ActRollback, bot.ActChoose}
	settle := []bot.Action{bot.ActWhichRun, bot.ActSendAgain, bot.ActItRan, bot.ActCancel, bot.ActCancelBack}
	decide := []bot.Action{bot.ActApprove, bot.ActReject}
	purpose := func(n bot.News) []bot.Action {
		switch n.(type) {
		case bot.NoteFailed:
			return back
		case bot.NoteUnhealthy:
			return append(slices.Clone(back), bot.ActWasRight, bot.ActFalseAlarm)
		case bot.NoteHealth:
			return append(slices.Clone(back), bot.ActLooksGood, bot.ActLonger, bot.ActWasRight, bot.ActFalseAlarm, bot.ActMissed)
		case bot.NoteCountdown:
			return append(slices.Clone(back), bot.ActStop, bot.ActBackNow, bot.ActLonger, bot.ActWasRight, bot.ActFalseAlarm)
		case bot.NoteUnknown, bot.NoteReminder:
			return settle
		case bot.NoteBatch:
			return []bot.Action{bot.ActBatchBack}
		case bot.NoteApprovalDue, bot.NoteEscalated:
			return decide
		case bot.NoteReview, bot.NoteEmergency:
			return []bot.Action{bot.ActSignOff}
		default:
			return nil
		}
	}
	for name, body := range notes() {
		note, ok := body.(bot.Note)
		if !ok {
			continue
		}
		allowed := purpose(note.News)
		for _, row := range rowsOf(blocks.Body(note, "")) {
			for _, e := range row {
				if b, isButton := e.(*slack.ButtonBlockElement); !isButton || !slices.Contains(allowed, bot.Action(b.ActionID)) {
					t.Errorf("note_%s, whose purpose is %#v, has %+v", name, note.News, e)
				}
			}
		}
	}
}

// TestAMenuIsRead: the option says which action is meant, and no menu holds others.
func TestAMenuIsRead(t *testing.T) {
	t.Parallel()
	for option, want := range map[string]bot.Action{
		"cancel api-142": bot.ActCancel, "start_over api-142": bot.ActStartOver, "approve api-142 00": "", "": "", "send_again api-142": "", "cancel": bot.ActCancel,
	} {
		a, encoded, ours := blocks.Pressed(blocks.Menu, "never api-1", option)
		if a != want || ours != (want != "") || ours && strings.Contains(encoded, "never") {
			t.Errorf("%q is %q of %q, %t", option, a, encoded, ours)
		}
	}
	if a, encoded, ours := blocks.Pressed("approve", "api-142 00", "cancel api-1"); a != bot.ActApprove || encoded != "api-142 00" || !ours {
		t.Errorf("a button is %q of %q, %t", a, encoded, ours)
	}
}

// TestWhatMustBeReadIsNotFolded: warnings, the report and what changed stand above
// the list of commits, and say that they are not to be folded.
func TestWhatMustBeReadIsNotFolded(t *testing.T) {
	t.Parallel()
	r := waiting()
	r.Plan.Readiness = needs(3)
	r.Delta = []string{"the workflow file deploy.yml was changed"}
	list := -1
	found := map[string]int{}
	for i, b := range blocks.Body(cardOf(r), "").Blocks {
		s, ok := b.(*slack.SectionBlock)
		if !ok {
			continue
		}
		if strings.Contains(s.Text.Text, "45 commits* since") {
			list = i
		}
		for _, must := range []string{"asks to deploy", "⚠️ It brings 45 commits", "⛔ 3 migrations", "Earlier approvals do not count", "⚠️ 3 migrations would stay"} {
			if strings.Contains(s.Text.Text, must) {
				found[must] = i
				if !s.Expand {
					t.Errorf("%q may be folded", must)
				}
			}
		}
	}
	if len(found) != 5 || list < 0 {
		t.Fatalf("found %v, and the list at %d", found, list)
	}
	for must, i := range found {
		if i > list {
			t.Errorf("%q stands below the list of commits", must)
		}
	}
}

// TestNamesAreNoSentences: slipway's own words begin with a capital, and a name at
// their beginning stays what it is; what it put in backticks stays in them.
func TestNamesAreNoSentences(t *testing.T) {
	t.Parallel()
	for says, want := range map[string]string{
		"the run failed":                               "The run failed.",
		"`api` has no environment `prod`":              "`api` has no environment `prod`.",
		"api → production is locked by ben":            "api → production is locked by ben.",
		"api-142 is being cancelled":                   "api-142 is being cancelled.",
		"deploy.yml was changed":                       "deploy.yml was changed.",
		"slipway is not in the channel":                "slipway is not in the channel.",
		"type `/deploy <api> & more` again":            "Type `/deploy &lt;api&gt; &amp; more` again.",
		"one ` alone":                                  "One ' alone.",
		"an `*un* <!channel>` and `` and <!channel> *": "An `*un* &lt;!channel&gt;` and '' and &lt;!channel&gt; ∗.",
		strings.Repeat("word ", 200):                   strings.TrimSpace(strings.Repeat("word ", 119)) + "…",
	} {
		want = strings.ToUpper(want[:1]) + want[1:]
		if strings.HasPrefix(says, "api") || strings.HasPrefix(says, "deploy.yml") || strings.HasPrefix(says, "slipway") {
			want = strings.ToLower(want[:1]) + want[1:]
		}
		section, _ := blocks.Sentence(says).Blocks[0].(*slack.SectionBlock)
		if section.Text.Text != want {
			t.Errorf("%q is shown as %q, want %q", says, section.Text.Text, want)
		}
	}
}
