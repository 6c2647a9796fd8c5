package state

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

type storedPlan struct {
	Target       storedTarget      `json:"target"`
	Repo         string            `json:"repo"`
	Workflow     string            `json:"workflow"`
	WorkflowRef  string            `json:"workflow_ref,omitempty"`
	WorkflowBlob string            `json:"workflow_blob,omitempty"`
	Called       storedCalled      `json:"called,omitzero"`
	Inputs       map[string]string `json:"inputs,omitempty"`
	KeyInput     string            `json:"key_input,omitempty"`
	Settings     storedSettings    `json:"settings,omitzero"`
	Production   bool              `json:"production,omitempty"` // left out: asks nobody twice
	Commit       storedCommit      `json:"commit"`
	Branch       string            `json:"branch,omitempty"`
	Lineage      storedLineage     `json:"lineage,omitzero"`
	Changes      storedChanges     `json:"changes,omitzero"`
	Readiness    storedReadiness   `json:"readiness,omitzero"`
	Checks       storedChecks      `json:"checks,omitzero"`
	Reviews      storedReviews     `json:"reviews,omitzero"`
	Current      *storedPast       `json:"current,omitempty"`
	Perhaps      *storedPast       `json:"perhaps,omitempty"`
	Rerun        *storedRerun      `json:"rerun,omitempty"`
	Beside       []storedBeside    `json:"beside,omitempty"`
	Since        string            `json:"since,omitempty"`
	RollbackTo   *storedPast       `json:"rollback_to,omitempty"`
	Unproven     []string          `json:"unproven,omitempty"`
	Undone       *storedUndone     `json:"undone,omitempty"`
	Comebacks    []storedComeback  `json:"comebacks,omitempty"`
	Usual        time.Duration     `json:"usual,omitempty"`
	ResolvedAt   time.Time         `json:"resolved_at,omitzero"`
	Looks        int               `json:"looks,omitempty"`
}

type storedCalled struct {
	Files     []storedCalledFile `json:"files,omitempty"`
	Missing   []string           `json:"missing,omitempty"`
	Elsewhere []string           `json:"elsewhere,omitempty"`
}

type storedCalledFile struct {
	Path string `json:"path"`
	Blob string `json:"blob"`
}

type storedSettings struct {
	Approvals storedApprovalRule `json:"approvals,omitzero"`
	Checks    storedCheckRule    `json:"checks,omitzero"`
	Timeout   time.Duration      `json:"timeout,omitempty"`
	DeployJob string             `json:"deploy_job,omitempty"`
	Health    storedHealthRule   `json:"health,omitzero"`
	Rules     storedRules        `json:"rules,omitzero"`
}

type storedCheckRule struct {
	None  bool     `json:"none,omitempty"`
	Names []string `json:"names,omitempty"`
}

type storedCommit struct {
	SHA     string    `json:"sha"`
	Subject string    `json:"subject,omitempty"`
	Author  string    `json:"author,omitempty"`
	Login   string    `json:"login,omitempty"`
	At      time.Time `json:"at,omitzero"`
	URL     string    `json:"url,omitempty"`
	PR      int       `json:"pr,omitempty"`

	Verified bool `json:"verified,omitempty"`

	TipOf string `json:"tip_of,omitempty"`

	Reverts []string `json:"reverts,omitempty"`
}

type storedRerun struct {
	Release string `json:"release,omitempty"`
	Run     int64  `json:"run,omitempty"`
	Attempt int    `json:"attempt,omitempty"`
	URL     string `json:"url,omitempty"`
}

