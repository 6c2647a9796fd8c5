package readiness

import (
	"errors"
	"slices"
	"strings"

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

// Line is a finding with the files that it was found in.
type Line struct {
	bot.Finding
	Files []string
}

// Report compares what the files say and tells each difference in a line.
// Those that a rollback does not undo come first.
func Report(in Input) bot.Readiness {
	lines, unread := Lines(in)
	report := bot.Readiness{Compared: true, Unread: unread}
	for _, line := range lines {
		report.Findings = append(report.Findings, line.Finding)
	}
	return report
}

// Lines is the report with the files that each line comes from, and what could
// not be read.
func Lines(in Input) (lines []Line, unread []string) {
	r := &report{rules: in.Rules, unread: in.Reads.leftOut()}
	if in.Changed.Cut {
		r.unread = append(r.unread, "so many files differ that only the first ones were looked at")
	}
	pairs := r.pairs(in)
	r.marked(in.Changed.Files)
	r.migrations(in.Changed.Files, in.Direction)
	r.settings(pairs)
	for _, p := range pairs {
		r.started(p)
		r.versions(p)
	}
	r.packages(pairs)
	return r.lines(), r.unread
}

// report gathers findings.
type report struct {
	rules  Rules
	found  []found
	unread []string
}

// found is a line with what it is about. The same may be found in several
// files.
type found struct {
	Line
	subject string
}

func (r *report) add(kind bot.FindingKind, weight bot.Weight, says string, files ...string) {
	r.found = append(r.found, found{Line: Line{bot.Finding{Kind: kind, Weight: weight, Says: says}, files}})
}

// addOf adds a finding about something that several files may tell of.
func (r *report) addOf(subject, path string, f bot.Finding) {
	r.found = append(r.found, found{Line{f, []string{path}}, subject})
}

// lines are what was found, each once. Where files tell different things of
// one subject, each says where it stands.
func (r *report) lines() []Line {
	told := map[string]map[string]bool{}
	for _, f := range r.found {
		if told[f.subject] == nil {
			told[f.subject] = map[string]bool{}
		}
		told[f.subject][f.Says] = true
	}
	var all []Line
	at := map[string]int{}
	for _, f := range r.found {
		if f.subject != "" && len(told[f.subject]) > 1 {
			f.Says += " (" + clip(strings.Join(f.Files, ", "), longName) + ")"
		}
		if i, twice := at[f.Says]; twice {
			all[i].Files = append(all[i].Files, f.Files...)
			continue
		}
		at[f.Says] = len(all)
		all = append(all, f.Line)
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
	rank          int
	before, after *facts
	// both says that the file is there at both commits, and changed that it
	// differs: one that is read beside another may be the same.
	both, changed bool
}

// pairs reads the files. One that could not be read or understood, at either
// commit, is said and left out.
func (r *report) pairs(in Input) []pair {
	was, is := byPath(in.Before), byPath(in.After)
	var pairs []pair
	for _, path := range union(was, is) {
		known := r.rules.formatsOf(path)
		before, after := was[path], is[path]
		beside := slices.Contains(in.Reads.Beside, path)
		if beside {
			before = after
		}
		old, oldProblem := understand(known, before)
		now, nowProblem := understand(known, after)
		switch {
		case len(known) == 0:
		case beside && nowProblem != "": // nothing is said of what did not change
		case nowProblem != "":
			r.unread = append(r.unread, clip(path, longName)+" "+nowProblem)
		case oldProblem != "":
			r.unread = append(r.unread, clip(path, longName)+", as it is live, "+oldProblem)
		default:
			pairs = append(pairs, pair{path, rankOf(known), old, now, there(before) && there(after), !beside})
		}
	}
	// The order of the report is that of their weight, not of the alphabet.
	slices.SortStableFunc(pairs, func(a, b pair) int { return a.rank - b.rank })
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

// understand reads a file. A missing one says nothing.
func understand(known []format, file bot.RepoFile) (f *facts, problem string) {
	switch {
	case !there(file):
		return newFacts(), ""
	case file.Problem != "":
		return newFacts(), clip(file.Problem, 200)
	}
	f, err := readWith(known, source{file.Path, file.Text})
	switch {
	case errors.Is(err, errBroken):
		return f, "could not be read"
	case err != nil:
		return f, "is not valid, so it was not compared"
	}
	return f, ""
}
