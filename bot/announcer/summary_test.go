package announcer

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestSummaryOfAWatch: beside the release stands what happened to other services while it
// came and was watched, what is of the same code first, and who else is told.
func TestSummaryOfAWatch(t *testing.T) {
	t.Parallel()
	change := func(service, release string, shares ...string) bot.Change {
		return bot.Change{Target: bot.Target{Service: service, Environment: "production"}, Past: bot.Past{Release: release}, Shares: shares}
	}
	alerts, group := bot.Recipient{Kind: bot.ToChannel, ID: "C0ALERTS"}, bot.Recipient{Kind: bot.ToGroup, ID: "sre"}
	r := shownRelease()
	r.Dispatch.At, r.Watch = noon.Add(-20*time.Minute), bot.Watch{StartedAt: noon.Add(-10 * time.Minute), EndsAt: noon.Add(time.Minute)}
	for name, tt := range map[string]struct {
		phase   bot.Phase
		verdict bot.Verdict
		want    []bot.Recipient
	}{
		"well":     {bot.Succeeded, bot.Healthy, nil},
		"not well": {bot.Unhealthy, bot.NotHealthy, []bot.Recipient{alerts}},
		"failed":   {bot.Failed, bot.Healthy, []bot.Recipient{alerts, group}},
	} {
		r.Phase, r.Verdict = tt.phase, tt.verdict
		o := &outside{happened: bot.Happened{
			Changes: []bot.Change{change("web", "web-1"), change(r.Target.Service, r.ID, "pay-1"), change("pay", "pay-1", r.ID)},
			Unread:  []bot.Target{{Service: "mail"}},
		}}
		s := &screen{}
		if err := speakerTo(t, newMemory(), s, o).Say(t.Context(), r, bot.NoteHealth{}, noon); err != nil {
			t.Fatal(err)
		}
		note, _ := s.posted[len(s.posted)-1].Body.(bot.Note)
		beside := bot.Happened{Changes: []bot.Change{change("pay", "pay-1", r.ID), change("web", "web-1")}, Unread: o.happened.Unread}
		if diff := cmp.Diff(beside, note.Beside) + cmp.Diff(tt.want, note.Told); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff([]time.Time{r.Dispatch.At, noon, noon}, o.looked); diff != "" {
			t.Errorf("%s: it was looked (-want +got):\n%s", name, diff)
		}
	}
	away := &bot.Error{Kind: bot.Unavailable, Says: "the store did not answer"}
	s := &screen{}
	if err := speakerTo(t, newMemory(), s, &outside{unread: away}).Say(t.Context(), r, bot.NoteHealth{}, noon); !errors.Is(err, away) || len(s.posted) != 1 {
		t.Errorf("with the store away it is %v, and there are %d messages beside the card", err, len(s.posted)-1)
	}
}
