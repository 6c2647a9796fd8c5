package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/health"
)

func newHealth(w world) *cobra.Command {
	group := &cobra.Command{
		Use:   "health",
		Short: "Try the rules by which a service's health is judged",
	}
	group.AddCommand(newBacktest(w))
	return group
}

// backtest is what the command line asks for.
type backtest struct {
	series, rule, deployedAt string
	config, at               string
	last                     int
	json                     bool
}

func newBacktest(w world) *cobra.Command {
	var b backtest
	c := &cobra.Command{
		Use:   "backtest {--series FILE --deployed-at TIME | SERVICE ENV {--at TIME | --last N}}",
		Short: "Say what would have been said of past releases, and when",
		Long: `Judges readings from before and after a release, tick by tick, as a watch would.

With --series they stand in FILE, one JSON object a line, in any order, of one of these kinds:
  {"probe":"latency","at":"2026-11-29T10:00:00Z","value":0.012}
  {"probe":"errors","at":"2026-11-29T10:00:00Z","bad":3,"total":4000}
  {"probe":"up","at":"2026-11-29T10:00:00Z","ok":true,"latency_ms":120}
A reading that could not be had is null. The rule is a file with a health block;
without one each probe is judged without bounds, and higher is worse.

With SERVICE and ENV the rule is the one of slipway.yaml, and the readings are those that
its Prometheus has of the release at --at, or of each of the --last N releases that Redis
remembers. Nothing is changed, and nothing is said to anybody.`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 || b.at != "" || c.Flags().Changed("last") {
				return b.runPast(c, w, args)
			}
			return b.run(c, w)
		},
	}
	configFlag(c, &b.config)
	c.Flags().StringVar(&b.at, "at", "", "the `time` of a release of SERVICE, such as 2026-11-29T10:00:00Z")
	c.Flags().IntVar(&b.last, "last", 0, "how `many` releases of SERVICE are judged, the newest")
	c.Flags().StringVar(&b.series, "series", "", "the `file` of readings")
	c.Flags().StringVar(&b.deployedAt, "deployed-at", "", "the `time` of the release, such as 2026-11-29T10:00:00Z")
	c.Flags().StringVar(&b.rule, "rule", "", "the `file` of the rule")
	c.Flags().BoolVar(&b.json, "json", false, "print a JSON object for each release, one a line")
	return c
}

func (b backtest) run(c *cobra.Command, w world) error {
	if b.series == "" || b.deployedAt == "" {
		return &usageError{errors.New("--series FILE and --deployed-at TIME are needed: the readings, and when the release was; or SERVICE ENV with --at TIME or --last N")}
	}
	deployed, err := timeOf("--deployed-at", b.deployedAt)
	if err != nil {
		return err
	}
	rule, err := b.loadRule(w)
	if err != nil {
		return err
	}
	read, err := b.loadSeries()
	if err != nil {
		return err
	}
	trial, err := trialOf(read, rule, deployed)
	if err != nil {
		return err
	}
	report := health.Replay(trial)
	if b.json {
		return printJSON(c.OutOrStdout(), reportOf(report))
	}
	return printReport(c.OutOrStdout(), report, deployed)
}

func timeOf(flag, written string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, written)
	if err != nil || at.Year() < firstYear || at.Year() > lastYear {
		return time.Time{}, &usageError{fmt.Errorf("%s must be a time such as 2026-11-29T10:00:00Z, not %q", flag, written)}
	}
	return at, nil
}

// loadRule reads the rule. Nil means that there is none.
func (b backtest) loadRule(w world) (*bot.HealthRule, error) {
	if b.rule == "" {
		return nil, nil //nolint:nilnil // no rule is an answer, and not a fault
	}
	text, err := readBounded(b.rule)
	if err != nil {
		return nil, &usageError{fmt.Errorf("read the rule: %w", err)}
	}
	rule, err := catalog.ParseHealthRule(text, w.lookup, vocabulary())
	if err != nil {
		return nil, &usageError{fmt.Errorf("%s cannot be used:\n%w", b.rule, err)}
	}
	return &rule, nil
}

func (b backtest) loadSeries() (series, error) {
	file, err := os.Open(b.series)
	if err != nil {
		return series{}, fmt.Errorf("read the series: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	read, err := readSeries(file)
	if err != nil {
		return series{}, fmt.Errorf("read %s: %w", b.series, err)
	}
	return read, nil
}

// trialOf joins readings and rule. Without a rule every probe of the file is judged;
// with one those that it names, whether the file has readings of them or not.
func trialOf(read series, rule *bot.HealthRule, deployed time.Time) (health.Trial, error) {
	if rule == nil {
		rule = &bot.HealthRule{}
		for _, name := range read.names {
			rule.Probes = append(rule.Probes, bot.Probe{Name: name})
		}
	}
	if len(rule.Probes) == 0 {
		return health.Trial{}, errors.New("there is nothing to judge: the series has no line")
	}
	trial := health.Trial{Start: deployed.Add(rule.Delay), Every: rule.Every}
	if rule.Window > 0 {
		trial.End = trial.Start.Add(rule.Window)
	}
	for _, probe := range rule.Probes {
		c := probe.Conditions
		course := health.Course{Name: probe.Name, Kind: read.kinds[probe.Name], Conditions: c}
		bounded := c.Max != nil || c.Min != nil || c.MaxIncrease != nil
		if course.Kind == bot.Answers && bounded {
			return health.Trial{}, fmt.Errorf("max, min and max_increase are for numbers, and the readings of %s are only good or bad; write max_latency", probe.Name)
		}
		since := time.Time{}
		if rule.Before > 0 {
			since = deployed.Add(-rule.Before)
		}
		course.Before, course.After = splitAt(read.readings[probe.Name], since, deployed, trial.Start.Add(probe.Delay))
		trial.Courses = append(trial.Courses, course)
	}
	return trial, nil
}

// splitAt gives the readings before a release, from a time on, and those after it, from
// a later one on.
func splitAt(all []bot.Reading, since, deployed, from time.Time) (before, after []bot.Reading) {
	before = slices.DeleteFunc(slices.Clone(all), func(r bot.Reading) bool { return r.At.Before(since) || !r.At.Before(deployed) })
	after = slices.DeleteFunc(slices.Clone(all), func(r bot.Reading) bool { return r.At.Before(from) })
	return before, after
}
