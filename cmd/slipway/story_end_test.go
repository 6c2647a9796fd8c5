package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// promised is what a story has said that must hold until its end, and not only
// when it was looked at.
type promised struct {
	runs   int            // how many runs there are; -1: it does not say
	hidden []hidden       // what a channel does not show
	sent   map[string]int // how often a release is dispatched, if not once at most
	errors []*regexp.Regexp
}

type hidden struct{ channel, text string }

// storyErrors names an ERROR of slipway's log that belongs to the story.
func storyErrors(r *rig, _ *testscript.TestScript, args []string) error {
	pattern, err := regexp.Compile(args[0])
	if err != nil {
		return err
	}
	r.promised.errors = append(r.promised.errors, pattern)
	return nil
}

// end stops slipway and looks once more at all that must hold at the end of any
// story, and of this one.
func (r *rig) end() []string {
	r.endSlipway()
	wrong := r.github.Violations()
	for _, p := range r.programs {
		wrong = append(wrong, p.misdeeds(r.promised.errors)...)
	}
	for id, n := range dispatchesOf(r.github) {
		if most := max(1, r.promised.sent[id]); n > most {
			wrong = append(wrong, fmt.Sprintf("%s was dispatched %d times, want at most %d", id, n, most))
		}
	}
	if want, got := r.promised.runs, len(r.github.Runs()); want >= 0 && got != want {
		wrong = append(wrong, fmt.Sprintf("at the end there are %d runs; the story says %d", got, want))
	}
	for _, m := range r.slack.Unseen() {
		wrong = append(wrong, fmt.Sprintf("nobody ever sees what %s was told privately: %s", m.EphemeralTo, m.Current().Text))
	}
	for _, m := range r.slack.Unfurling() {
		wrong = append(wrong, fmt.Sprintf("Slack shows beside it what it links to: %s", m.Current().Text))
	}
	for _, h := range r.promised.hidden {
		if regexp.MustCompile(h.text).MatchString(r.wall(h.channel)) {
			wrong = append(wrong, fmt.Sprintf("at the end #%s shows %q after all", h.channel, h.text))
		}
	}
	return wrong
}

// dispatchesOf counts the requests that started a workflow, by release.
func dispatchesOf(host *githubsim.Server) map[string]int {
	counts := map[string]int{}
	for key, n := range host.Dispatches() {
		id, _, _ := strings.Cut(key, ".")
		counts[id] += n
	}
	return counts
}
