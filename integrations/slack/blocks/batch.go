package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// batchCard shows several releases that go together, one line each. All that is
// to be known of one stands on its own card.
func batchCard(r bot.Release) Message {
	return message(fallback(r),
		section(headline(r), state(r, asked{})),
		section(members(r)...),
		section(refOf(r), askedBy(r)),
		context(moments(r)),
		buttons(r))
}

// members are the releases of a batch in the order in which they go.
func members(r bot.Release) []markup {
	var lines []markup
	for i, m := range r.Members {
		id := markup("")
		if m.Release != "" {
			id = code(m.Release, nameMax)
		}
		back := markup("")
		if m.Back != "" {
			back = "takes " + code(m.Back, nameMax) + " back:"
		}
		lines = append(lines, join(" ", markup(strconv.Itoa(i+1)+"."), memberMark(m), esc(m.Target.Service, nameMax), id, back, memberState(r, m)))
	}
	return lines
}

func memberMark(m bot.BatchMember) markup {
	switch {
	case m.TakenBack:
		return "↩️"
	case m.Unclear():
		return "🟡"
	case m.Phase == "":
		return phaseMark(bot.Requested)
	}
	return phaseMark(m.Phase)
}

// memberState says where one release of a batch stands.
func memberState(r bot.Release, m bot.BatchMember) markup {
	switch {
	case m.TakenBack:
		return "taken back"
	case m.Stopped:
		return "not started"
	case m.Broke() && strings.HasPrefix(m.Cause, string(phaseWord(m.Phase))):
		return esc(m.Cause, subjectMax)
	case m.Broke():
		return join(": ", phaseWord(m.Phase), esc(m.Cause, subjectMax))
	case m.Unclear():
		return "live, health not clear"
	case m.WaitsToGo() && len(m.After) > 0 && r.Phase.Runs():
		return "waits for " + services(m.After)
	case m.WaitsToAsk():
		return "no rule refuses it"
	case m.WaitsToGo():
		return "may go"
	case m.Phase == "" || m.Phase.BeingPlanned():
		return "being worked out"
	}
	return phaseWord(m.Phase)
}

// batchState says how far a batch is, what happens next and who can do it.
func batchState(r bot.Release) markup {
	if r.Ended() {
		return batchEnding(r)
	}
	if !r.Cancel.AskedAt.IsZero() {
		return cancelling(r)
	}
	broke, broken := r.Broken()
	switch {
	case broken && !r.Undoes():
		return join(" ", code(broke.Release, nameMax), "did not go well, so nothing more of it is started. What runs already goes on.")
	case r.Phase.BeingPlanned():
		return "Working out what this will do."
	case r.Phase.InQueue() && r.Undoes():
		return "It begins by itself."
	case r.Phase.InQueue():
		return join(" ", "Nothing is started before all of it may go.", waitsFor(r))
	}
	return join(" ", underWay(r), blocking(r))
}

