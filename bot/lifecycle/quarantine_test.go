package lifecycle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestEndQuarantine: a quarantine is ended by who may deploy, and by nobody of whom
// that is not known.
func TestEndQuarantine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		may  bool
		want bot.QuarantineEnd
		do   []bot.Effect
	}{
		{"who may", true, bot.QuarantineEnd{By: ben, Reason: "mended", At: start}, []bot.Effect{bot.EndQuarantine{}, bot.Say{News: bot.NoteQuarantineEnded{}}}},
		{"who may not", false, bot.QuarantineEnd{}, []bot.Effect{bot.Tell{To: ben, Why: bot.TellMayNotEndQuarantine}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, phase := range []bot.Phase{bot.Succeeded, bot.Failed, bot.Unhealthy, bot.Superseded, bot.Cancelled} {
				r := newRelease(bot.Deploy)
				r.Phase, r.TakenBackBy = phase, "api-2"
				next, effects := lifecycle.Next(r, bot.EndQuarantineAsked{By: ben, Reason: "mended", Standing: bot.Standing{May: tt.may}}, start)
				if diff := cmp.Diff(tt.want, next.QuarantineEnd); diff != "" || next.Phase != phase {
					t.Errorf("%s became %s (-want +got):\n%s", phase, next.Phase, diff)
				}
				if diff := cmp.Diff(tt.do, effects); diff != "" {
					t.Errorf("effects of %s (-want +got):\n%s", phase, diff)
				}
			}
		})
	}
}
