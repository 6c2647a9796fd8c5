package blocks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestADigestNamesAll: however much there is to say of each, none is left out, and what
// is worst is said in full.
func TestADigestNamesAll(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]string{
		"in a word":       "it failed",
		"as it mostly is": strings.Repeat("the job deploy failed in its step Roll out, ", 3),
		"much too much":   strings.Repeat("everything is broken, ", 60),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d bot.Digest
			for i := range 40 {
				r := failed()
				r.ID, r.Ending.Cause = fmt.Sprintf("checkout-service-%d", i), cause
				d.Notes = append(d.Notes, bot.Note{News: bot.NoteFailed{}, Release: r, Now: start, Card: bot.MessageRef{Channel: "C0DEPLOYS", ID: "1795943460.000100"}})
			}
			m := blocks.Body(d, "https://acme.slack.com/")
			if found := slacksim.Validate(marshal(t, m.Blocks), slacksim.SurfaceMessage); len(found) > 0 {
				t.Errorf("Slack would refuse it: %v", found)
			}
			shown := read(t, m)
			for i := range 40 {
				if id := fmt.Sprintf("checkout-service-%d`", i); !strings.Contains(shown, id) {
					t.Errorf("%s is not named", id)
				}
			}
			if !strings.Contains(strings.ToLower(shown), cause[:9]) || !strings.Contains(m.Text, "40 releases at once") || !strings.Contains(m.Text, "checkout-service-0)") {
				t.Errorf("it says %q:\n%s", m.Text, shown)
			}
		})
	}
}

// TestADigestSaysWhatIsTheMatter: what is said beside how a release stands is said in a
// digest too.
func TestADigestSaysWhatIsTheMatter(t *testing.T) {
	t.Parallel()
	ended := moved(bot.Succeeded, func(r *bot.Release) { r.Verdict, r.Healthy = bot.NotWatched, true })
	for want, news := range map[string]bot.News{
		"a webhook was not told of it. The webhook at hooks.example.com answered 500.": bot.NoteUndelivered{Outcome: bot.OutcomeSucceeded, Says: "the webhook at hooks.example.com answered 500"},
		"with a change of yours":                       bot.NoteYours{Outcome: bot.OutcomeSucceeded, Whose: "U04DORA"},
		"a workflow file that is not the approved one": bot.NoteMismatch{},
		"ran it again at GitHub":                       bot.NoteRerun{},
		"nobody has signed this emergency off yet":     bot.NoteReview{},
		"an emergency, to be looked at afterwards":     bot.NoteEmergency{},
	} {
		n := bot.Note{News: news, Release: ended, Now: start}
		if shown := read(t, blocks.Body(bot.Digest{Notes: []bot.Note{n, n}}, "")); strings.Count(shown, want) != 2 {
			t.Errorf("%T is not said:\n%s", news, shown)
		}
	}
}

// TestADigestOfWhatConcernsSlipway: what else is said out loud goes in a digest too, and
// none of it is left out.
func TestADigestOfWhatConcernsSlipway(t *testing.T) {
	t.Parallel()
	d := bot.Digest{Notes: []bot.Note{{News: bot.NoteFailed{}, Release: failed(), Now: start}}, Others: []bot.Body{
		bot.Notice{Says: "web-7, which anna asked for, cannot be read <!channel>", Mend: "whoever looks after slipway finds the reason in its log"},
		bot.Trouble{Kind: bot.NoBlocks, Says: "Slack refused the blocks of a message", Of: "web-8"},
		bot.Forgotten{Service: "quiet", Odd: []bot.ListedRun{{RunKey: "quiet-900.k3v9x2mq"}}},
	}}
	for i := range 36 {
		id := fmt.Sprintf("s%d-%d", i, i+1)
		d.Others = append(d.Others, bot.Forgotten{Service: fmt.Sprintf("s%d", i), Runs: []bot.ListedRun{
			{RunKey: id + ".k3v9x2mq", Run: bot.Run{URL: "https://github.com/acme/api/actions/runs/43", Status: bot.RunInProgress}},
		}})
	}
	m := blocks.Body(d, "https://acme.slack.com")
	if found := slacksim.Validate(marshal(t, m.Blocks), slacksim.SurfaceMessage); len(found) > 0 {
		t.Errorf("Slack would refuse it: %v", found)
	}
	shown := read(t, m)
	wanted := []string{"40 alerts at once", "api-142", "Web-7, which anna asked for", "Slack refused the blocks of a message", "quiet-900", "None of them is started again"}
	for i := range 36 {
		wanted = append(wanted, fmt.Sprintf("`s%d`", i))
	}
	for _, want := range wanted {
		if !strings.Contains(shown, want) && !strings.Contains(shown, strings.ToLower(want)) {
			t.Errorf("%q is not said", want)
		}
	}
	if strings.Contains(shown, "<!channel>") || t.Failed() {
		t.Log(shown)
	}
}
