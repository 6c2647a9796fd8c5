package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestReviews(t *testing.T) {
	t.Parallel()
	missing := []bot.Unreviewed{{SHA: sha, Subject: "Fix it", Why: "belongs to no pull request"}}
	asks := func(rule bot.ReviewRule, found bot.Reviews) func(*policy.Facts) {
		return func(f *policy.Facts) { f.Plan.Settings.Rules.Reviews, f.Plan.Reviews = rule, found }
	}
	one := bot.ReviewRule{Count: 1}
	runGate(t, policy.GateReviews, []gateCase{
		{"all were", asks(one, bot.Reviews{Looked: 3}), bot.Pass, []string{"Each of the 3 commits was approved by 1 person other than its author"}},
		{"one was not", asks(one, bot.Reviews{Looked: 3, Missing: missing}), bot.Refuse, []string{"1 of 3 is not: 0123456 “Fix it” belongs to no pull request."}},
		{"more were not", asks(one, bot.Reviews{Looked: 9, Missing: missing, More: 5}), bot.Refuse, []string{"6 of 9 are not", "and 3 more"}},
		{"merged would do", asks(bot.ReviewRule{Count: 2, Merged: true}, bot.Reviews{Looked: 3, Missing: missing}), bot.Refuse, []string{"2 people", "or merged there by somebody else"}},
		{"it cannot be told", asks(one, bot.Reviews{Looked: 3, Problem: bot.Refused{Says: "no.", Mend: "Grant it."}}), bot.Refuse, []string{"cannot be told", "no."}},
		{"nothing is known", asks(one, bot.Reviews{}), bot.Refuse, []string{"cannot be told"}},
	})
	if policy.Decide(good()).Gates == nil {
		t.Fatal("there are no gates")
	}
	for _, gate := range policy.Decide(good()).Gates {
		if gate.Name == policy.GateReviews {
			t.Errorf("reviews are judged where nobody asks for them: %+v", gate)
		}
	}
}

// TestReviewsAgain: when something else is live by then, what the commit brings is
// judged again, reviews and signatures too.
func TestReviewsAgain(t *testing.T) {
	t.Parallel()
	f := good()
	f.Plan.Settings.Rules.Reviews, f.Plan.Settings.Rules.VerifiedCommits = bot.ReviewRule{Count: 1}, true
	f.Plan.Reviews, f.Plan.Commit.Verified, f.Plan.Changes.Verified = bot.Reviews{Looked: 3}, true, 3
	first := policy.Decide(f)
	if len(first.Refusals()) > 0 {
		t.Fatalf("refused: %+v", first.Refusals())
	}
	f.Plan.Reviews.Missing, f.Plan.Changes.Verified = []bot.Unreviewed{{SHA: sha, Why: "belongs to no pull request"}}, 2
	again := policy.Again(first, f)
	for _, name := range []string{policy.GateReviews, policy.GateCommits} {
		if gateOf(t, again, name).Outcome != bot.Refuse {
			t.Errorf("%s is not judged again: %+v", name, again)
		}
		if gateOf(t, policy.Update(first, f), name).Outcome != bot.Pass {
			t.Errorf("%s is judged by what was not read again", name)
		}
	}
}
