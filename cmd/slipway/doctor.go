package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
)

func newDoctor(w world) *cobra.Command {
	var path string
	var asJSON bool
	c := &cobra.Command{
		Use:        "doctor",
		SuggestFor: []string{"check", "diagnose"},
		Short:      "Say what is missing at Slack, GitHub, Redis, the probes and webhooks, and what mends it",
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
			found := withoutSecrets(declared, examine(c.Context(), declared, configFindings(path, declared, unset)))
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
