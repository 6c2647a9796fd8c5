package planner

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise4_WhoHasLeftCountsNoMore: whoever said yes is looked up again right
// before the start, and so is whoever asked. What cannot be found out of a yes
// keeps it from starting; a request was taken while its requester was there.
func TestPromise4_WhoHasLeftCountsNoMore(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		gone     []string
		unknown  bool
		declared string // in place of ruled
		self     bool   // the requester's account is not needed
		lost     string
		refused  string
		failing  bool
	}{
		"all are there":                 {},
		"the approver has left":         {gone: []string{"U02BEN"}, lost: "is not a full member of the team any more"},
		"the approver left the group":   {declared: strings.Replace(bottest.Ruled, "[anna, ben]", "[anna]", 1), lost: "is not known to be in sre any more"},
		"the requester has left":        {gone: []string{"U01ANNA"}, refused: "requester"},
		"nobody can be looked up":       {unknown: true, failing: true},
		"somebody else has left":        {gone: []string{"U03CLEO"}},
		"the approver wrote some of it": {declared: strings.Replace(bottest.Ruled, "from: [sre]}", "from: [sre], authors: false}", 1), lost: ""},
	} {
		w := orderlyWorld()
		declared := bottest.Ruled
		if strings.Contains(tt.declared, "authors") {
			declared = tt.declared
		}
		r := planned(t, plannerIn(t, w, declared), bottest.Asked(bot.Deploy, "production"))
		ben := bot.Person{ID: "U02BEN", Name: "ben"}
		r.Approvals = []bot.Approval{{By: ben, Digest: r.Plan.Digest(), At: noon, For: []int{0}}}
		w.gone, w.unknown = tt.gone, tt.unknown
		if tt.declared != "" {
			declared = tt.declared
		}
		if strings.Contains(tt.declared, "authors") {
			r.Plan.Changes.Authors, r.Plan.Commit.Login = []string{"ben-gh"}, "cleo-gh"
			tt.lost = "wrote some of what would go"
		}
		ev, err := plannerIn(t, w, declared).Recheck(t.Context(), r, noon.Add(time.Minute))
		if tt.failing {
			if bot.KindOf(err) != bot.Unavailable {
				t.Errorf("%s: %#v, %v", name, ev, err)
			}
			continue
		}
		rechecked, ok := ev.(bot.Rechecked)
		if err != nil || !ok {
			t.Fatalf("%s: %#v, %v", name, ev, err)
		}
		why := ""
		if len(rechecked.Lost) > 0 {
			why = rechecked.Lost[0].Why
		}
		if why != tt.lost {
			t.Errorf("%s: lost %+v, want %q", name, rechecked.Lost, tt.lost)
		}
		if refused := strings.Join(refusing(rechecked.Decision), " "); refused != tt.refused {
			t.Errorf("%s: refused by %q, want %q", name, refused, tt.refused)
		}
	}
}
