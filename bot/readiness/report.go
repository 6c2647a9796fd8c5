package readiness

import (
	"cmp"
	"errors"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// maxFindings limits a report.
const maxFindings = 40

// Input is what a report is made of.
type Input struct {
	Direction bot.Direction // the direction of the release
	Changed   bot.ChangedFiles
	Reads     Reads // what Wanted picked
	// Before and After are the files that were read, in any order.
	Before, After []bot.RepoFile
	Rules         Rules
}

// Line is a finding and the files it comes from.
type Line struct {
	bot.Finding
	Files []string
}

// Report compares the files and describes each difference in a line. Those that a
// rollback does not undo come first.
func Report(in Input) bot.Readiness {
	lines, unread := Lines(in)
	report := bot.Readiness{Compared: true, Unread: unread}
	for _, line := range lines {
		report.Findings = append(report.Findings, line.Finding)
	}
	return report
}

// Lines is the report with the files that each line comes from, and what could not be
// read.
func Lines(in Input) (lines []Line, unread []string) {
	r := &report{rules: in.Rules, unread: in.Reads.leftOut()}
	if in.Changed.Cut {
		r.unread = append(r.unread, "so many files differ that only the first ones were looked at")
	}
	pairs := r.pairs(in)
	r.marked(in.Changed.Files)
	r.migrations(in.Changed.Files, in.Direction)
	r.settings(pairs)
	compared := r.files(pairs)
	for _, p := range compared {
		r.started(p)
	}
	r.versions(compared)
	r.packages(pairs)
	return r.lines(), r.unread
}

// report collects findings.
type report struct {
	rules  Rules
	found  []found
	unread []string
}

// found is a finding and its subject. Several files may have the same one.
type found struct {
	Line
	subject string
}

func (r *report) add(kind bot.FindingKind, weight bot.Weight, says string, files ...string) {
	r.found = append(r.found, found{Line: Line{bot.Finding{Kind: kind, Weight: weight, Says: says}, files}})
}

// addOf adds a finding about a subject that several files may mention.
func (r *report) addOf(subject, path string, f bot.Finding) {
	r.found = append(r.found, found{Line{f, []string{path}}, subject})
}

// lines returns the findings, each once, the most important first. Where files differ
// on a subject, each finding names its file; so does one in a file where nobody would
// look.
func (r *report) lines() []Line {
	told := map[string]map[string]bool{}
	for _, f := range r.found {
		if told[f.subject] == nil {
			told[f.subject] = map[string]bool{}
		}
		told[f.subject][f.Says] = true
	}
	var all []found
	at := map[string]int{}
	for _, f := range r.found {
		if i, twice := at[f.Says]; twice {
			all[i].Files = append(all[i].Files, f.Files...)
			continue
		}
		at[f.Says] = len(all)
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.place(), b.place()) })
	var lines []Line
	for _, f := range all {
		f.Files = distinct(f.Files)
		switch {
		case f.subject == "":
		case len(told[f.subject]) > 1:
			f.Says += " (" + some(f.Files, 1) + ")"
		default:
			f.Says += r.where(f.Files)
		}
		lines = append(lines, f.Line)
	}
	if more := len(lines) - maxFindings; more > 0 {
		lines = lines[:maxFindings]
		r.unread = append(r.unread, count(more, "more change is", "more changes are")+" not listed")
	}
	return lines
}

// place orders the lines by weight, and within a weight by how soon the finding breaks
// a deploy.
func (f found) place() int {
	weight := slices.Index([]bot.Weight{bot.WeightIrreversible, bot.WeightLook, bot.WeightNote}, f.Weight)
	kind := slices.Index([]bot.FindingKind{
		bot.FindIrreversible, bot.FindMigration, bot.FindSetting, bot.FindStart, bot.FindPort, bot.FindRuntime, bot.FindImage, bot.FindDependencies,
	}, f.Kind)
	return weight*100 + kind
}

// distinct removes repetitions and keeps the order.
func distinct(texts []string) []string {
	var once []string
	for _, text := range texts {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return once
}

// pair is one file at both commits.
type pair struct {
	path, from    string // from: the old path, if it moved
	rank          int
	before, after *facts
	// both is set if the file exists at both commits, and changed if it differs: a file
	// that is read beside another may be the same.
	both, changed bool
}

// pairs parses the files. One that could not be read or parsed, at either commit, is
// reported and left out.
func (r *report) pairs(in Input) []pair {
	was, is := byPath(in.Before), byPath(in.After)
	from := movedFiles(was, is, in.Reads.Beside)
	gone := map[string]bool{} // moved away
	for _, old := range from {
		gone[old] = true
	}
	all := formats()
	var pairs []pair
	for _, path := range union(was, is) {
		if gone[path] {
			continue
		}
		known := r.rules.formatsOf(path, all)
		before, after := was[path], is[path]
		beside := slices.Contains(in.Reads.Beside, path)
		if beside {
			before = after
		}
		if from[path] != "" {
			before = was[from[path]]
		}
		old, oldProblem := understand(known, before)
		now, nowProblem := understand(known, after)
		switch {
		case len(known) == 0:
		case beside && nowProblem != "": // a file that did not change is not reported
		case nowProblem != "":
			r.unread = append(r.unread, clip(path, longName)+" "+nowProblem)
		case oldProblem != "":
			r.unread = append(r.unread, clip(path, longName)+", as it is live, "+oldProblem)
		default:
			pairs = append(pairs, pair{path, from[path], rankOf(known), old, now, there(before) && there(after), !beside})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(r.rules.depth(a.path), r.rules.depth(b.path)))
	})
	return pairs
}

func byPath(files []bot.RepoFile) map[string]bot.RepoFile {
	all := make(map[string]bot.RepoFile, len(files))
	for _, f := range files {
		all[f.Path] = f
	}
	return all
}

// there says whether a file was read. The zero value is a file that was not requested,
// because it does not exist at that commit.
func there(file bot.RepoFile) bool { return file.Path != "" && !file.Missing }

// understand parses a file. A missing one contributes nothing.
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
	case errors.Is(err, errLarge):
		return f, "is too large to be compared"
	case err != nil:
		return f, "is not valid, so it was not compared"
	}
	return f, ""
}
