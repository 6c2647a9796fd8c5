package commands_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestOneUnreadHistoryHidesNoOther: what is live and the other histories are shown, and it
// is said which one could not be read. With the store away nothing is.
func TestOneUnreadHistoryHidesNoOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unread = map[bot.Target]error{production: &bot.Error{Kind: bot.Internal, Op: "read the history"}}
	c := newCommands(t, h)
	answer, err := c.Command(t.Context(), typed("/deploy-status api"))
	view, is := answer.(bot.ServiceView)
	if err != nil || !is || len(view.Rows) != 2 || len(view.Past) != 2 {
		t.Fatalf("%#v, %v", answer, err)
	}
	if diff := cmp.Diff([]bot.Target{production}, view.Unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
	for _, past := range view.Past {
		if shown := len(past.Past) > 0; shown != (past.Target == staging) {
			t.Errorf("of %s %d are shown", past.Target, len(past.Past))
		}
	}
	h.unread[production] = &bot.Error{Kind: bot.Unavailable, Op: "read the history"}
	if answer, err := c.Command(t.Context(), typed("/deploy-status api")); err == nil {
		t.Errorf("with the store away: %#v", answer)
	}
}
