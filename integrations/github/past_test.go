package github_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
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
			Reversal: bot.Reversal{Back: "api-1", To: "api-0", ToSHA: r.first}, RequestedAt: at, StartedAt: at.Add(time.Second),
		},
	}
}

// TestPastDeployments: what is written into GitHub's own records is read again
// as it was.
func TestPastDeployments(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	var want []bot.DeploymentRecord
	var commits [10]string // each has some of them, all of which are read before one is written
	for n := range commits {
		commits[n] = r.repo.WriteFile("main", "n", strconv.Itoa(n))
	}
	for n := 1; n <= 130; n++ { // more than a page
		d := pastRecord(r, n)
		d.SHA = commits[n%len(commits)]
		id, err := r.client.RecordDeployment(t.Context(), d)
		check(t, err)
		d.ID, d.State, d.Provenance, d.Creator = id, "", bot.Unsigned, "slipway-sim"
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

// clientOf is slipway with other credentials or keys.
func (r rig) clientOf(tb testing.TB, o github.Options, keys ...string) *github.Client {
	tb.Helper()
	o.APIURL = r.url
	o.StateKeys = func(context.Context) ([]string, error) { return keys, nil }
	client, err := github.New(o, quiet())
	check(tb, err)
	return client
}

// TestPromise8_Provenance: what is believed was made by slipway's own account,
// be it a token's or an App's, and signed by one of its keys, for that commit.
func TestPromise8_Provenance(t *testing.T) {
	t.Parallel()
	for name, us := range map[string]github.Options{
		"a token": {Token: githubsim.DefaultToken},
		"an App":  {App: &github.App{ID: 1, InstallationID: 2, Key: newKey(t)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			if us.App != nil {
				r.SetApp(us.App.ID, publicOf(t, us.App.Key))
			}
			r.AcceptAs("ghp_mallory", "mallory")
			const old, now = "an-older-key-of-ours", "the-key-that-signs-now"
			mallory := github.Options{Token: "ghp_mallory"}
			for n, by := range []*github.Client{
				r.clientOf(t, us, now), r.clientOf(t, us, old), r.clientOf(t, us, "made-up-made-up-made-up"), r.clientOf(t, us), r.clientOf(t, mallory, now),
			} {
				_, err := by.RecordDeployment(t.Context(), pastRecord(r, n+1))
				check(t, err)
			}
			past, _, err := r.clientOf(t, us, now, old).PastDeployments(t.Context(), repoName, "production")
			check(t, err)
			got := map[string]bot.Provenance{}
			for _, d := range past {
				got[d.Release] = d.Provenance
			}
			want := map[string]bot.Provenance{"api-1": bot.Signed, "api-2": bot.Signed, "api-3": bot.Unsigned, "api-4": bot.Unsigned, "api-5": bot.Foreign}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("believed (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPromise8_SignaturesCoverEverything: a payload that was changed, or put on
// another commit, is not signed any more; one with more fields, in another
// order, as a newer slipway or GitHub may write it, still is.
func TestPromise8_SignaturesCoverEverything(t *testing.T) {
	t.Parallel()
	const key = "the-key-that-signs-now"
	r := newRig(t, githubsim.Options{})
	signer := r.clientOf(t, github.Options{Token: githubsim.DefaultToken}, key)
	_, err := signer.RecordDeployment(t.Context(), pastRecord(r, 1))
	check(t, err)
	second := r.Repo(repoName).Commit("main", githubsim.CommitSpec{Message: "Second"})
	var sent []byte
	for _, request := range r.Requests() {
		if request.Method == http.MethodPost && strings.HasSuffix(request.Path, "/deployments") {
			sent = []byte(request.Body)
		}
	}
	send := func(change func(request, mark map[string]any)) {
		t.Helper()
		var request map[string]any
		check(t, json.Unmarshal(sent, &request))
		payload, _ := request["payload"].(map[string]any)
		mark, _ := payload["slipway"].(map[string]any)
		change(request, mark)
		body, err := json.Marshal(request)
		check(t, err)
		post, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/repos/"+repoName+"/deployments", bytes.NewReader(body))
		check(t, err)
		post.Header.Set("Authorization", "Bearer "+githubsim.DefaultToken)
		post.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(post)
		check(t, err)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusCreated {
			t.Fatalf("answered with %s", answer.Status)
		}
	}
	latest := func() bot.Provenance {
		t.Helper()
		past, _, err := signer.PastDeployments(t.Context(), repoName, "production")
		check(t, err)
		return past[0].Provenance
	}
	send(func(_, _ map[string]any) {})
	if got := latest(); got != bot.Signed {
		t.Errorf("as it was sent, in the order of its fields' names: %s", got)
	}
	for field, other := range map[string]any{
		"release": "api-2", "run_key": "api-1.aaaaaaaa", "run_id": 1, "kind": "deploy", "reason": "another", "started_at": "2026-01-01T00:00:00Z",
		"takes_back": "api-9", "new_field": true, "signature": "",
	} {
		send(func(_, mark map[string]any) { mark[field] = other })
		if got := latest(); got != bot.Unsigned {
			t.Errorf("with another %s: %s", field, got)
		}
	}
	send(func(request, _ map[string]any) { request["ref"] = second })
	if got := latest(); got != bot.Unsigned {
		t.Errorf("on another commit: %s", got)
	}
}

// TestPromise8_ForeignRecordsAreLeftAlone: slipway does not go on with a record
// that somebody else made in its name, nor read an end that they wrote.
func TestPromise8_ForeignRecordsAreLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.AcceptAs("ghp_mallory", "mallory")
	mallory := r.clientOf(t, github.Options{Token: "ghp_mallory"})
	d := pastRecord(r, 7)
	theirs, err := mallory.RecordDeployment(t.Context(), d)
	check(t, err)
	ours, err := r.client.RecordDeployment(t.Context(), d)
	check(t, err)
	if ours == theirs {
		t.Error("it went on with somebody else's record")
	}
	d.ID, d.State, d.End = ours, bot.DeploymentSuccess, bot.DeploymentEnd{Phase: bot.Succeeded, Healthy: true, At: time.Unix(1795510860, 0)}
	_, err = mallory.RecordDeployment(t.Context(), d)
	check(t, err)
	if end, err := r.client.PastEnd(t.Context(), repoName, ours); err != nil || end.Phase != "" {
		t.Errorf("an end that somebody else wrote is believed: %+v, %v", end, err)
	}
}
