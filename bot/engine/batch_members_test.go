package engine

import (
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// apiAndWeb is a batch of api, and web that needs it.
func apiAndWeb() bot.Release {
	return bot.Release{
		ID: "api-b1", RunKey: "api-b1.k3v9x2mq", Kind: bot.Batch, Phase: bot.Running, Ref: "main", Reason: "the fair",
		Requester: bot.Person{ID: "U01ANNA", Name: "anna"}, Origin: bot.Origin{Channel: "C0ASKED"}, Pace: bot.Pace{Poll: time.Minute},
		Emergency: bot.Emergency{Asked: true}, Again: true,
		Members: []bot.BatchMember{
			{Target: bot.Target{Service: "api", Environment: "production"}, Release: "api-1"},
			{Target: bot.Target{Service: "web", Environment: "production"}, After: []string{"api"}, Release: "web-1"},
		},
	}
}

// TestMembersAreAskedForAsIfAlone: each with all that was said of the batch, in its
// order, and under a key that finds it again.
func TestMembersAreAskedForAsIfAlone(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := New(bottest.Declare(t, bottest.Shop), Ports{Intake: m}, Options{}, slog.New(slog.DiscardHandler))
	r := apiAndWeb()
	ev, err := e.carryOut(t.Context(), r, bot.BeginMembers{}, noon)
	seen, _ := ev.(bot.MembersSeen)
	if err != nil || len(seen.Members) != 2 || seen.Members[1].Release != "web-1" || seen.Members[1].Phase != bot.Requested || seen.Members[1].Awaits != bot.AwaitAsk {
		t.Fatalf("begun: %+v, %v", ev, err)
	}
	draft := bot.Draft{
		Kind: bot.Deploy, Target: r.Members[0].Target, Ref: "main", Reason: "the fair", Requester: r.Requester, Origin: r.Origin, Pace: r.Pace,
		Emergency: true, Again: true, Part: bot.Part{Batch: "api-b1", Awaits: bot.AwaitAsk}, Key: "member:api-b1.k3v9x2mq:api",
	}
	second := draft
	second.Target, second.Part.After, second.Key = r.Members[1].Target, []string{"api"}, "member:api-b1.k3v9x2mq:web"
	byService := cmpopts.SortSlices(func(a, b bot.Draft) bool { return a.Key < b.Key })
	if diff := cmp.Diff([]bot.Draft{draft, second}, m.drafts, byService); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}

	m.drafts = nil
	r.Members = r.Members[:1]
	r.Members[0].Back = "api-9"
	if _, err := e.carryOut(t.Context(), r, bot.BeginMembers{}, noon); err != nil {
		t.Fatal(err)
	}
	draft.Kind, draft.Reversal, draft.Confirmed = bot.Rollback, bot.Reversal{Back: "api-9"}, true
	if diff := cmp.Diff([]bot.Draft{draft}, m.drafts); diff != "" {
		t.Errorf("asked for, to take a release back (-want +got):\n%s", diff)
	}
	m.faults["create api"] = &bot.Error{Kind: bot.Unavailable}
	if ev, err := e.carryOut(t.Context(), r, bot.BeginMembers{}, noon); err == nil || ev != nil {
		t.Errorf("one cannot be made, and yet %+v, %v", ev, err)
	}
}

// TestMembersAreReadAsTheyAre: one of which there is no record any more has failed,
// and while one cannot be read nothing is said of any.
func TestMembersAreReadAsTheyAre(t *testing.T) {
	t.Parallel()
	m := newMemory(bot.Release{
		ID: "web-1", Phase: bot.Succeeded, Healthy: true, Run: bot.Run{ID: 7}, TakenBackBy: "web-2", Ending: bot.Ending{Cause: "well"}, Part: bot.Part{Awaits: bot.AwaitGo, Stopped: true},
	})
	e := New(bottest.Declare(t, bottest.Shop), Ports{Records: m}, Options{}, slog.New(slog.DiscardHandler))
	r := apiAndWeb()
	want := bot.MembersSeen{Members: []bot.BatchMember{r.Members[0], r.Members[1]}}
	want.Members[0].Phase, want.Members[0].Cause = bot.Failed, "slipway has no record of it any more"
	web := &want.Members[1]
	web.Phase, web.Healthy, web.Started, web.TakenBack, web.Cause, web.Awaits, web.Stopped = bot.Succeeded, true, true, true, "well", bot.AwaitGo, true
	ev, err := e.carryOut(t.Context(), r, bot.ReadMembers{}, noon)
	if diff := cmp.Diff(bot.Event(want), ev); err != nil || diff != "" {
		t.Errorf("read, %v (-want +got):\n%s", err, diff)
	}
	if r.Members[1].Phase != "" {
		t.Error("the batch's own list is changed")
	}
	m.faults["release web-1"] = &bot.Error{Kind: bot.Unavailable}
	if ev, err := e.carryOut(t.Context(), r, bot.ReadMembers{}, noon); err == nil || ev != nil {
		t.Errorf("one cannot be read, and yet %+v, %v", ev, err)
	}
}

// TestAMoveIsReportedOnce: under a key of its own for each move, so that the same
// phase is reported again when it comes again.
func TestAMoveIsReportedOnce(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := New(bottest.Declare(t, bottest.Shop), Ports{Intake: m}, Options{}, slog.New(slog.DiscardHandler))
	r := bot.Release{ID: "api-1", RunKey: "api-1.k3v9x2mq", Part: bot.Part{Batch: "api-b1"}}
	if _, err := e.carryOut(t.Context(), r, bot.Report{Phase: bot.Running, At: noon}, noon); err != nil {
		t.Fatal(err)
	}
	want := []bot.InboxEvent{{Release: "api-b1", Event: bot.MemberMoved{}, Key: "moved:api-1.k3v9x2mq:report running_" + strconv.FormatInt(noon.UnixMilli(), 10)}}
	if diff := cmp.Diff(want, m.events); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
	for _, effect := range []bot.Effect{bot.Report{}, bot.LetMemberGo{Member: "api-b1"}, bot.LetMemberAsk{Member: "api-b1"}, bot.StopMember{Member: "api-b1"}} {
		m.faults["post api-b1"] = &bot.Error{Kind: bot.Unavailable}
		r.Cancel.AskedAt = noon
		if _, err := e.carryOut(t.Context(), r, effect, noon); err == nil {
			t.Errorf("%s could not be posted, and it is no error", bot.EffectKey(effect))
		}
	}
}
