package blocks

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// maxSuggested bounds what a field is answered with, in bytes: over a connection of
// our own Slack drops 20,000 and more without a word.
const maxSuggested = 18_000

// NoSuggestions offers nothing, of which Slack says so itself.
func NoSuggestions() any { return map[string][]any{"options": {}} }

// Suggestions offers what somebody may mean who types into a field, in groups and as
// many as Slack takes. Whatever may be the name of something can be taken as it was
// typed: not everything is listed, and the plan says if it does not exist.
func Suggestions(refs []bot.KnownRef, typed string, now time.Time) any {
	m, last := offering{}, typedOption(strings.TrimSpace(typed), refs)
	if last != nil {
		m.admit(last) // there is room for it, whatever else there is
	}
	for _, ref := range refs {
		if o := refOption(ref, now); o != nil {
			m.add(kindLabel(ref.Kind), o)
		}
	}
	if last != nil {
		m.groups = append(m.groups, slack.NewOptionGroupBlockElement(plainText("As you typed it"), last))
	}
	if len(m.groups) == 0 {
		return NoSuggestions()
	}
	return slack.OptionGroupsResponse{OptionGroups: m.groups}
}

// TargetSuggestions offers the targets that somebody may mean, as many as Slack takes.
func TargetSuggestions(all []bot.Target) any {
	var m offering
	var options []*slack.OptionBlockObject
	for _, t := range all {
		if o := targetOption(t); o != nil && m.admit(o) {
			options = append(options, o)
		}
	}
	if len(options) == 0 {
		return NoSuggestions()
	}
	return slack.OptionsResponse{Options: options}
}

// offering is what is offered, in groups.
type offering struct {
	groups         []*slack.OptionGroupBlockObject
	options, bytes int
}

// admit says whether there is room for an option, and counts it.
func (m *offering) admit(o *slack.OptionBlockObject) bool {
	raw, err := json.Marshal(o)
	n := len(raw) + groupBytes
	if err != nil || m.options >= maxOptions || m.bytes+n > maxSuggested {
		return false
	}
	m.options, m.bytes = m.options+1, m.bytes+n
	return true
}

// groupBytes is more than what a group adds to its options.
const groupBytes = 90

func (m *offering) add(label string, o *slack.OptionBlockObject) {
	if !m.admit(o) {
		return
	}
	if n := len(m.groups); n == 0 || m.groups[n-1].Label.Text != label {
		m.groups = append(m.groups, slack.NewOptionGroupBlockElement(plainText(label)))
	}
	group := m.groups[len(m.groups)-1]
	group.Options = append(group.Options, o)
}

// typedOption takes what was typed; nil where that is offered anyway, cannot be the name
// of anything, or is too long to be carried.
func typedOption(typed string, refs []bot.KnownRef) *slack.OptionBlockObject {
	offered := slices.ContainsFunc(refs, func(ref bot.KnownRef) bool { return ref.Name == typed })
	if typed == "" || offered || !plainRef(typed) || length(typed) > maxOption {
		return nil
	}
	return slack.NewOptionBlockObject(typed, plainText(bare("Use “"+typed+"”", maxOption)), nil)
}

func kindLabel(k bot.RefKind) string {
	switch k {
	case bot.RefBranch:
		return "Branches"
	case bot.RefPull:
		return "Open pull requests"
	case bot.RefCommit:
		return "Newest commits"
	case bot.RefTag:
		return "Tags"
	}
	return "Others"
}

// refOption is a ref as one option. A name that is too long to be carried is stood for
// by the commit that it names now. Nil where nothing of it could be shown or carried: Slack
// would refuse all the others with it.
func refOption(ref bot.KnownRef, now time.Time) *slack.OptionBlockObject {
	value, text, says := ref.Ask, ref.Name, bot.ShortSHA(ref.SHA)
	age := ""
	if old := howOld(ref.At, now); old != "" && !ref.At.IsZero() {
		age = string(old) + " ago"
	}
	switch ref.Kind {
	case bot.RefCommit:
		text, says = bot.ShortSHA(ref.SHA)+" "+ref.Title, spaced(ref.By, age)
	case bot.RefPull:
		text, says = ref.Name+" "+ref.Title, spaced(ref.By, age)
	case bot.RefBranch, bot.RefTag:
	}
	if ref.Default {
		says = spaced("the default branch", says)
	}
	if length(value) > maxOption {
		value, says = ref.SHA, spaced("as it is now", says)
	}
	if text = bare(text, maxOption); text == "" || value == "" {
		return nil
	}
	var description *slack.TextBlockObject
	if says = bare(says, maxOption); says != "" {
		description = plainText(says)
	}
	return slack.NewOptionBlockObject(value, plainText(text), description)
}

// spaced joins what is not empty.
func spaced(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}
