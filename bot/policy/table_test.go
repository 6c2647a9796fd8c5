package policy_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/bot/policy"
)

// TestTheTableOfGates holds what each gate rests on, whether an emergency passes it
// and whether waiting helps, and which gates each kind of release may meet.
func TestTheTableOfGates(t *testing.T) {
	t.Parallel()
	var book strings.Builder
	for _, row := range policy.Rows() {
		book.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	for _, kind := range []bot.Kind{bot.Deploy, bot.Preview, bot.Rollback, bot.Adopt} {
		book.WriteString("\n" + string(kind) + ": " + strings.Join(policy.Bound(kind), ", ") + "\n")
	}
	golden.Check(t, filepath.Join("testdata", "gates.golden"), book.String())
}

// TestEveryGateHasARow: whatever is named as a gate stands in the table once, and
// some kind of release meets it.
func TestEveryGateHasARow(t *testing.T) {
	t.Parallel()
	var met []string
	for _, kind := range []bot.Kind{bot.Deploy, bot.Preview, bot.Rollback, bot.Adopt} {
		met = append(met, policy.Bound(kind)...)
	}
	rows := policy.Rows()
	for _, name := range gateNames(t) {
		if name == policy.GateApprover {
			continue // it is asked of people
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := slices.DeleteFunc(slices.Clone(rows), func(row string) bool { return strings.TrimSpace(row[:12]) != name })
			if len(own) != 1 {
				t.Errorf("it has the rows %q", own)
			}
			if !slices.Contains(met, name) {
				t.Error("no release meets it, whatever rules are set")
			}
		})
	}
}
