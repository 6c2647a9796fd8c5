package commands_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromotable goes through how the release may stand whose commit is to be
// promoted: only what is known to be healthy goes on.
func TestPromotable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		phase  bot.Phase
		change func(*bot.Release)
		says   string // what the refusal says; empty: it goes
	}{
		{"healthy", bot.Succeeded, nil, ""},
		{"still being watched", bot.Verifying, nil, "is still being watched"},
		{"running", bot.Running, nil, "is still under way"},
		{"uncertain", bot.Unknown, nil, "Nobody knows how"},
		{"could not be told", bot.Succeeded, func(r *bot.Release) { r.Healthy = false }, "is healthy could not be told"},
		{"an emergency that nobody has signed off", bot.Succeeded, func(r *bot.Release) {
			r.Healthy, r.Emergency = false, bot.Emergency{Asked: true, ReviewBy: now}
		}, "is an emergency that nobody has signed off"},
		{"what an earlier version adopted", bot.Succeeded, func(r *bot.Release) { r.Kind = bot.Adopt }, "is healthy could not be told"},
		{"unhealthy", bot.Unhealthy, func(r *bot.Release) { r.Healthy = false }, "it ended unhealthy"},
		{"cancelled in its run", bot.Cancelled, func(r *bot.Release) { r.Healthy = false }, "it ended cancelled"},
		{"failed, though it was well before", bot.Failed, nil, "it ended failed"},
		{"taken back", bot.Succeeded, func(r *bot.Release) { r.TakenBackBy = "api-145" }, "was taken back"},
	}
	for _, tt := range tests {
		for _, text := range []string{"/deploy promote api staging production", "@slipway promote api staging to production"} {
			t.Run(tt.name+" "+text[:1], func(t *testing.T) {
				t.Parallel()
				h := newHouse(t)
				h.in("api-144", tt.phase, tt.change)
				answer, err := newCommands(t, h).Command(t.Context(), typed(text))
				if err != nil {
					t.Fatal(err)
				}
				if tt.says == "" {
					if accepted, ok := answer.(bot.Accepted); !ok || len(h.drafts) != 1 || h.drafts[0].Ref != sha("e") ||
						h.drafts[0].Target != production || !strings.Contains(strings.Join(accepted.Notes, " "), "It takes api-144 (eeeeeee)") {
						t.Errorf("answered %+v with the drafts %+v", answer, h.drafts)
					}
					return
				}
				checkRefusal(t, answer, tt.says)
				if len(h.drafts) > 0 {
					t.Errorf("refused, and yet there are %+v", h.drafts)
				}
			})
		}
	}
}
