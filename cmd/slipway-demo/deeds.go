package main

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// keptDeeds is how many of the newest deeds the page shows.
const keptDeeds = 40

// deed is something that slipway did, as it was seen from outside, and why it does
// so.
type deed struct {
	At    time.Time `json:"at"`
	Where string    `json:"where"` // slack, github or hook
	Says  string    `json:"says"`
	Why   string    `json:"why"`
	Times int       `json:"times"`
	Bad   string    `json:"bad,omitempty"` // what went wrong with it
}

// kind is what one kind of request is about.
type kind struct {
	method, path string // a pattern
	says, why    string
}

// kinds are the requests that say something about how slipway works, the more
// special ones first. What is not listed is not shown.
func kinds() []kind {
	return []kind{
		{"POST", `/dispatches$`, "Starts the workflow", "Once: the intent was written to Redis before, and the run key finds the run again if the answer is lost."},
		{"POST", `/deployments$`, "Records the release at GitHub", "So that the history can be brought back if Redis is emptied."},
		{"POST", `/deployments/\d+/statuses$`, "Tells GitHub how the release stands", "GitHub's own page shows it too."},
		{"POST", `/cancel$`, "Cancels the run", "The target stays taken until GitHub says that the run has ended."},
		{"GET", `/compare/`, "Compares with what is live", "Whoever approves sees every commit that goes along."},
		{"GET", `/contents/\.github/workflows/`, "Reads the workflow file", "If it changes after the yes, the yes is void."},
		{"GET", `/commits/[^/]+$`, "Resolves the words to one commit", "A branch moves; what was approved does not."},
		{"GET", `/actions/runs/\d+/jobs$`, "Reads the jobs of the run", "A webhook is a hint to go and look, not the truth."},
		{"GET", `/actions/runs/\d+$`, "Reads how the run stands", "Without webhooks too: every unfinished run is read at intervals."},
		{"GET", `/actions/workflows/[^/]+/runs$`, "Looks for runs of the workflow", "One that carries the run key is adopted, never started twice."},
	}
}

// calls are the methods of Slack's Web API that are shown.
func calls() map[string]kind {
	return map[string]kind{
		"chat.postMessage": {says: "Posts a message", why: "One card for each release; what needs a person is said out loud."},
		"chat.update":      {says: "Edits the card in place", why: "The card is a function of the release, so it cannot get out of step."},
		"response_url":     {says: "Answers in private", why: "Only whoever asked sees it."},
		"views.open":       {says: "Opens a form", why: "What has to be entered is asked for."},
		"views.publish":    {says: "Draws somebody's Home tab", why: "What waits for them, and what they started."},
		"chat.postEphemeral": {
			says: "Answers in private", why: "Only whoever pressed the button sees it.",
		},
	}
}

// ledger tells what was seen of slipway.
type ledger struct {
	known []kindPattern
	slack map[string]kind
}

type kindPattern struct {
	kind
	path *regexp.Regexp
}

func newLedger() ledger {
	l := ledger{slack: calls()}
	for _, k := range kinds() {
		l.known = append(l.known, kindPattern{k, regexp.MustCompile(k.path)})
	}
	return l
}

// deeds gives the newest deeds, the oldest first; what was done several times in a
// row is told once.
func (l ledger) deeds(d *world) []deed {
	all := append(l.toGitHub(d), l.toSlack(d)...)
	all = append(all, hooks(d)...)
	slices.SortStableFunc(all, func(a, b deed) int { return a.At.Compare(b.At) })
	told := []deed{}
	for _, next := range all {
		if n := len(told); n > 0 && told[n-1].Says == next.Says && told[n-1].Bad == next.Bad {
			told[n-1].Times++
			continue
		}
		next.Times = 1
		told = append(told, next)
	}
	return told[max(0, len(told)-keptDeeds):]
}

func (l ledger) toGitHub(d *world) []deed {
	var all []deed
	for _, r := range d.github.Requests() {
		for _, k := range l.known {
			if k.method != r.Method || !k.path.MatchString(r.Path) {
				continue
			}
			one := deed{At: r.At, Where: "github", Says: k.says, Why: k.why}
			if r.Status >= 400 {
				one.Bad = "GitHub refused"
			}
			all = append(all, one)
			break
		}
	}
	return all
}

func (l ledger) toSlack(d *world) []deed {
	var all []deed
	for _, c := range d.slack.Calls() {
		k, known := l.slack[c.Method]
		if !known {
			continue
		}
		one := deed{At: c.At, Where: "slack", Says: k.says, Why: k.why}
		if c.Error != "" {
			one.Bad = "Slack refused: " + strings.ReplaceAll(c.Error, "_", " ")
		}
		all = append(all, one)
	}
	return all
}

// hooks tells what GitHub told slipway of.
func hooks(d *world) []deed {
	var all []deed
	for _, h := range d.github.Deliveries() {
		if h.Event != "workflow_run" {
			continue
		}
		one := deed{At: h.At, Where: "hook", Says: "Is told of the run: " + strings.ReplaceAll(h.Action, "_", " "), Why: "GitHub's webhook, signed; slipway goes and reads."}
		if h.Lost {
			one.Bad = "the webhook was lost"
		}
		all = append(all, one)
	}
	return all
}
