package slack

import (
	"context"
	"errors"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise4_AccountsAreFresh: what is known of an account is at most a minute
// old, counted from when it was asked for; then who has left is nobody, and what
// cannot be found out counts as no.
func TestPromise4_AccountsAreFresh(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	account, away := &slackgo.User{ID: "U01ANNA", TeamID: "T0001", Name: "anna"}, error(nil)
	p := newPeople("T0001", nil, func(context.Context, string) (*slackgo.User, error) {
		now = now.Add(500 * time.Millisecond) // Slack takes its time
		left := *account
		return &left, away
	}, func() time.Time { return now })
	is := func() string {
		who, err := p.who(t.Context(), "U01ANNA")
		switch {
		case err != nil:
			return "unknown"
		case who.guest:
			return "nobody"
		default:
			return "member"
		}
	}
	began := now
	for _, tt := range []struct {
		after   time.Duration
		happens func()
		want    string
	}{
		{0, nil, "member"},
		{59 * time.Second, func() { account.Deleted = true }, "member"},
		{60 * time.Second, nil, "nobody"},
		{3 * time.Minute, func() { account.Deleted, away = false, errors.New("away") }, "unknown"},
		{4 * time.Minute, func() { away, account.IsRestricted = nil, true }, "nobody"},
		{6 * time.Minute, func() { account.IsRestricted, account.TeamID = false, "T0002" }, "nobody"},
		{8 * time.Minute, func() { account.TeamID = "T0001" }, "member"},
	} {
		now = began.Add(tt.after)
		if tt.happens != nil {
			tt.happens()
		}
		if got := is(); got != tt.want {
			t.Errorf("after %s: %s, want %s", tt.after, got, tt.want)
		}
	}
}

// TestAStrangerIsNone: whoever Slack calls a stranger is of another company, though
// their account names our workspace.
func TestAStrangerIsNone(t *testing.T) {
	t.Parallel()
	for _, u := range []slackgo.User{
		{ID: "U09WHO", TeamID: "T0001"},
		{ID: "U09WHO", TeamID: "T0OTHER", Enterprise: slackgo.EnterpriseUser{Teams: []string{"T0001"}}},
	} {
		if !isFull(&u, "T0001") {
			t.Errorf("%+v is no full member", u)
		}
		if u.IsStranger = true; isFull(&u, "T0001") {
			t.Errorf("%+v is a full member", u)
		}
	}
}

// TestAChangeWhileItIsAsked: what Slack says of somebody is not kept when it has
// told of a change meanwhile, since the answer may be of before.
func TestAChangeWhileItIsAsked(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	account := slackgo.User{ID: "U01ANNA", TeamID: "T0001", Name: "anna"}
	var p *People
	p = newPeople("T0001", nil, func(context.Context, string) (*slackgo.User, error) {
		was := account
		if !account.Deleted {
			account.Deleted = true
			p.forget("U01ANNA")
		}
		return &was, nil
	}, func() time.Time { return now })
	for i, want := range []bool{false, true} {
		if who, err := p.who(t.Context(), "U01ANNA"); err != nil || who.guest != want {
			t.Errorf("question %d: guest = %t, %v", i, who.guest, err)
		}
	}
}

// TestPromise4_AWordThatWasHeardCounts: whoever was known well enough to be heard
// is known well enough for their yes to count, though Slack cannot be asked again.
// One whom Slack does not know is nobody, which is no fault.
func TestPromise4_AWordThatWasHeardCounts(t *testing.T) {
	t.Parallel()
	var away error
	p := newPeople("T0001", nil, func(_ context.Context, id string) (*slackgo.User, error) {
		return &slackgo.User{ID: id, TeamID: "T0001"}, away
	}, time.Now)
	if _, err := p.who(t.Context(), "U01BEN"); err != nil {
		t.Fatal(err)
	}
	away = errors.New("away")
	if full, err := p.FullMember(t.Context(), "U01BEN"); err != nil || !full {
		t.Errorf("heard a moment ago: %t, %v", full, err)
	}
	if full, err := p.FullMember(t.Context(), "U02ANNA"); err == nil || full {
		t.Errorf("never heard: %t, %v", full, err)
	}
	p.Forget(bot.Turnover{Account: "U01BEN"})
	if full, err := p.FullMember(t.Context(), "U01BEN"); err == nil || full {
		t.Errorf("changed since: %t, %v", full, err)
	}
	away = &bot.Error{Kind: bot.NotFound}
	if full, err := p.FullMember(t.Context(), "U03NOBODY"); err != nil || full {
		t.Errorf("unknown to Slack: %t, %v", full, err)
	}
}
