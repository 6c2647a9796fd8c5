package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/health"
	"github.com/slipwayhq/slipway/bot/watcher"
	"github.com/slipwayhq/slipway/state"
)

// maxPast is how many releases of the past are judged at once.
const maxPast = 100

// pastRelease is a release of the past, up to when what was measured is its own, and why
// it cannot be judged, if it cannot.
type pastRelease struct {
	bot.Release
	until time.Time
	lacks string
}

// pastReport is what would have been said of one.
type pastReport struct {
	pastRelease
	seen watcher.Retrospect
}

// runPast judges releases of the past by the rule of slipway.yaml and what its sources
// remember.
func (b backtest) runPast(c *cobra.Command, w world, args []string) error {
	if err := b.agrees(c, args); err != nil {
		return err
	}
	declared, err := loadConfig(b.config, w)
	if err != nil {
		return err
	}
	target, rule, err := ruleOf(declared, b.config, args[0], args[1])
	if err != nil {
		return err
	}
	ctx, now := c.Context(), time.Now()
	releases, err := b.releases(ctx, declared, target, now)
	if err != nil {
		return err
	}
	looking, err := newWatcher(opening{declared: declared}, sources())
	if err != nil {
		return err
	}
	reports := make([]pastReport, 0, len(releases))
	for _, r := range releases {
		reports = append(reports, lookedBack(ctx, looking, rule, r, now))
	}
	if err := b.print(c.OutOrStdout(), reports); err != nil {
		return err
	}
	return couldJudge(reports)
}

// lookedBack judges one release. Where its window is open it can only be unhealthy so far.
func lookedBack(ctx context.Context, looking *watcher.Watcher, rule bot.HealthRule, r pastRelease, now time.Time) pastReport {
	report := pastReport{pastRelease: r}
	if r.lacks != "" {
		return report
	}
	asked := r.Release
	asked.Plan = &bot.Plan{Commit: bot.Commit{SHA: r.SHA()}, Settings: bot.Settings{Health: rule}}
	report.seen = looking.LookBack(ctx, asked, r.until)
	end := r.Watch.StartedAt.Add(rule.Delay + rule.Window)
	if report.seen.Verdict != bot.NotHealthy && end.After(now) && !r.until.Before(now) {
		report.lacks, report.seen = "its window is not over before "+moment(end.Truncate(time.Second)), watcher.Retrospect{}
	}
	return report
}

// agrees says what of the command line does not go together.
func (b backtest) agrees(c *cobra.Command, args []string) error {
	wrong := func(says string) error { return &usageError{errors.New(says)} }
	last := c.Flags().Changed("last")
	switch {
	case b.series != "" || b.deployedAt != "" || b.rule != "":
		return wrong("--series, --deployed-at and --rule judge readings of a file; SERVICE ENV with --at or --last judges what Prometheus has, by the rule of slipway.yaml")
	case len(args) != 2:
		return wrong("SERVICE and ENV are needed: whose past releases are judged")
	case (b.at != "") == last:
		return wrong("either --at TIME or --last N is needed: which releases are judged")
	case last && (b.last < 1 || b.last > maxPast):
		return wrong(fmt.Sprintf("--last must be a number from 1 to %d, not %d", maxPast, b.last))
	}
	return nil
}

// ruleOf finds the rule of a target by the words that people type for it.
func ruleOf(declared *catalog.Catalog, path, service, environment string) (bot.Target, bot.HealthRule, error) {
	wrong := func(says, word string, names []string) error {
		if near, found := bot.Nearest(word, names); found {
			says += ": did you mean " + near + "?"
		}
		return &usageError{errors.New(says)}
	}
	s, found := declared.Named(service)
	if !found {
		return bot.Target{}, bot.HealthRule{}, wrong(fmt.Sprintf("%s has no service %q", path, service), service, declared.ServiceNames())
	}
	name, found := s.EnvironmentNamed(environment)
	if !found {
		return bot.Target{}, bot.HealthRule{}, wrong(fmt.Sprintf("%s has no environment %q", s.Name, environment), environment, s.EnvironmentNames())
	}
	target := bot.Target{Service: s.Name, Environment: name}
	e, _ := s.Environment(name) // which was found a line above
	if len(e.Health.Probes) == 0 {
		return target, bot.HealthRule{}, &usageError{fmt.Errorf("%s has no health probes in %s, so there is no rule to judge by", target, path)}
	}
	return target, e.Health.HealthRule, nil
}

// releases are those that are judged, the newest first.
func (b backtest) releases(ctx context.Context, declared *catalog.Catalog, target bot.Target, now time.Time) ([]pastRelease, error) {
	if b.at != "" {
		at, err := timeOf("--at", b.at)
		if err == nil && at.After(now) {
			err = &usageError{fmt.Errorf("--at must be a time in the past, not %s", b.at)}
		}
		return []pastRelease{{Release: bot.Release{Target: target, Watch: bot.Watch{StartedAt: at}}, until: now}}, err
	}
	if err := joinEmbedded(declared); err != nil {
		return nil, err
	}
	m := &motor{}
	defer func() { m.close() }()
	if err := m.openStore(ctx, declared.Redis, newLogger(io.Discard)); err != nil {
		return nil, err
	}
	all, err := remembered(ctx, m.store, target, b.last, now)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("redis remembers no release of %s whose run went well, so there is nothing to judge", target)
	}
	return all, err
}

