package githubsim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot/expression"
)

// Concurrency groups (docs: "Control the concurrency of workflows and jobs"): of
// a group one run works and one waits, "pending" and without jobs. A newer one
// replaces the one that waits, which is cancelled; with queue: max they
// wait in line. Groups belong to a repository, and capitals make no difference.

// maxPending is how many runs wait in a group with queue: max.
const maxPending = 100

// concurrency is what a workflow file says of its group.
type concurrency struct {
	Group  string `yaml:"group"`
	Cancel any    `yaml:"cancel-in-progress"`
	Queue  string `yaml:"queue"`
}

// group is a concurrency group as one run names it.
type group struct {
	name   string // empty: none
	cancel bool   // what works in it is cancelled
	max    bool   // all wait in line
}

// groupOf reads the group of a workflow, which is a name or a mapping.
func (d *definition) groupOf(known expression.Contexts) (group, error) {
	var c concurrency
	switch said := d.Concurrency.(type) {
	case nil:
		return group{}, nil
	case string:
		c.Group = said
	default:
		if err := reread(said, &c); err != nil {
			return group{}, err
		}
	}
	return group{
		name:   strings.ToLower(expand(c.Group, known)),
		cancel: expand(fmt.Sprint(c.Cancel), known) == "true",
		max:    c.Queue == "max",
	}, nil
}

// admit lets a run begin, or wait for its group.
func (s *Server) admit(r *run) {
	holder, waiting := s.inGroup(r)
	if holder == nil {
		r.status = "queued"
		s.beginAttempt(r)
		s.playScript(r)
		return
	}
	r.status = "pending"
	switch {
	case r.group.cancel:
		s.cancel(holder)
		s.replace(waiting)
	case !r.group.max:
		s.replace(waiting)
	case len(waiting) >= maxPending:
		s.complete(r, "cancelled")
	}
}

// replace cancels the runs whose place in the group a newer one takes.
func (s *Server) replace(waiting []*run) {
	for _, old := range waiting {
		s.complete(old, "cancelled")
	}
}

// inGroup gives the run that works in the group of r, and those that wait, the
// first first.
func (s *Server) inGroup(r *run) (holder *run, waiting []*run) {
	for _, other := range s.runs {
		same := other != r && other.repo == r.repo && other.group.name == r.group.name && r.group.name != ""
		switch {
		case !same || other.status == completed:
		case other.status == "pending":
			waiting = append(waiting, other)
		default:
			holder = other
		}
	}
	return holder, waiting
}

// handOn lets the next run of a group begin when one is over.
func (s *Server) handOn(over *run) {
	holder, waiting := s.inGroup(over)
	if holder != nil || len(waiting) == 0 {
		return
	}
	next := slices.MinFunc(waiting, func(a, b *run) int { return a.started.Compare(b.started) })
	next.updated = s.now()
	s.admit(next)
}

// expand puts the values of its expressions into a text. What nobody here knows
// becomes empty, and so does what GitHub could not read.
func expand(text string, c expression.Contexts) string {
	expanded, _, err := expression.Expand(text, c)
	if err != nil {
		return ""
	}
	return expanded
}

// contexts are what the expressions of a run's name, group and environments may
// ask for.
func (r *run) contexts(d *definition) expression.Contexts {
	texts, values := map[string]any{}, map[string]any{}
	for name, text := range r.inputs {
		texts[name], values[name] = text, d.inputs[name].typed(text)
	}
	return expression.Contexts{
		"inputs": values, "vars": map[string]any{},
		"github": map[string]any{
			"workflow": r.name, "ref": "refs/heads/" + r.branch, "ref_name": r.branch, "sha": r.sha, "run_id": itoa(r.id),
			"repository": r.repo.fullName(), "actor": r.actor, "event_name": r.event, "event": map[string]any{"inputs": texts},
		},
	}
}
