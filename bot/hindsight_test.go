package bot_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestWithOpinion: the last word of each person counts, and so many people at most.
func TestWithOpinion(t *testing.T) {
	t.Parallel()
	at := time.Unix(1795510860, 0)
	anna, ben := bot.Person{ID: "U1", Name: "anna"}, bot.Person{ID: "U2", Name: "ben"}
	first := []bot.Opinion{{By: anna, Says: bot.WasRight, At: at}}
	both := bot.WithOpinion(first, bot.Opinion{By: ben, Says: bot.FalseAlarm, At: at})
	changed := bot.WithOpinion(both, bot.Opinion{By: bot.Person{ID: "U1", Name: "Anna B."}, Says: bot.FalseAlarm, At: at.Add(time.Hour)})
	want := []bot.Opinion{{By: ben, Says: bot.FalseAlarm, At: at}, {By: bot.Person{ID: "U1", Name: "Anna B."}, Says: bot.FalseAlarm, At: at.Add(time.Hour)}}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if both[0].Says != bot.WasRight || len(first) != 1 {
		t.Error("what was before has changed")
	}
	var crowd []bot.Opinion
	for i := range bot.MaxOpinions + 7 {
		crowd = bot.WithOpinion(crowd, bot.Opinion{By: bot.Person{ID: strconv.Itoa(i)}, Says: bot.Missed})
	}
	if len(crowd) != bot.MaxOpinions || crowd[0].By.ID != "7" {
		t.Errorf("%d are kept, the first of %s", len(crowd), crowd[0].By.ID)
	}
}

// TestLedger: only a watch that is over has a verdict, however the release ended.
func TestLedger(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		phase   bot.Phase
		verdict bot.Verdict
		want    bool
	}{
		{bot.Succeeded, bot.Healthy, true},
		{bot.Succeeded, bot.Inconclusive, true},
		{bot.Unhealthy, bot.NotHealthy, true},
		{bot.Superseded, bot.NotHealthy, true}, // somebody rolled it back before its countdown was over
		{bot.Superseded, bot.Watching, false},
		{bot.Verifying, bot.NotHealthy, false},
		{bot.Succeeded, bot.NotWatched, false},
		{bot.Failed, "", false},
	} {
		r := bot.Release{ID: "api-1", Phase: tt.phase, Verdict: tt.verdict}
		if e, has := r.Ledger(); has != tt.want || has && (e.Release != "api-1" || e.Verdict != tt.verdict) {
			t.Errorf("%s, %s: %+v, %t", tt.phase, tt.verdict, e, has)
		}
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		right, wrong int
		want         bot.Trust
	}{
		{0, 0, bot.TooFew},
		{9, 0, bot.TooFew},
		{8, 1, bot.TooFew},
		{10, 0, bot.Trusted},
		{9, 1, bot.Trusted},
		{8, 2, bot.NotTrusted},
		{0, 1, bot.TooFew},
		{0, 2, bot.NotTrusted},
		{18, 2, bot.Trusted},
		{17, 2, bot.NotTrusted},
	} {
		if got := (bot.Scores{Right: tt.right, False: tt.wrong}).Trust(); got != tt.want {
			t.Errorf("%d right and %d false: %s, want %s", tt.right, tt.wrong, got, tt.want)
		}
	}
}
