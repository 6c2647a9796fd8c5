package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

type (
	pullSpec   = githubsim.PullSpec
	reviewSpec = githubsim.ReviewSpec
)

// TestReviews asks of one commit by cleo, that belongs to the given pull request,
// whether it was looked at.
func TestReviews(t *testing.T) {
	t.Parallel()
	const old = "0000000000000000000000000000000000000001"
	cleos := pullSpec{Number: 12, Login: "cleo-gh"}
	approved := func(logins ...string) (all []reviewSpec) {
		for _, login := range logins {
			all = append(all, reviewSpec{Login: login, State: "APPROVED"})
		}
		return all
	}
	one, two, mergedToo := bot.ReviewRule{Count: 1}, bot.ReviewRule{Count: 2}, bot.ReviewRule{Count: 1, Merged: true}
	for name, tt := range map[string]struct {
		pull    *pullSpec
		reviews []reviewSpec
		rule    bot.ReviewRule
		want    string // why not; empty: it was
	}{
		"who wrote it with her":        {&pullSpec{Number: 12, Login: "cleo-gh"}, approved("fred-gh"), one, "belongs to #12, approved at its head by 0 of 1"},
		"merged by who wrote with her": {&pullSpec{Number: 12, Login: "cleo-gh", MergedBy: "fred-gh"}, nil, mergedToo, "belongs to #12, approved at its head by 0 of 1"},
		"no pull request":              {nil, nil, one, "belongs to no pull request"},
		"nobody looked":                {&cleos, nil, one, "belongs to #12, approved at its head by 0 of 1"},
		"somebody else approved":       {&cleos, approved("ben-gh"), one, ""},
		"one of two":                   {&cleos, approved("ben-gh", "ben-gh"), two, "belongs to #12, approved at its head by 1 of 2"},
		"two of two":                   {&cleos, approved("ben-gh", "anna-gh"), two, ""},
		"its author alone":             {&cleos, approved("Cleo-GH"), one, "belongs to #12, approved at its head by 0 of 1"},
		"who opened it":                {&pullSpec{Number: 12, Login: "ben-gh"}, approved("ben-gh"), one, "belongs to #12, approved at its head by 0 of 1"},
		"who wrote the commit":         {&pullSpec{Number: 12, Login: "robot[bot]"}, approved("cleo-gh"), one, "belongs to #12, approved at its head by 0 of 1"},
		"an earlier head":              {&cleos, []reviewSpec{{Login: "ben-gh", State: "APPROVED", Commit: old}}, one, "belongs to #12, approved at its head by 0 of 1"},
		"an earlier head, and again":   {&cleos, []reviewSpec{{Login: "ben-gh", State: "APPROVED", Commit: old}, {Login: "ben-gh", State: "APPROVED"}}, one, ""},
		"then asked for changes":       {&cleos, append(approved("ben-gh"), reviewSpec{Login: "ben-gh", State: "CHANGES_REQUESTED"}), one, "belongs to #12, approved at its head by 0 of 1"},
		"then only commented":          {&cleos, append(approved("ben-gh"), reviewSpec{Login: "ben-gh", State: "COMMENTED"}), one, ""},
		"dismissed":                    {&cleos, append(approved("ben-gh"), reviewSpec{Login: "ben-gh", State: "DISMISSED"}), one, "belongs to #12, approved at its head by 0 of 1"},
		"a stranger":                   {&cleos, []reviewSpec{{Login: "mallory", State: "APPROVED", Association: "NONE"}}, one, "belongs to #12, approved at its head by 0 of 1"},
		"a program":                    {&cleos, approved("approver[bot]"), one, "belongs to #12, approved at its head by 0 of 1"},
		"an account that is gone":      {&cleos, approved("-"), one, "belongs to #12, approved at its head by 0 of 1"},
		"open still":                   {&pullSpec{Number: 12, Login: "cleo-gh", Open: true}, approved("ben-gh"), one, ""},
		"closed without a merge":       {&pullSpec{Number: 12, Login: "cleo-gh", Closed: true}, approved("ben-gh"), one, "belongs to no pull request"},
		"merged by somebody else":      {&pullSpec{Number: 12, Login: "cleo-gh", MergedBy: "ben-gh"}, nil, mergedToo, ""},
		"but that does not suffice":    {&pullSpec{Number: 12, Login: "cleo-gh", MergedBy: "ben-gh"}, nil, one, "belongs to #12, approved at its head by 0 of 1"},
		"merged by its author":         {&pullSpec{Number: 12, Login: "cleo-gh", MergedBy: "cleo-gh"}, nil, mergedToo, "belongs to #12, approved at its head by 0 of 1"},
		"merged by who wrote it":       {&pullSpec{Number: 12, Login: "anna-gh", MergedBy: "cleo-gh"}, nil, mergedToo, "belongs to #12, approved at its head by 0 of 1"},
		"merged by a program":          {&pullSpec{Number: 12, Login: "cleo-gh", MergedBy: "queue[bot]"}, nil, mergedToo, "belongs to #12, approved at its head by 0 of 1"},
		"merged by its author, but ok": {&pullSpec{Number: 12, Login: "cleo-gh", MergedBy: "cleo-gh"}, approved("ben-gh"), mergedToo, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			sha := r.repo.Commit("main", githubsim.CommitSpec{Message: "Greet (#12)\n\nCo-authored-by: Fred <5+fred-gh@users.noreply.github.com>", Login: "cleo-gh"})
			if tt.pull != nil {
				r.repo.Join(sha, *tt.pull)
			}
			for _, review := range tt.reviews {
				check(t, r.repo.Review(12, review))
			}
			got, err := r.client.Reviews(t.Context(), bot.ReviewsQuery{Repo: repoName, Base: r.first, Head: sha, Rule: tt.rule})
			check(t, err)
			want := bot.Reviews{Looked: 1}
			if tt.want != "" {
				want.Missing = []bot.Unreviewed{{SHA: sha, Subject: "Greet (#12)", Why: tt.want}}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reviews (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReviewsOfMany: each commit that goes is asked about, whichever pull request
// it came with, and those of merged ones only once.
func TestReviewsOfMany(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	var shas []string
	for i := range 15 {
		sha := r.repo.Commit("main", githubsim.CommitSpec{Message: fmt.Sprintf("Change %d", i), Login: "cleo-gh"})
		if i < 3 {
			r.repo.Join(sha, pullSpec{Number: 12, Login: "cleo-gh"})
		}
		shas = append(shas, sha)
	}
	check(t, r.repo.Review(12, reviewSpec{Login: "ben-gh", State: "APPROVED"}))
	ask := func(base, head string) bot.Reviews {
		t.Helper()
		r.ClearRequests()
		got, err := r.client.Reviews(t.Context(), bot.ReviewsQuery{Repo: repoName, Base: base, Head: head, Rule: bot.ReviewRule{Count: 1}})
		check(t, err)
		return got
	}
	if got := ask(r.first, shas[2]); got.Looked != 3 || len(got.Missing) != 0 {
		t.Errorf("of three that were: %+v", got)
	}
	wantCount(t, r, "", "", 5) // the comparison, three commits, one pull request
	ask(r.first, shas[2])
	wantCount(t, r, "", "", 2)
	if got := ask(r.first, shas[14]); got.Looked != 15 || len(got.Missing) != bot.MaxUnreviewed || got.More != 2 || got.Missing[0].SHA != shas[14] {
		t.Errorf("of twelve that were not: %+v", got)
	}
	for name, base := range map[string]string{"nothing is live": "", "it is live": shas[2], "it goes back": shas[14]} {
		if got := ask(base, shas[2]); got.Looked != 1 || len(got.Missing) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	check(t, r.repo.Review(12, reviewSpec{Login: "ben-gh", State: "DISMISSED"}))
	if got := ask(r.first, shas[2]); len(got.Missing) != 3 {
		t.Errorf("after the approval was dismissed: %+v", got)
	}
}

// TestReviewsOfAnOpenPullRequest: what may still change is read each time.
func TestReviewsOfAnOpenPullRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	sha := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Half done", Login: "cleo-gh"})
	r.repo.Join(sha, pullSpec{Number: 12, Login: "cleo-gh", Open: true})
	check(t, r.repo.Review(12, reviewSpec{Login: "ben-gh", State: "APPROVED"}))
	for _, want := range []int{0, 1} {
		got, err := r.client.Reviews(t.Context(), bot.ReviewsQuery{Repo: repoName, Base: r.first, Head: sha, Rule: bot.ReviewRule{Count: 1}})
		check(t, err)
		if len(got.Missing) != want {
			t.Errorf("%+v, want %d missing", got, want)
		}
		next := r.repo.Commit("topic", githubsim.CommitSpec{Message: "One more", Login: "cleo-gh"})
		r.repo.Join(next, pullSpec{Number: 12, Login: "cleo-gh", Open: true}) // its head is another one by now
	}
}

// TestReviewsThatCannotBeTold: nothing counts as looked at.
func TestReviewsThatCannotBeTold(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	query := func(head string) bot.ReviewsQuery {
		return bot.ReviewsQuery{Repo: repoName, Base: r.first, Head: head, Rule: bot.ReviewRule{Count: 1}}
	}
	problem := func(q bot.ReviewsQuery, says string) {
		t.Helper()
		got, err := r.client.Reviews(t.Context(), q)
		check(t, err)
		if got.Looked != 0 || !strings.Contains(got.Problem.Says, says) || got.Problem.Mend == "" {
			t.Errorf("%+v, want a problem that says %q", got, says)
		}
	}
	problem(query(strings.Repeat("0", 40)), "nothing to compare")
	tip := ""
	for i := range 101 {
		tip = r.repo.Commit("main", githubsim.CommitSpec{Message: fmt.Sprintf("Change %d", i)})
	}
	problem(query(tip), "101 commits")
	next := r.repo.Commit("main", githubsim.CommitSpec{Message: "One more"})
	last := bot.ReviewsQuery{Repo: repoName, Base: tip, Head: next, Rule: bot.ReviewRule{Count: 1}}
	r.Limit(githubsim.DefaultToken, "pull_requests", "")
	problem(last, "pull_requests=read")
	r.Limit(githubsim.DefaultToken, "pull_requests", "write")
	r.AddFault(githubsim.Fault{Status: http.StatusBadGateway, Count: -1}.On("GET", "*/pulls"))
	_, err := r.client.Reviews(withTimeout(t, 1e9), last)
	wantKind(t, err, bot.Unavailable)
	r.ClearFaults()

	r.repo.Join(next, pullSpec{Number: 12, Login: "cleo-gh"})
	check(t, r.repo.Review(12, reviewSpec{Login: "ben-gh", State: "APPROVED"}))
	for range 501 {
		check(t, r.repo.Review(12, reviewSpec{Login: "anna-gh", State: "COMMENTED"}))
	}
	got, err := r.client.Reviews(t.Context(), last)
	check(t, err)
	if len(got.Missing) != 1 || !strings.Contains(got.Missing[0].Why, "more reviews than are read") {
		t.Errorf("more than are read: %+v", got)
	}
	if _, err := r.client.Reviews(t.Context(), bot.ReviewsQuery{Repo: "acme"}); err == nil {
		t.Error("a repository without a name is asked for")
	}
}
