package engine

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestPromise4_EveryWordIsWeighed: whatever somebody says to a release is
// stored with what was found out of them when it is taken from the inbox, and
// never with what came along.
func TestPromise4_EveryWordIsWeighed(t *testing.T) {
	t.Parallel()
	e := engineIn(t, orderlyWorld(), ruled)
	ben, dora := bot.Person{ID: "U02BEN", Name: "ben"}, bot.Person{ID: "U04DORA", Name: "dora"}
	forged := bot.Standing{Groups: []string{"sre", "leads"}, Login: "x", May: true}
	said := func(by bot.Person) []bot.Event {
		return []bot.Event{
			bot.Approved{By: by, Digest: "d", Standing: forged},
			bot.Declined{By: by, Reason: "no", Standing: forged},
			bot.PointSettled{By: by, Point: "p", Standing: forged},
			bot.CancelAsked{By: by, Reason: "no", Standing: forged},
			bot.RanAsserted{By: by, RunID: 7, Standing: forged},
			bot.NeverRanAsserted{By: by, Standing: forged},
			bot.SignedOff{By: by, Standing: forged},
			bot.LooksGood{By: by, Standing: forged},
			bot.PardonAsked{By: by, Reason: "mended", Standing: forged},
			bot.Withdrawn{By: by},
		}
	}
	r := asked(bot.Deploy, "production")
	r.Plan = &bot.Plan{Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}}}}
	everything := []bot.Who{bot.TheApprover, bot.TheStopper, bot.TheSettler, bot.TheReviewer, bot.TheJudge, bot.TheDeployer}
	for name, tt := range map[string]struct {
		by     bot.Person
		change func(*bot.Release)
		may    []bot.Who // whose word theirs is
	}{
		"a member":     {by: ben, may: everything},
		"the member's": {by: ben, change: func(r *bot.Release) { r.Requester = ben }, may: []bot.Who{bot.TheStopper, bot.TheSettler, bot.TheDeployer}},
		"somebody":     {by: dora},
		"somebody's":   {by: dora, change: func(r *bot.Release) { r.Requester = dora }, may: []bot.Who{bot.TheStopper}},
		"without plan": {by: ben, change: func(r *bot.Release) { r.Plan = nil }, may: []bot.Who{bot.TheStopper, bot.TheSettler, bot.TheJudge, bot.TheDeployer}},
		"where anybody may deploy": {
			by: dora, change: func(r *bot.Release) { r.Target.Environment, r.Plan = "staging", nil },
			may: []bot.Who{bot.TheStopper, bot.TheSettler, bot.TheJudge, bot.TheDeployer},
		},
		"where nobody knows the target": {by: ben, change: func(r *bot.Release) { r.Plan, r.Target.Environment = nil, "mars" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := bot.Claim{Release: r, Inbox: said(tt.by)}
			if tt.change != nil {
				tt.change(&c.Release)
			}
			for i, ev := range e.weigh(t.Context(), c).Inbox {
				_, who, isWord := bot.WordOf(ev)
				want := bot.Standing{May: slices.Contains(tt.may, who)}
				if tt.by == ben {
					want.Login = "ben-gh"
					if slices.Contains(c.Release.Asks(who, e.catalog.Grants(c.Release.Targets())), "sre") {
						want.Groups = []string{"sre"}
					}
				}
				expected := bot.Weighed(said(tt.by)[i], want)
				if diff := cmp.Diff(expected, ev); diff != "" || isWord == (expected == bot.Event(bot.Withdrawn{By: tt.by})) {
					t.Errorf("weighed (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestPromise8_ChosenTarget: a rollback goes to what was chosen if that was
// healthy, and else nowhere; where nothing was chosen, to the newest that was.
func TestPromise8_ChosenTarget(t *testing.T) {
	t.Parallel()
	live, ill, well, old := wellPast("api-5", "e", 1), wellPast("api-4", "d", 2), wellPast("api-3", "c", 3), wellPast("api-2", "b", 4)
	ill.Healthy = false
	past := []bot.Past{live, ill, well, old}
	for name, tt := range map[string]struct {
		takes bot.Takes
		past  []bot.Past
		want  string
	}{
		"nothing chosen":           {bot.Takes{Back: "api-5"}, past, "api-3"},
		"the one before":           {bot.Takes{To: "api-2"}, past, "api-2"},
		"one that was not healthy": {bot.Takes{To: "api-4"}, past, ""},
		"one that never was":       {bot.Takes{To: "api-9"}, past, ""},
		"a commit":                 {bot.Takes{ToSHA: "bbbbbbb"}, past, "api-2"},
		"a whole commit":           {bot.Takes{ToSHA: old.SHA}, past, "api-2"},
		"a commit that was ill":    {bot.Takes{ToSHA: "ddddddd"}, past, ""},
		"too long a commit":        {bot.Takes{ToSHA: old.SHA + "b"}, past, ""},
		"the id counts first":      {bot.Takes{To: "api-3", ToSHA: "bbbbbbb"}, past, "api-3"},
		"nothing was":              {bot.Takes{}, nil, ""},
		"only what is live":        {bot.Takes{}, past[:1], ""},
	} {
		got := ""
		if to := chosenTarget(tt.takes, tt.past); to != nil {
			got = to.Release
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// TestSettingsFor: what slipway.yaml says of an environment is what a plan of
// each kind carries.
func TestSettingsFor(t *testing.T) {
	t.Parallel()
	const full = `after: staging
        soak: 30m
        channels: [C0DEPLOYS]
        branches: [main, release/*]
        max_commits: {warn: 8, refuse: 30}
        freeze: [{days: [fri], from: "16:00", to: "24:00", zone: Europe/Berlin, reason: no Friday evenings}]
        emergency: [leads]
        review: 12h
        rollback: {approvals: {count: 1, from: [leads]}}
        readiness: {confirm: [settings, migrations]}
        timeout: 31m
        health: {window: 10m, every: 30s, on_unhealthy: tell, probes: [{name: up, http: "https://api.example.com/healthz", status: 204, max_latency: 500ms, version: git.sha, timeout: 3s}]}`
	e := engineIn(t, orderlyWorld(), strings.Replace(ruled, "after: staging", full, 1))
	_, env, err := e.declared(bot.Target{Service: "api", Environment: "production"})
	if err != nil {
		t.Fatal(err)
	}
	want := bot.Settings{
		Approvals: bot.ApprovalRule{
			Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}, Expires: env.Settings.Approvals.Expires, Remind: env.Settings.Approvals.Remind,
			Confirm: []bot.FindingKind{bot.FindSetting, bot.FindMigration, bot.FindIrreversible},
		},
		Timeout: 31 * time.Minute,
		Health: bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second, OnUnhealthy: "tell", Probes: []bot.Probe{{
			Name: "up", Source: "http", Kind: bot.Answers, Timeout: 3 * time.Second,
			Settings:   []bot.Setting{{Key: "http", Value: "https://api.example.com/healthz"}, {Key: "status", Value: "204"}, {Key: "version", Value: "git.sha"}},
			Conditions: bot.Conditions{Worse: bot.Higher, MaxLatency: 500 * time.Millisecond},
		}}},
		Rules: bot.Rules{
			Deployers: []string{"sre"}, Channels: []string{"C0DEPLOYS"}, Branches: []string{"main", "release/*"}, After: "staging", Soak: 30 * time.Minute,
			Most: bot.CommitLimit{Warn: 8, Refuse: 30}, Emergency: []string{"leads"}, Review: 12 * time.Hour,
			Freeze: []bot.FreezeWindow{{Days: []time.Weekday{time.Friday}, From: 16 * time.Hour, To: 24 * time.Hour, Zone: "Europe/Berlin", Reason: "no Friday evenings"}},
		},
	}
	back, adopted := want, want
	back.Approvals = bot.ApprovalRule{
		Sets: []bot.ApprovalSet{{Count: 1, From: []string{"leads"}}}, Expires: env.Settings.RollbackApprovals.Expires, Remind: env.Settings.RollbackApprovals.Remind,
	}
	adopted.Approvals.Confirm = nil
	for kind, want := range map[bot.Kind]bot.Settings{bot.Deploy: want, bot.Preview: want, bot.Rollback: back, bot.Adopt: adopted} {
		if diff := cmp.Diff(want, settingsFor(kind, env.Settings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	for checks, want := range map[string]bot.CheckRule{"all": {}, "none": {None: true}, "[build]": {Names: []string{"build"}}} {
		e := engineIn(t, orderlyWorld(), strings.Replace(ruled, "checks: all", "checks: "+checks, 1))
		_, env, _ := e.declared(bot.Target{Service: "api", Environment: "production"})
		if diff := cmp.Diff(want, settingsFor(bot.Deploy, env.Settings).Checks); diff != "" {
			t.Errorf("checks: %s (-want +got):\n%s", checks, diff)
		}
	}
}

// line is a queue in front of production, and takes letters.
type line struct {
	Records
	Intake
	waiting []bot.Release
	letters []bot.Letter
}

func (l *line) Targets(context.Context, []bot.Target) ([]bot.TargetState, error) {
	var state bot.TargetState
	for _, r := range l.waiting {
		state.Waiting = append(state.Waiting, r.ID)
	}
	return []bot.TargetState{state}, nil
}

func (l *line) Release(_ context.Context, id string) (bot.Release, error) {
	for _, r := range l.waiting {
		if r.ID == id {
			return r, nil
		}
	}
	return bot.Release{}, &bot.Error{Kind: bot.NotFound}
}

func (l *line) Post(_ context.Context, letter bot.Letter) (bot.Posted, error) {
	l.letters = append(l.letters, letter)
	return bot.PostStored, nil
}

// TestCoalesce: a deploy takes the place of the older deploys that wait, where
// the operator wants that, and of nothing else.
func TestCoalesce(t *testing.T) {
	t.Parallel()
	in := func(id string, kind bot.Kind, phase bot.Phase, minute int) bot.Release {
		return bot.Release{ID: id, Kind: kind, Phase: phase, RequestedAt: noon.Add(time.Duration(minute) * time.Minute)}
	}
	waiting := []bot.Release{
		in("api-1", bot.Rollback, bot.Queued, 1), in("api-2", bot.Deploy, bot.Queued, 2), in("api-3", bot.Deploy, bot.AwaitingApproval, 3),
		in("api-4", bot.Deploy, bot.Queued, 4), in("api-5", bot.Deploy, bot.Queued, 5), in("api-6", bot.Deploy, bot.Queued, 5),
	}
	coalescing := strings.Replace(ruled, "after: staging", "coalesce: true", 1)
	for name, tt := range map[string]struct {
		declared    string
		kind        bot.Kind
		environment string
		want        []string
	}{
		"where it is wanted":     {coalescing, bot.Deploy, "production", []string{"api-2", "api-4"}},
		"a rollback":             {coalescing, bot.Rollback, "production", nil},
		"where it is not wanted": {ruled, bot.Deploy, "production", nil},
		"where nobody knows":     {coalescing, bot.Deploy, "mars", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &line{waiting: waiting}
			e := engineIn(t, orderlyWorld(), tt.declared)
			e.Records, e.Intake = l, l
			r := asked(tt.kind, tt.environment)
			r.ID, r.RunKey, r.RequestedAt = "api-5", "api-5.k3v9x2mq", noon.Add(5*time.Minute)
			if err := e.replaceOlder(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, letter := range l.letters {
				got = append(got, letter.Release)
				if letter.Event != (bot.Replaced{For: "api-5", By: r.Requester}) || !strings.Contains(letter.Key, r.RunKey) || !strings.Contains(letter.Key, letter.Release) {
					t.Errorf("letter %+v", letter)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("replaced (-want +got):\n%s", diff)
			}
		})
	}
}

// records notes what the code host is told of releases.
type records struct{ told []bot.DeploymentRecord }

func (r *records) RecordDeployment(_ context.Context, d bot.DeploymentRecord) (int64, error) {
	r.told = append(r.told, d)
	return 9, nil
}

// TestRetire: the record of the release that was replaced is made inactive, if
// there is one.
func TestRetire(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		live *bot.Past
		want []bot.DeploymentRecord
	}{
		"nothing was live": {nil, nil},
		"of no record":     {&bot.Past{Release: "api-2", SHA: "b"}, nil},
		"of a record": {&bot.Past{Release: "api-2", SHA: "b", Kind: bot.Deploy, Deployment: 5}, []bot.DeploymentRecord{{
			Repo: "acme/api", ID: 5, SHA: "b", Environment: "production", Release: "api-2", Kind: bot.Deploy, State: bot.DeploymentGone, Says: "replaced by api-7",
		}}},
	} {
		host := &records{}
		e := New(&catalog.Catalog{}, Ports{Deployments: host}, Options{}, slog.New(slog.DiscardHandler))
		r := asked(bot.Deploy, "production")
		r.Plan = &bot.Plan{Repo: "acme/api", Current: tt.live}
		if err := e.retireDeployment(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, host.told); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestRemember: what the code host is told of a release is enough to have it
// again, under way or over.
func TestRemember(t *testing.T) {
	t.Parallel()
	e := engineIn(t, orderlyWorld(), ruled)
	under := planned(t, e, asked(bot.Deploy, "production"))
	under.RunKey, under.Run, under.DeploymentID, under.Reason = "api-7.k3v9x2mq", bot.Run{ID: 7}, 5, "the fair"
	under.RequestedAt, under.Phase, under.Carded, under.Origin.Shell = noon, bot.Running, true, "build-7 by deploy"
	under.Moments = []bot.Moment{{Phase: bot.Queued, At: noon.Add(time.Minute)}, {Phase: bot.Running, At: noon.Add(2 * time.Minute)}}
	over := under
	over.Phase, over.Verdict, over.Healthy, over.Carded = bot.Succeeded, bot.Healthy, true, false
	over.Ending.Cause = "well"
	over.Moments = append(under.Moments[:2:2], bot.Moment{Phase: bot.Succeeded, At: noon.Add(9 * time.Minute)})
	back := under
	back.Kind, back.Takes, back.Confirmed = bot.Rollback, bot.Takes{Back: "api-2", To: "api-1"}, true
	adopted := over
	adopted.Kind, adopted.Healthy = bot.Adopt, false
	for name, r := range map[string]bot.Release{"under way": under, "over": over, "a rollback": back, "adopted": adopted} {
		d := e.deploymentOf(r, bot.DeploymentRunning)
		d.End.Says = d.Says // the code host keeps one text
		if name == "adopted" {
			d.End.Healthy = true // as an earlier version wrote, or anybody may have
		}
		got, err := e.Remember(r.Target, d)
		if err != nil {
			t.Fatal(err)
		}
		want := r
		want.Moments = r.Moments[1:]
		want.Dispatch = bot.Dispatch{State: bot.Sent, Attempt: 1, At: noon.Add(2 * time.Minute)}
		want.Pace, want.Recovered = got.Pace, true
		want.Plan, want.Decision = got.Plan, bot.Decision{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if p := got.Plan; p.Commit.SHA != r.SHA() || p.Inputs["sha"] != r.SHA() || p.WorkflowBlob != "blob1" || p.Repo != "acme/api" || got.Pace.Poll == 0 {
			t.Errorf("%s has the plan %+v", name, p)
		}
	}
}
