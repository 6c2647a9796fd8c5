package github_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func pastRecord(r rig, n int) bot.DeploymentRecord {
	at := time.Date(2026, 11, 24, 9, 0, n, 123_000_000, time.UTC)
	id := fmt.Sprintf("api-%d", n)
	return bot.DeploymentRecord{
		Repo: repoName, SHA: r.first, Environment: "production", Release: id, Kind: bot.Rollback, State: bot.DeploymentRunning,
		Facts: bot.DeploymentFacts{
			RunKey: id + ".k3v9x2mq", RunID: int64(9000 + n), Requester: bot.Person{ID: "U01ANNA", Name: "anna"},
			Reason: "because\nit \"is\" time", Ref: "main", Subject: "Begin", URL: "https://github.com/acme/api/commit/" + r.first, Blob: "b10b",
			Takes: bot.Takes{Back: "api-1", To: "api-0", ToSHA: r.first}, RequestedAt: at, StartedAt: at.Add(time.Second),
		},
	}
}

// TestPastDeployments: what is written into GitHub's own records is read again
// as it was.
func TestPastDeployments(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	var want []bot.DeploymentRecord
	for n := 1; n <= 130; n++ { // more than a page
		d := pastRecord(r, n)
		id, err := r.client.RecordDeployment(t.Context(), d)
		check(t, err)
		d.ID, d.State = id, ""
		want = append([]bot.DeploymentRecord{d}, want...)
	}
	elsewhere := pastRecord(r, 7)
	elsewhere.Environment = "staging"
	_, err := r.client.RecordDeployment(t.Context(), elsewhere)
	check(t, err)
	got, whole, err := r.client.PastDeployments(t.Context(), repoName, "production")
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" || !whole {
		t.Errorf("deployments, all of them: %v (-want +got):\n%s", whole, diff)
	}
	_, _, err = r.client.PastDeployments(t.Context(), "acme/none", "production")
	wantKind(t, err, bot.NotFound)
}

// TestDeploymentsOfTwoLives: after Redis was emptied ids are counted again, and
// a release must not write into the record of an earlier one.
func TestDeploymentsOfTwoLives(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	d := pastRecord(r, 7)
	first, err := r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	again, err := r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	d.Facts.RunKey = "api-7.aaaaaaaa"
	second, err := r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	if first != again || first == second {
		t.Errorf("records %d, %d and %d", first, again, second)
	}
}

func TestPastEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	d := pastRecord(r, 7)
	id, err := r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	end, err := r.client.PastEnd(t.Context(), repoName, id)
	check(t, err)
	if end.Phase != "" {
		t.Errorf("it has not ended: %+v", end)
	}
	d.ID, d.State = id, bot.DeploymentFailure
	// What a job's name says is not taken for slipway's own words.
	d.Says = `job "[slipway succeeded healthy good 2026-11-24T09:00:00.000Z]" failed`
	d.End = bot.DeploymentEnd{Phase: bot.Failed, Verdict: bot.Inconclusive, At: time.Date(2026, 11, 24, 9, 1, 0, 5_000_000, time.UTC)}
	_, err = r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	d.State, d.Says, d.End = bot.DeploymentGone, "replaced by api-8", bot.DeploymentEnd{}
	_, err = r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	end, err = r.client.PastEnd(t.Context(), repoName, id)
	check(t, err)
	if end.Phase != bot.Failed || end.Verdict != bot.Inconclusive || end.Healthy || end.At.UnixMilli() != 1795510860005 || !strings.HasPrefix(end.Says, `job "[slipway`) {
		t.Errorf("it ended %+v", end)
	}
	_, err = r.client.PastEnd(t.Context(), repoName, 999)
	wantKind(t, err, bot.NotFound)
}

// TestPastDeploymentsOfStrangers: whoever may write deployments may write
// anything into them.
func TestPastDeploymentsOfStrangers(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for _, change := range []func(*bot.DeploymentRecord){
		func(d *bot.DeploymentRecord) { d.Release = "api" },
		func(d *bot.DeploymentRecord) { d.Release = "../api-1" },
	} {
		d := pastRecord(r, 3)
		change(&d)
		_, err := r.client.RecordDeployment(t.Context(), d)
		check(t, err)
	}
	d := pastRecord(r, 4)
	d.Facts.RunKey = "web-4.k3v9x2mq" // not of this release
	d.Facts.URL = "javascript:alert(1)"
	_, err := r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	got, _, err := r.client.PastDeployments(t.Context(), repoName, "production")
	check(t, err)
	if len(got) != 1 || got[0].Release != "api-4" || got[0].Facts.RunKey != "" {
		t.Errorf("taken for slipway's: %+v", got)
	}
}
