package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// examineAll bounds all of doctor's checks together, and examineOne each of them.
	examineAll = 40 * time.Second
	examineOne = 12 * time.Second
	// examineAtOnce is how many checks of an area are carried out next to each other.
	examineAtOnce = 8
)

func newDoctor(w world) *cobra.Command {
	var path string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is missing at Slack, GitHub, Redis, the probes and webhooks, and what mends it",
		Long: `Say what is missing at Slack, GitHub, Redis, the probes and webhooks, and what mends it.
Nothing is said to anybody, and nothing is changed. The exit status is 1 if anything is
an error. docs/troubleshooting.md lists everything that doctor can find.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			show := shownAsText
			if asJSON {
				show = shownAsJSON
			}
			declared, unset, err := sketchConfig(path, w)
			if faults, is := errors.AsType[catalog.Faults](err); is {
				if err := show(c.OutOrStdout(), faultFindings(faults)); err != nil {
					return err
				}
				return &usageError{fmt.Errorf("%s cannot be used; slipway config validate says the same", path)}
			}
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(c.Context(), examineAll)
			defer cancel()
			found := withoutSecrets(declared, examine(ctx, declared, configFindings(path, declared, unset)))
			if err := show(c.OutOrStdout(), found); err != nil {
				return err
			}
			if doctor.Worst(found) == doctor.Error {
				return &loggedError{errors.New("doctor found errors")}
			}
			return nil
		},
	}
	configFlag(c, &path)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line for each finding")
	return c
}

func faultFindings(faults catalog.Faults) []doctor.Finding {
	found := make([]doctor.Finding, 0, len(faults))
	for _, f := range faults {
		found = append(found, doctor.Fault(f.String()))
	}
	return found
}

// examine carries out every check, and adds what it finds to what was found before.
// What one of them meets stops no other.
func examine(ctx context.Context, declared *catalog.Catalog, found []doctor.Finding) []doctor.Finding {
	return append(found, atOnce(ctx, []check{
		{"slack-token", func(ctx context.Context) []doctor.Finding { return slackFindings(ctx, declared) }},
		{"github-token", func(ctx context.Context) []doctor.Finding { return githubFindings(ctx, declared) }},
		{"redis", func(ctx context.Context) []doctor.Finding { return redisFindings(ctx, declared) }},
		{"probes", func(ctx context.Context) []doctor.Finding { return probeFindings(ctx, declared) }},
		{"world", func(ctx context.Context) []doctor.Finding { return worldFindings(ctx, declared) }},
		{"webhooks", func(ctx context.Context) []doctor.Finding { return hookFindings(ctx, declared) }},
	}, examineAll)...)
}

// check is one thing to be looked at.
type check struct {
	name string
	run  func(context.Context) []doctor.Finding
}

// each carries out checks that each ask one question.
func each(ctx context.Context, checks []check) []doctor.Finding {
	return atOnce(ctx, checks, examineOne)
}

// atOnce carries out checks side by side and gives what they found in their order.
// One that takes longer than it may, or breaks down, is a finding itself.
func atOnce(ctx context.Context, checks []check, longest time.Duration) []doctor.Finding {
	found := make([][]doctor.Finding, len(checks))
	var g guard.Group
	g.SetLimit(examineAtOnce)
	for i, c := range checks {
		g.Go(func() error {
			found[i] = c.bounded(ctx, longest)
			return nil
		})
	}
	_ = g.Wait() // none of them returns an error
	var all []doctor.Finding
	for _, some := range found {
		all = append(all, some...)
	}
	return all
}

// grace is how much longer than its time a check may take to notice that it is over.
const grace = time.Second

func (c check) bounded(ctx context.Context, longest time.Duration) []doctor.Finding {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	done := make(chan []doctor.Finding, 1)
	go func() {
		var found []doctor.Finding
		if err := guard.Do(func() error { found = c.run(ctx); return nil }); err != nil {
			found = []doctor.Finding{doctor.Broken(c.name)}
		}
		done <- found
	}()
	select {
	case found := <-done:
		return found
	case <-ctx.Done():
	}
	select {
	case found := <-done:
		return found
	case <-time.After(grace):
		return []doctor.Finding{doctor.Overdue(c.name)}
	}
}

// withoutSecrets takes out of findings whatever is a secret of the configuration: platforms
// may repeat what they were sent.
func withoutSecrets(declared *catalog.Catalog, found []doctor.Finding) []doctor.Finding {
	var pairs []string
	secrets := secretsOf(declared)
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) }) // one may be the beginning of another
	for _, secret := range secrets {
		if len(secret) >= 4 {
			pairs = append(pairs, secret, "[redacted]")
		}
	}
	hide := strings.NewReplacer(pairs...)
	for i := range found {
		f := &found[i]
		f.Says, f.Breaks, f.Mend = hide.Replace(f.Says), hide.Replace(f.Breaks), hide.Replace(f.Mend)
	}
	return found
}

// shownAsText writes findings for people, with a line at the end that counts them.
func shownAsText(w io.Writer, found []doctor.Finding) error {
	count := map[doctor.Severity]int{}
	var b strings.Builder
	for _, f := range found {
		count[f.Severity]++
		fmt.Fprintf(&b, "%-8s %-20s %s\n", f.Severity, f.Check, f.Says)
		if f.Severity != doctor.OK {
			fmt.Fprintf(&b, "%29s breaks: %s\n%29s mend:   %s\n", "", f.Breaks, "", f.Mend)
		}
	}
	fmt.Fprintf(&b, "\n%s, %s, %d ok\n", several(count[doctor.Error], "error"), several(count[doctor.Warning], "warning"), count[doctor.OK])
	_, err := io.WriteString(w, b.String())
	return err
}

func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shownAsJSON writes one object a line.
func shownAsJSON(w io.Writer, found []doctor.Finding) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, f := range found {
		if err := enc.Encode(f); err != nil {
			return fmt.Errorf("write a finding: %w", err)
		}
	}
	return nil
}