// remembered are the newest releases of a target that came and were, or would have been,
// watched.
func remembered(ctx context.Context, store *state.Store, target bot.Target, limit int, now time.Time) ([]pastRelease, error) {
	const looked = bot.WayBackDepth
	history, err := store.History(ctx, target, looked)
	if err != nil {
		return nil, err
	}
	var all []pastRelease
	next := now // or when the release after it was started
	for _, past := range history {
		if len(all) == limit {
			break
		}
		if past.Kind == bot.Adopt {
			continue
		}
		r, err := store.Release(ctx, past.Release)
		if err != nil {
			says, _ := bot.ForPeople(err)
			all = append(all, pastRelease{Release: bot.Release{ID: past.Release, Target: target}, lacks: says})
			continue
		}
		until := next
		if started := r.StartedAt(); !started.IsZero() {
			next = started
		}
		if began := watchBegan(r); !began.IsZero() {
			r.Watch = bot.Watch{StartedAt: began}
			all = append(all, pastRelease{Release: r, until: until})
		}
	}
	return all, nil
}

// watchBegan is when the watch over a release began or, where none was declared, would
// have begun: when its run had gone well. Zero: it never did.
func watchBegan(r bot.Release) time.Time {
	return bot.FirstSet(r.Watch.StartedAt, r.FirstIn(bot.Verifying), r.FirstIn(bot.Succeeded))
}

// couldJudge is an error where nothing could be judged of any release.
func couldJudge(reports []pastReport) error {
	var why []string
	for _, r := range reports {
		if len(r.seen.Findings) > 0 {
			return nil
		}
		if r.lacks != "" {
			why = append(why, r.named()+": "+r.lacks)
		}
		for _, f := range r.seen.Untold {
			why = append(why, printable(f.Name)+": "+printable(f.Why))
		}
	}
	slices.Sort(why)
	return errors.New("nothing could be judged:\n  " + strings.Join(slices.Compact(why), "\n  "))
}

// report has the probes that could not be judged as well, the last ones.
func (r pastReport) report() health.Report {
	report := r.seen.Report
	report.Findings = slices.Concat(report.Findings, r.seen.Untold)
	return report
}

func (r pastRelease) named() string { return cmp.Or(r.ID, moment(r.Watch.StartedAt)) }

// pastJSON is one of them as other programs read it.
type pastJSON struct {
	Release    string `json:"release,omitempty"`
	SHA        string `json:"sha,omitempty"`
	DeployedAt string `json:"deployed_at"`
	// Said is what the watch said then; empty: it was not watched, or nobody knows.
	Said bot.Verdict `json:"said,omitempty"`
	// Lacks is why it could not be judged at all.
	Lacks string `json:"cannot_be_judged,omitempty"`
	reportJSON
}

func (b backtest) print(w io.Writer, reports []pastReport) error {
	switch {
	case b.json:
		for _, r := range reports {
			made := pastJSON{Release: r.ID, SHA: r.SHA(), DeployedAt: moment(r.Watch.StartedAt), Said: r.Verdict, Lacks: r.lacks, reportJSON: reportOf(r.report())}
			if r.lacks != "" {
				made.reportJSON = reportJSON{Verdict: bot.Inconclusive, DecidedAt: made.DeployedAt, Probes: []findingJSON{}}
			}
			if err := printJSON(w, made); err != nil {
				return err
			}
		}
		return nil
	case b.at != "":
		if reports[0].lacks != "" {
			return nil // which the error says
		}
		return printReport(w, reports[0].report(), reports[0].Watch.StartedAt)
	}
	return printPast(w, reports)
}

// printPast writes a line a release, and what could not be judged of their probes.
func printPast(w io.Writer, reports []pastReport) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RELEASE\tCOMMIT\tDEPLOYED\tVERDICT\tSAID AFTER\tTHEN\tWHAT SPOKE")
	var left []string
	for _, r := range reports {
		verdict, after, spoke := "none", "", r.lacks
		if r.lacks == "" {
			verdict, after, spoke = string(r.seen.Verdict), bot.Span(bot.Rough(r.seen.At.Sub(r.Watch.StartedAt))), whatSpoke(r.seen.Report)
		}
		then := cmp.Or(strings.ReplaceAll(string(r.Verdict), "_", " "), "not watched")
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, bot.ShortSHA(r.SHA()), moment(r.Watch.StartedAt.Truncate(time.Second)), verdict, after, then, spoke)
		for _, f := range r.seen.Untold {
			left = append(left, printable(f.Name)+": "+printable(f.Why))
		}
	}
	if err := table.Flush(); err != nil || len(left) == 0 {
		return err
	}
	slices.Sort(left)
	_, err := fmt.Fprintf(w, "\nWhat could not be judged, and no verdict rests on:\n  %s\n", strings.Join(slices.Compact(left), "\n  "))
	return err
}

// whatSpoke names the probe that decided, and what it says.
func whatSpoke(report health.Report) string {
	for _, f := range report.Findings {
		if f.Verdict == report.Verdict && (f.Verdict != bot.NotHealthy || f.At.Equal(report.At)) {
			return printable(f.Name) + ": " + printable(f.Why)
		}
	}
	return ""
}
