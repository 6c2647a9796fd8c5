package doctor_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/golden"
)

const troublePage = "../../docs/troubleshooting.md"

// TestClaims_TroublePageIsGenerated compares docs/troubleshooting.md with the table of
// findings.
func TestClaims_TroublePageIsGenerated(t *testing.T) {
	t.Parallel()
	golden.Check(t, troublePage, page())
}

const pageHead = `# When something does not work

` + "`slipway doctor -c slipway.yaml`" + ` looks at Slack, GitHub, Redis, the workflows and the probes, and says of everything that is wrong what it breaks and what mends it. It says nothing to anybody and changes nothing: a permission to write is tried on what there is not, such as the run 0. It ends within a minute, whatever does not answer, and its exit status is 1 if anything is an error. With ` + "`--json`" + ` it prints one object a line: ` + "`{\"check\", \"severity\", \"says\", \"breaks\", \"mend\"}`" + `, where the severity is ok, warning or error.

This page lists all that it can find, by what it looks at; it is generated from the same table. What a release itself meets is said on its card and by ` + "`/deploy why ID`" + `; what slipway does not understand is told under [operations](operations.md#what-slipway-does-not-understand).
`

func page() string {
	var b strings.Builder
	b.WriteString(pageHead)
	var order []string
	kinds := map[string][]doctor.Kind{}
	for _, k := range doctor.Kinds() {
		if k.Severity == doctor.OK {
			continue
		}
		if kinds[k.Check] == nil {
			order = append(order, k.Check)
		}
		kinds[k.Check] = append(kinds[k.Check], k)
	}
	for _, check := range order {
		fmt.Fprintf(&b, "\n## %s\n", check)
		for _, k := range kinds[check] {
			fmt.Fprintf(&b, "\n**%s** (%s)\n\n- Breaks: %s\n- Mend: %s\n", shown(k.Says), k.Severity, shown(k.Breaks), shown(k.Mend))
		}
	}
	return b.String()
}

// shown writes placeholders in capitals, and escapes Markdown.
func shown(text string) string {
	text = regexp.MustCompile(`\{([a-z]+)\}`).ReplaceAllStringFunc(text, func(word string) string { return strings.ToUpper(strings.Trim(word, "{}")) })
	return strings.NewReplacer("<", "&lt;", "*", `\*`).Replace(text)
}
