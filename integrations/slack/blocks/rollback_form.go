package blocks

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// inQuarantine follows the id in the value of an option whose commit needs a
// reason. It only serves to say so in the form: the gate decides.
const inQuarantine = " quarantined"

// RollbackForm asks which release to go back to. It is false where there is
// nothing to choose from.
func RollbackForm(f bot.RollbackForm, c Context) (slack.ModalViewRequest, bool) {
	options := pastOptions(f)
	if len(options) == 0 {
		return slack.ModalViewRequest{}, false
	}
	c.Value = targetValue(f.Target)
	to := slack.NewInputBlock(FieldTarget, plainText("Go back to"), nil,
		slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Release"), fieldInput, options...))
	to.DispatchAction = true
	to.Hint = plainText("Only releases that were healthy on " + bare(f.Target.String(), subjectMax) + " are listed. You see what goes before anything is started.")
	return modal(FormBack, "Roll Back", "Show What Goes", c,
		to,
		textField(FieldReason, "Why", "Needed for a release that was taken back", reasonMax).WithOptional(true),
	), true
}

// pastOptions are the releases as a select shows them; it holds no more than
// the newest hundred.
func pastOptions(f bot.RollbackForm) []*slack.OptionBlockObject {
	var options []*slack.OptionBlockObject
	for i, p := range f.Past {
		value, says := p.Release, (*slack.TextBlockObject)(nil)
		if p.Quarantined {
			value += inQuarantine
			says = plainText("Was taken back from here: say why it may come back")
		} else if between := betweenLabel(f, i); between != "" {
			says = plainText(between)
		}
		if len(value) > maxOption || len(options) >= maxOptions {
			continue
		}
		options = append(options, slack.NewOptionBlockObject(value, plainText(bare(pastLabel(f, p), maxOption)), says))
	}
	return options
}

// betweenLabel says what going back to a release takes away, and what it leaves; empty
// where that is not known.
func betweenLabel(f bot.RollbackForm, i int) string {
	if i >= len(f.Between) || !f.Between[i].Known {
		return ""
	}
	between := f.Between[i]
	says := "Takes " + count(between.Commits, "commit") + " back"
	switch u := between.Undone; {
	case u.Unread && u.Migrations == 0:
		says += "; whether migrations would stay is not known"
	case u.Migrations > 0:
		says += "; ⚠️ " + count(u.Migrations, "migration") + " would stay"
	}
	return bare(says, maxOption)
}

// pastLabel is a release in one line of plain text: what it is called, what it
// holds, how old it is and how it went.
func pastLabel(f bot.RollbackForm, p bot.Past) string {
	parts := []string{p.Release, bot.ShortSHA(p.SHA)}
	if age := howOld(p.At, f.Now); age != "" {
		parts = append(parts, string(age)+" ago")
	}
	switch {
	case p.Kind == bot.Adopt:
		parts = append(parts, "adopted")
	case p.Watched:
		parts = append(parts, "healthy")
	default:
		parts = append(parts, "not watched")
	}
	return strings.Join(parts, " · ")
}

func readRollbackForm(c Context, entered map[string]string) (bot.Entry, map[string]string) {
	service, env, _ := strings.Cut(c.Value, " ")
	to, quarantined := strings.CutSuffix(entered[FieldTarget], inQuarantine)
	if !bot.ValidName(service) || !bot.ValidName(env) || !bot.ValidReleaseID(to) {
		return nil, map[string]string{FieldTarget: "Choose a release."}
	}
	reason := Reason(entered)
	if quarantined && reason == "" {
		return nil, map[string]string{FieldReason: "This release was taken back from here: say why it may come back."}
	}
	return bot.RollbackEntry{Target: bot.Target{Service: service, Environment: env}, To: to, Reason: reason}, nil
}

// rollbackInWords lists what can be gone back to, where no form can be opened.
func rollbackInWords(f bot.RollbackForm) Message {
	lines := []markup{"Say which release of " + bold(targetName(f.Target)) + " to go back to:"}
	for i, p := range f.Past {
		if i == bot.HistoryShown {
			lines = append(lines, markup("… and "+count(len(f.Past)-i, "older release")))
			break
		}
		line := "• " + esc(pastLabel(f, p), subjectMax)
		if p.Quarantined {
			line += " (taken back: needs a reason)"
		}
		lines = append(lines, line)
	}
	return message(lines[0], section(lines...))
}