type storedComeback struct {
	SHA      string    `json:"sha"`
	Release  string    `json:"release,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Reverted string    `json:"reverted,omitempty"`
	Untold   bool      `json:"untold,omitempty"`
}

type storedChanges struct {
	Direction bot.Direction  `json:"direction,omitempty"`
	Total     int            `json:"total,omitempty"`
	Removed   int            `json:"removed,omitempty"`
	Commits   []storedCommit `json:"commits,omitempty"`
	URL       string         `json:"url,omitempty"`
	Authors   []string       `json:"authors,omitempty"`
	Unnamed   int            `json:"unnamed,omitempty"`
	Verified  int            `json:"verified,omitempty"`
	Touch     bot.Touch      `json:"touch,omitempty"`
	Looked    int            `json:"looked,omitempty"`
}

type storedReadiness struct {
	Compared bool            `json:"compared,omitempty"`
	Findings []storedFinding `json:"findings,omitempty"`
	Unread   []string        `json:"unread,omitempty"`
}

type storedUndone struct {
	Migrations int  `json:"migrations,omitempty"`
	Marked     int  `json:"marked,omitempty"`
	Unread     bool `json:"unread,omitempty"`
}

type storedFinding struct {
	Kind   bot.FindingKind `json:"kind"`
	Weight bot.Weight      `json:"weight,omitempty"`
	Says   string          `json:"says"`
}

type storedChecks struct {
	Passed   int      `json:"passed,omitempty"`
	Pending  []string `json:"pending,omitempty"`
	Failed   []string `json:"failed,omitempty"`
	Known    []string `json:"known,omitempty"`
	Complete bool     `json:"complete,omitempty"`
	Problem  string   `json:"problem,omitempty"`
	Mend     string   `json:"mend,omitempty"`
}

type storedReviews struct {
	Looked  int                `json:"looked,omitempty"`
	Missing []storedUnreviewed `json:"missing,omitempty"`
	More    int                `json:"more,omitempty"`
	Problem storedRefused      `json:"problem,omitzero"`
}

type storedUnreviewed struct {
	SHA     string `json:"sha"`
	Subject string `json:"subject,omitempty"`
	Why     string `json:"why,omitempty"`
}

func storeReviews(r bot.Reviews) storedReviews {
	return storedReviews{
		Looked: r.Looked, More: r.More, Problem: storedRefused(r.Problem),
		Missing: each(r.Missing, func(u bot.Unreviewed) storedUnreviewed { return storedUnreviewed(u) }),
	}
}

func loadReviews(r storedReviews) bot.Reviews {
	return bot.Reviews{
		Looked: r.Looked, More: r.More, Problem: bot.Refused(r.Problem),
		Missing: each(r.Missing, func(u storedUnreviewed) bot.Unreviewed { return bot.Unreviewed(u) }),
	}
}

func storePlan(p *bot.Plan) *storedPlan {
	if p == nil {
		return nil
	}
	return &storedPlan{
		Target: storedTarget(p.Target), Repo: p.Repo, Workflow: p.Workflow, WorkflowRef: p.WorkflowRef,
		WorkflowBlob: p.WorkflowBlob, Inputs: p.Inputs, KeyInput: p.KeyInput, Settings: storeSettings(p.Settings), Production: p.Production,
		Called: storedCalled{
			Missing: p.Called.Missing, Elsewhere: p.Called.Elsewhere,
			Files: each(p.Called.Files, func(f bot.CalledFile) storedCalledFile { return storedCalledFile(f) }),
		},
		Commit: storedCommit(p.Commit), Branch: p.Branch, Lineage: storedLineage(p.Lineage),
		Changes: storedChanges{
			Direction: p.Changes.Direction, Total: p.Changes.Total, Removed: p.Changes.Removed,
			Commits: each(p.Changes.Commits, func(c bot.Commit) storedCommit { return storedCommit(c) }), URL: p.Changes.URL,
			Authors: p.Changes.Authors, Unnamed: p.Changes.Unnamed, Verified: p.Changes.Verified, Touch: p.Changes.Touch, Looked: p.Changes.Looked,
		},
		Readiness: storedReadiness{
			Compared: p.Readiness.Compared, Unread: p.Readiness.Unread,
			Findings: each(p.Readiness.Findings, func(f bot.Finding) storedFinding { return storedFinding(f) }),
		},
		Checks: storedChecks(p.Checks), Reviews: storeReviews(p.Reviews), Current: storePastPtr(p.Current), Perhaps: storePastPtr(p.Perhaps),
		Beside: each(p.Beside, func(b bot.Beside) storedBeside { return storedBeside(b) }), Since: p.Since,
		Rerun: (*storedRerun)(p.Rerun), RollbackTo: storePastPtr(p.RollbackTo), Unproven: p.Unproven,
		Comebacks: each(p.Comebacks, func(c bot.Comeback) storedComeback { return storedComeback(c) }),
		Undone:    (*storedUndone)(p.Undone), ResolvedAt: p.ResolvedAt, Usual: p.Usual, Looks: p.Looks,
	}
}

func loadPlan(p *storedPlan) *bot.Plan {
	if p == nil {
		return nil
	}
	return &bot.Plan{
		Target: bot.Target(p.Target), Repo: p.Repo, Workflow: p.Workflow, WorkflowRef: p.WorkflowRef,
		WorkflowBlob: p.WorkflowBlob, Inputs: p.Inputs, KeyInput: p.KeyInput, Settings: loadSettings(p.Settings), Production: p.Production,
		Called: bot.Called{
			Missing: p.Called.Missing, Elsewhere: p.Called.Elsewhere,
			Files: each(p.Called.Files, func(f storedCalledFile) bot.CalledFile { return bot.CalledFile(f) }),
		},
		Commit: bot.Commit(p.Commit), Branch: p.Branch, Lineage: bot.Lineage(p.Lineage),
		Changes: bot.Changes{
			Direction: p.Changes.Direction, Total: p.Changes.Total, Removed: p.Changes.Removed,
			Commits: each(p.Changes.Commits, func(c storedCommit) bot.Commit { return bot.Commit(c) }), URL: p.Changes.URL,
			Authors: p.Changes.Authors, Unnamed: p.Changes.Unnamed, Verified: p.Changes.Verified, Touch: p.Changes.Touch, Looked: p.Changes.Looked,
		},
		Readiness: bot.Readiness{
			Compared: p.Readiness.Compared, Unread: p.Readiness.Unread,
			Findings: each(p.Readiness.Findings, func(f storedFinding) bot.Finding { return bot.Finding(f) }),
		},
		Checks: bot.Checks(p.Checks), Reviews: loadReviews(p.Reviews), Current: loadPastPtr(p.Current), Perhaps: loadPastPtr(p.Perhaps),
		Beside: each(p.Beside, func(b storedBeside) bot.Beside { return bot.Beside(b) }), Since: p.Since,
		Rerun: (*bot.Rerun)(p.Rerun), RollbackTo: loadPastPtr(p.RollbackTo), Unproven: p.Unproven,
		Comebacks: each(p.Comebacks, func(c storedComeback) bot.Comeback { return bot.Comeback(c) }),
		Undone:    (*bot.Undone)(p.Undone), ResolvedAt: p.ResolvedAt, Usual: p.Usual, Looks: p.Looks,
	}
}

func storeSettings(s bot.Settings) storedSettings {
	return storedSettings{
		Approvals: storeApprovalRule(s.Approvals), Checks: storedCheckRule(s.Checks), Timeout: s.Timeout, DeployJob: s.DeployJob,
		Health: storeHealthRule(s.Health), Rules: storeRules(s.Rules),
	}
}

func loadSettings(s storedSettings) bot.Settings {
	return bot.Settings{
		Approvals: loadApprovalRule(s.Approvals), Checks: bot.CheckRule(s.Checks), Timeout: s.Timeout, DeployJob: s.DeployJob,
		Health: loadHealthRule(s.Health), Rules: loadRules(s.Rules),
	}
}
