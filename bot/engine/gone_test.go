package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
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
		"the approver left the group":   {declared: strings.Replace(ruled, "[anna, ben]", "[anna]", 1), lost: "is not known to be in sre any more"},
		"the requester has left":        {gone: []string{"U01ANNA"}, refused: "requester"},
		"nobody can be looked up":       {unknown: true, failing: true},
		"somebody else has left":        {gone: []string{"U03CLEO"}},
		"the approver wrote some of it": {declared: strings.Replace(ruled, "from: [sre]}", "from: [sre], authors: false}", 1), lost: ""},
	} {
		w := orderlyWorld()
		declared := ruled
		if strings.Contains(tt.declared, "authors") {
			declared = tt.declared
		}
		r := planned(t, engineIn(t, w, declared), asked(bot.Deploy, "production"))
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
		ev, err := engineIn(t, w, declared).recheck(t.Context(), r, noon.Add(time.Minute))
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

// TestPromise4_NobodysWordWhoHasLeft: no word of somebody counts who is not, or
// not known to be, a full member when it is weighed.
func TestPromise4_NobodysWordWhoHasLeft(t *testing.T) {
	t.Parallel()
	ben := bot.Person{ID: "U02BEN", Name: "ben"}
	for name, change := range map[string]func(*world){
		"they have left":             func(w *world) { w.gone = []string{"U02BEN"} },
		"it could not be found out":  func(w *world) { w.unknown = true },
		"they are there, for a test": nil,
	} {
		w := orderlyWorld()
		if change != nil {
			change(w)
		}
		e := engineIn(t, w, ruled)
		r := planned(t, e, asked(bot.Deploy, "production"))
		r.Emergency.Asked = true
		claim := e.weigh(t.Context(), bot.Claim{Release: r, Inbox: []bot.Event{
			bot.Approved{By: ben},
			bot.Declined{By: ben},
			bot.PointSettled{By: ben},
			bot.RanAsserted{By: ben},
			bot.NeverRanAsserted{By: ben},
			bot.SignedOff{By: ben},
			bot.PardonAsked{By: ben},
		}})
		for _, ev := range claim.Inbox {
			counts := false
			switch ev := ev.(type) {
			case bot.Approved:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.Declined:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.PointSettled:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.RanAsserted:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.NeverRanAsserted:
				counts = len(r.CountsFor(ben, ev.Standing)) > 0
			case bot.SignedOff:
				counts = r.MaySignOff(ben, ev.Standing)
			case bot.PardonAsked:
				counts = ev.Standing.May
			default:
			}
			if counts != (change == nil) {
				t.Errorf("%s: %T counts: %t", name, ev, counts)
			}
		}
	}
}
