// Command readiness runs the readiness report over the history of any git
// checkout and prints every line of it, so that people can read what approvers
// would have read, and count what of it is wrong.
//
//	go run ./scripts/readiness -repo DIR [-pairs N] [-step N] [-json]
//
// It compares commits on the line of first parents, newest first, each with the
// one that lies -step commits before it. With -json it prints one object a
// line. It reads the repository by git alone and writes nothing into it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/readiness"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp), errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "readiness:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("used wrongly")

type options struct {
	repo        string
	pairs, step int
	json        bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("readiness", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.repo, "repo", "", "the git repository `DIR` to look at, with or without a work tree")
	flags.IntVar(&o.pairs, "pairs", 50, "how many pairs of commits to compare")
	flags.IntVar(&o.step, "step", 1, "how many commits lie from one of a pair to the other")
	flags.BoolVar(&o.json, "json", false, "print one JSON object a line")
	if err := flags.Parse(args); err != nil {
		return o, errors.Join(errUsage, err)
	}
	if o.repo == "" || o.pairs < 1 || o.step < 1 || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "readiness: needs -repo DIR, and -pairs and -step of at least 1")
		flags.Usage()
		return o, errUsage
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	history, err := openHistory(ctx, o.repo)
	if err != nil {
		return err
	}
	defer history.close()
	commits, err := history.commits(ctx, o.pairs*o.step+1)
	if err != nil {
		return err
	}
	out := printer{out: stdout, json: o.json}
	var slowest time.Duration
	slow := ""
	pairs := 0
	for i := 0; i+o.step < len(commits) && pairs < o.pairs; i += o.step {
		before, after := commits[i+o.step], commits[i]
		report, err := history.report(ctx, before, after)
		if err != nil {
			return fmt.Errorf("compare %s with %s: %w", before, after, err)
		}
		if err := out.pair(before, after, report); err != nil {
			return err
		}
		if report.took > slowest {
			slowest, slow = report.took, fmt.Sprintf(", from %.9s to %.9s", before, after)
		}
		pairs++
	}
	fmt.Fprintf(stderr, "%d pairs, %d lines; the slowest report took %s of work%s\n", pairs, out.lines, slowest.Round(time.Millisecond), slow)
	return nil
}

// reported is a report, and how much work it was without the reads.
type reported struct {
	lines  []readiness.Line
	unread []string
	took   time.Duration
}

// report makes the report on the way from one commit to another.
func (h *history) report(ctx context.Context, before, after string) (reported, error) {
	changed, err := h.changed(ctx, before, after)
	if err != nil {
		return reported{}, err
	}
	rules := readiness.Rules{Environment: "production"}
	start := worked()
	in := readiness.Input{Direction: bot.Forward, Changed: changed, Reads: readiness.Wanted(changed.Files, rules), Rules: rules}
	took := worked() - start
	if in.Before, err = h.files(before, in.Reads.Before); err != nil {
		return reported{}, err
	}
	if in.After, err = h.files(after, in.Reads.After); err != nil {
		return reported{}, err
	}
	start = worked()
	lines, unread := readiness.Lines(in)
	return reported{lines, unread, took + worked() - start}, nil
}

// worked is how long this process has had a processor: on a busy machine the
// time on the wall says little.
func worked() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// printer prints the lines of reports.
type printer struct {
	out   io.Writer
	json  bool
	lines int
}

// said is a line in JSON.
type said struct {
	Before string   `json:"before"`
	After  string   `json:"after"`
	Kind   string   `json:"kind"`
	Weight string   `json:"weight,omitempty"`
	Says   string   `json:"says"`
	Files  []string `json:"files"`
}

func (p *printer) pair(before, after string, report reported) error {
	for _, line := range report.lines {
		if err := p.line(said{before, after, kindOf(line.Kind), string(line.Weight), line.Says, line.Files}); err != nil {
			return err
		}
	}
	for _, says := range report.unread {
		if err := p.line(said{Before: before, After: after, Kind: "other", Says: says}); err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) line(line said) error {
	p.lines++
	if line.Files == nil {
		line.Files = []string{}
	}
	if p.json {
		return json.NewEncoder(p.out).Encode(line)
	}
	mark := map[string]string{string(bot.WeightIrreversible): "⛔", string(bot.WeightLook): "👀", string(bot.WeightNote): "•", "": "❔"}[line.Weight]
	_, err := fmt.Fprintf(p.out, "%.9s..%.9s %-12s %s %s  [%s]\n", line.Before, line.After, line.Kind, mark, line.Says, strings.Join(line.Files, " "))
	return err
}

// kindOf is what a kind of finding is called where lines are counted.
func kindOf(kind bot.FindingKind) string {
	switch kind {
	case bot.FindMigration:
		return "migrations"
	case bot.FindSetting:
		return "settings"
	case bot.FindPort:
		return "ports"
	case bot.FindDependencies, bot.FindRuntime, bot.FindImage, bot.FindStart:
		return string(kind)
	case bot.FindIrreversible:
	}
	return "other"
}
