package readiness

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// mostFindings bounds a report.
const mostFindings = 40

// Input is what a report is made of.
type Input struct {
	Direction bot.Direction // in which the release goes
	Changed   bot.ChangedFiles
	Reads     Reads // what Wanted picked
	// Before and After are the files as they were read, in any order.
	Before, After []bot.RepoFile
	Rules         Rules
}

// Report compares what the files say and tells each difference in a line.
// Those that a rollback does not undo come first.
func Report(in Input) bot.Readiness {
	r := &report{rules: in.Rules, unread: in.Reads.leftOut()}
	if in.Changed.Cut {
		r.unread = append(r.unread, "so many files differ that only the first ones were looked at")
	}
	pairs := r.pairs(in.Before, in.After)
	r.marked(in.Changed.Files)
	r.migrations(in.Changed.Files, in.Direction)
	r.settings(pairs)
	for _, p := range pairs {
		r.started(p)
		r.versions(p)
	}
	r.packages(pairs)
	return bot.Readiness{Compared: true, Findings: r.findings(), Unread: r.unread}
}

// report gathers findings.
type report struct {
	rules  Rules
	found  []found
	unread []string
}

// found is a finding with what it is about and where it was found. The same
// may be found in several files.
type found struct {
	bot.Finding
	subject, path string
}

func (r *report) add(kind bot.FindingKind, weight bot.Weight, says string) {
	r.found = append(r.found, found{Finding: bot.Finding{Kind: kind, Weight: weight, Says: says}})
}

// addOf adds a finding about something that several files may tell of.
func (r *report) addOf(subject, path string, f bot.Finding) {
	r.found = append(r.found, found{f, subject, path})
}

// findings are what was found, each once. Where files tell different things of
// one subject, each says where it stands.
func (r *report) findings() []bot.Finding {
	told := map[string]map[string]bool{}
	for _, f := range r.found {
		if told[f.subject] == nil {
			told[f.subject] = map[string]bool{}
		}
		told[f.subject][f.Says] = true
	}
	var all []bot.Finding
	seen := map[string]bool{}
	for _, f := range r.found {
		if f.subject != "" && len(told[f.subject]) > 1 {
			f.Says += " (" + clip(f.path, longName) + ")"
		}
		if !seen[f.Says] {
			seen[f.Says] = true
			all = append(all, f.Finding)
		}
	}
	if more := len(all) - mostFindings; more > 0 {
		all = all[:mostFindings]
		r.unread = append(r.unread, count(more, "more change is", "more changes are")+" not listed")
	}
	return all
}

// pair is one file at both commits.
type pair struct {
	path          string
	kind          kind
	before, after *facts
	// both says that the file is there at both commits.
	both bool
}

// pairs parses the files. One that could not be read or understood, at either
// commit, is said and left out.
func (r *report) pairs(before, after []bot.RepoFile) []pair {
	was, is := byPath(before), byPath(after)
	var pairs []pair
	for _, path := range union(was, is) {
		k, known := r.rules.kindOf(path)
		if !known {
			continue
		}
		old, oldProblem := understand(k, was[path])
		now, nowProblem := understand(k, is[path])
		switch {
		case nowProblem != "":
			r.unread = append(r.unread, clip(path, longName)+" "+nowProblem)
		case oldProblem != "":
			r.unread = append(r.unread, clip(path, longName)+", as it is live, "+oldProblem)
		default:
			pairs = append(pairs, pair{path, k, old, now, there(was[path]) && there(is[path])})
		}
	}
	// The order of the report is that of their weight, not of the alphabet.
	slices.SortStableFunc(pairs, func(a, b pair) int { return a.kind.rank - b.kind.rank })
	return pairs
}

func byPath(files []bot.RepoFile) map[string]bot.RepoFile {
	all := make(map[string]bot.RepoFile, len(files))
	for _, f := range files {
		all[f.Path] = f
	}
	return all
}

// there says whether a file was read. The zero value is one that was not
// asked for, since it is not there at that commit.
func there(file bot.RepoFile) bool { return file.Path != "" && !file.Missing }

// understand parses a file. A missing one says nothing.
func understand(k kind, file bot.RepoFile) (f *facts, problem string) {
	f = newFacts()
	switch {
	case !there(file):
		return f, ""
	case file.Problem != "":
		return f, clip(file.Problem, 200)
	case k.parse(file.Text, f) != nil:
		return f, "is not valid, so it was not compared"
	}
	return f, ""
}
