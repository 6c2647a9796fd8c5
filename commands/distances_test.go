package commands_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands"
)

// counter counts what lies between commits.
type counter struct {
	asked []bot.CommitPair
	slow  bool
}

func (c *counter) Distances(ctx context.Context, wanted []bot.CommitPair) (map[bot.CommitPair]bot.Distance, bool) {
	c.asked = append(c.asked, wanted...)
	if c.slow {
		<-ctx.Done()
		return nil, false
	}
	found := map[bot.CommitPair]bot.Distance{}
	for _, b := range wanted {
		found[b] = bot.Distance{Ahead: 5}
	}
	return found, true
}

// TestTheBoardCountsWhatWaits: of two environments the one that is no production comes
// before the other; and it waits for nobody.
func TestTheBoardCountsWhatWaits(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]bool{"counted": false, "still being counted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, (&counter{slow: slow}).onTheBoard)
		})
	}
}

func (c *counter) onTheBoard(t *testing.T) {
	h := newHouse(t)
	declared, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	handler := commands.New(commands.Ports{
		Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h, Distances: c,
	}, declared, func() time.Time { return now })
	began := time.Now()
	answer, err := handler.Command(t.Context(), typed("/deploy-status"))
	board, is := answer.(bot.Board)
	if err != nil || !is || time.Since(began) > time.Second {
		t.Fatalf("%#v, %v after %s", answer, err, time.Since(began))
	}
	known := map[string]bot.Distance{}
	for _, row := range board.Rows {
		if row.Apart != (bot.Distance{}) {
			known[row.Before+" before "+row.State.Target.String()] = row.Apart
		}
	}
	want := map[string]bot.Distance{"staging before api → production": {Ahead: 5}}
	if c.slow {
		want = map[string]bot.Distance{}
	}
	if diff := cmp.Diff(want, known); diff != "" || board.Counting != c.slow || len(c.asked) != 1 {
		t.Errorf("(-want +got):\n%s, counting %t, asked %v", diff, board.Counting, c.asked)
	}
}