// waitsFor names the releases whose approval is missing.
func waitsFor(r bot.Release) markup {
	var ids []markup
	for _, m := range r.Members {
		if m.Phase == bot.AwaitingApproval {
			ids = append(ids, code(m.Release, nameMax))
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return "It waits for the approval of " + list(ids, bot.MaxBatch) + "."
}

func underWay(r bot.Release) markup {
	over := 0
	for _, m := range r.Members {
		if m.Phase.EndedWell() {
			over++
		}
	}
	are := markup(" are")
	if over == 1 {
		are = " is"
	}
	if r.Undoes() {
		are += " taken back"
	} else {
		are += " live"
	}
	if slices.ContainsFunc(r.Members, func(m bot.BatchMember) bool { return m.Awaits != bot.AwaitNone }) {
		are += "; each starts by itself when its turn comes"
	}
	return markup(strconv.Itoa(over)+" of "+strconv.Itoa(len(r.Members))) + are + "."
}

// blocking names what a person must look at before the batch goes on.
func blocking(r bot.Release) markup {
	for _, m := range r.Members {
		needed := slices.ContainsFunc(r.Members, func(other bot.BatchMember) bool {
			return slices.Contains(other.After, m.Target.Service) && other.Awaits != bot.AwaitNone
		})
		if needed && !r.Undoes() && m.Unclear() {
			return join(" ", "It goes on when somebody presses _Looks Good_ on the card of", code(m.Release, nameMax)+".")
		}
	}
	return ""
}

// batchEnding says what a batch came to, and what can be done about it.
func batchEnding(r bot.Release) markup {
	says := join(" ", batchOutcome(r, mention), afterAll(r))
	if r.Phase.EndedWell() {
		return says
	}
	return join("\n", says, reasonLine(r.Ending.Reason), sentence(r.Ending.Mend), wentSay(r))
}

// batchOutcome is the first sentence of a batch's ending; by names who ended it.
func batchOutcome(r bot.Release, by func(bot.Person) markup) markup {
	switch {
	case !r.Phase.EndedWell():
		return outcome(r, by)
	case r.Undoes():
		return "All of it is rolled back."
	}
	return "All of it is live."
}

// wentSay names what a batch has changed, and how that is undone.
func wentSay(r bot.Release) markup {
	went := r.ToTakeBack()
	if len(went) == 0 || r.Undoes() {
		return ""
	}
	return "The button rolls back what was started, the last one first: " + releases(went) + ". Or fix what failed and deploy the rest on its own."
}

func releases(members []bot.BatchMember) markup {
	var ids []markup
	for _, m := range members {
		ids = append(ids, code(m.Release, nameMax))
	}
	return list(ids, bot.MaxBatch)
}

// refOf is what a batch of deploys deploys.
func refOf(r bot.Release) markup {
	if r.Undoes() {
		return "Takes " + code(r.Reversal.Back, nameMax) + " back"
	}
	if r.Ref == "" {
		return "Deploys the default branch"
	}
	return "Deploys " + code(r.Ref, subjectMax)
}

// batchOffers are the actions that fit a batch.
func batchOffers(r bot.Release) []bot.Action {
	if r.Ended() {
		return []bot.Action{bot.ActBatchBack}
	}
	return []bot.Action{bot.ActCancel}
}

// batchBackButton takes back what went of a batch; nil where there is nothing.
func batchBackButton(r bot.Release) *slack.ButtonBlockElement {
	went := r.ToTakeBack()
	if r.Undoes() || len(went) == 0 {
		return nil
	}
	var ids []string
	for _, m := range went {
		ids = append(ids, m.Release)
	}
	label := "Roll Back All " + strconv.Itoa(len(went))
	if len(went) == 1 {
		label = "Roll Back " + went[0].Target.Service
	}
	b := press(bot.ActBatchBack, r, "", label, "Roll Back What Went")
	if !r.Phase.EndedWell() {
		b = b.WithStyle(slack.StyleDanger)
	}
	return b.WithConfirm(ask("Roll back what went of "+r.ID+"?",
		"Takes back "+strings.Join(ids, ", ")+", in this order: each target gets the newest release again that was healthy there before.",
		"Roll Back", "Not Now"))
}

// servicesName is what a release is about, as its title has it.
func servicesName(r bot.Release) markup {
	return services(r.Services()) + " → " + esc(r.Target.Environment, nameMax)
}

func services(names []string) markup {
	var out []markup
	for _, name := range names {
		out = append(out, esc(name, nameMax))
	}
	return list(out, bot.MaxBatch)
}

// partLine says that a release goes together with others.
func partLine(r bot.Release) markup {
	p := r.Part
	switch {
	case p.Batch == "":
		return ""
	case len(p.After) == 0:
		return "Goes together with others as " + code(p.Batch, nameMax)
	}
	return "Goes as part of " + code(p.Batch, nameMax) + ", after " + services(p.After)
}

// held says what a release waits for that may go by itself.
func held(r bot.Release) markup {
	return join(" ", "It may go, and starts by itself when its turn comes in", code(r.Part.Batch, nameMax)+".")
}
