package github

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const (
	opDeployment = "record a deployment"
	taskDeploy   = "deploy"
	// maxDescription is GitHub's limit (docs: "Create a deployment status"),
	// less the mark of what was cut.
	maxDescription = 137
)

// maxShell is how much is kept of from which shell somebody asked.
const maxShell = 200

// deploymentPayload marks a deployment as slipway's. By it a deployment whose
// creation was not confirmed is found again, and a release that the store has
// lost is remembered; see past.go.
type deploymentPayload struct {
	Slipway json.RawMessage `json:"slipway"` // a deploymentMark
}

// deploymentMark is only ever added to: what an older slipway wrote is read by
// a newer one.
type deploymentMark struct {
	Release     string          `json:"release"`
	Kind        string          `json:"kind"`
	Service     string          `json:"service"`
	Environment string          `json:"environment"`
	RunKey      string          `json:"run_key,omitempty"`
	RunID       int64           `json:"run_id,omitempty"`
	Requester   deploymentActor `json:"requester,omitzero"`
	Shell       string          `json:"shell,omitempty"`
	Rule        string          `json:"rule,omitempty"` // by which slipway asked for it itself
	Reason      string          `json:"reason,omitempty"`
	Ref         string          `json:"ref,omitempty"`
	Subject     string          `json:"subject,omitempty"`
	URL         string          `json:"commit_url,omitempty"`
	Blob        string          `json:"workflow_blob,omitempty"`
	Back        string          `json:"takes_back,omitempty"`
	To          string          `json:"goes_to,omitempty"`
	ToSHA       string          `json:"goes_to_sha,omitempty"`
	Emergency   bool            `json:"emergency,omitempty"`
	RequestedAt time.Time       `json:"requested_at,omitzero"`
	StartedAt   time.Time       `json:"started_at,omitzero"`
	Signature   string          `json:"signature,omitempty"` // see provenance.go
}

type deploymentActor struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

func markOf(d bot.DeploymentRecord) deploymentMark {
	service, _ := bot.ServiceOf(d.Release)
	f := d.Facts
	shell, rule := "", ""
	switch by := f.Requester.(type) {
	case bot.AtShell:
		shell = cut(by.Shell, maxShell)
	case bot.ByRule:
		rule = cut(by.Rule, maxShell)
	case bot.Person:
	}
	return deploymentMark{
		Release: d.Release, Kind: string(d.Kind), Service: service, Environment: d.Environment,
		RunKey: f.RunKey, RunID: f.RunID, Requester: deploymentActor(bot.PersonOf(f.Requester)),
		Shell: shell, Rule: rule, Reason: cut(f.Reason, bot.MaxKeptReason), Ref: cut(f.Ref, maxName), Subject: clean(f.Subject, maxSubject), URL: f.URL, Blob: f.Blob,
		Back: f.Reversal.Back, To: f.Reversal.To, ToSHA: f.Reversal.ToSHA,
		Emergency: f.Emergency, RequestedAt: f.RequestedAt.UTC(), StartedAt: f.StartedAt.UTC(),
	}
}

// cut keeps at most limit characters.
func cut(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}

// RecordDeployment finds or creates GitHub's own record of a release and sets
// its state; it returns the record's id. GitHub makes earlier deployments
// inactive only outside production, so that is switched off, and whoever
// succeeds another says so for both.
func (c *Client) RecordDeployment(ctx context.Context, d bot.DeploymentRecord) (int64, error) {
	r, err := parseRepository(d.Repo)
	if err != nil {
		return 0, err
	}
	id := d.ID
	if id == 0 {
		if err := checkSHA(d.SHA); err != nil {
			return 0, err
		}
	}
	if id == 0 && !d.New {
		if id, err = c.findDeployment(ctx, r, d); err != nil {
			return 0, err
		}
	}
	if id == 0 {
		if id, err = c.createDeployment(ctx, r, d); err != nil {
			return 0, err
		}
	}
	return id, c.setDeployment(ctx, r, id, d)
}

// findDeployment returns the id of the release's deployment, 0 if there is
// none. One page is enough: it lists one commit in one environment.
func (c *Client) findDeployment(ctx context.Context, r repository, d bot.DeploymentRecord) (int64, error) {
	found, _, err := c.gh.Repositories.ListDeployments(ctx, r.owner, r.name, &github.DeploymentsListOptions{
		SHA: d.SHA, Environment: d.Environment, Task: taskDeploy, ListOptions: github.ListOptions{PerPage: pageSize},
	})
	if err != nil {
		return 0, explain(opDeployment, noRepository(r), err)
	}
	for _, one := range found {
		// Ids are counted again after the store was emptied; run keys are not.
		if one == nil {
			continue
		}
		mark := markIn(one.Payload)
		if mark.Release != d.Release || (mark.RunKey != d.Facts.RunKey && mark.RunKey != "") {
			continue
		}
		// Somebody else's record is not written on.
		us, err := c.identity.account(ctx)
		if err != nil {
			return 0, err
		}
		if us.made(one.Creator) {
			return one.GetID(), nil
		}
	}
	return 0, nil
}

// markIn reads the release out of a payload.
func markIn(payload json.RawMessage) deploymentMark { return markOfRaw(slipwayPart(payload)) }

// slipwayPart is slipway's part of a payload, which GitHub gives back as an
// object or as a text that holds one; nil: it has none.
func slipwayPart(payload json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(payload, &text) == nil {
		payload = json.RawMessage(text)
	}
	var p deploymentPayload
	if json.Unmarshal(payload, &p) != nil {
		return nil // somebody else's
	}
	return p.Slipway
}

func markOfRaw(raw json.RawMessage) deploymentMark {
	var mark deploymentMark
	if json.Unmarshal(raw, &mark) != nil {
		return deploymentMark{} // somebody else's
	}
	return mark
}

func (c *Client) createDeployment(ctx context.Context, r repository, d bot.DeploymentRecord) (int64, error) {
	mark, err := c.sign(ctx, d.SHA, markOf(d))
	if err != nil {
		return 0, err
	}
	signed, err := json.Marshal(mark)
	if err != nil {
		return 0, err
	}
	made, _, err := c.gh.Repositories.CreateDeployment(ctx, r.owner, r.name, &github.DeploymentRequest{
		Ref:  new(d.SHA),
		Task: new(taskDeploy),
		// Else GitHub merges the default branch into a branch that is behind,
		// and wants all statuses green; both are slipway's to decide.
		AutoMerge:             new(false),
		RequiredContexts:      &[]string{},
		Environment:           new(d.Environment),
		ProductionEnvironment: new(d.Production),
		Description:           new(clean("slipway "+d.Release+" "+string(d.Kind), maxDescription)),
		Payload:               deploymentPayload{signed},
	})
	if err == nil && made.GetID() == 0 {
		err = errUnreadable
	}
	return made.GetID(), explain(opDeployment, noRepository(r), err)
}

func (c *Client) setDeployment(ctx context.Context, r repository, id int64, d bot.DeploymentRecord) error {
	status := &github.DeploymentStatusRequest{
		State:        new(string(d.State)),
		Description:  new(describe(d)),
		AutoInactive: new(false),
	}
	if strings.HasPrefix(d.LogURL, "https://") || strings.HasPrefix(d.LogURL, "http://") {
		status.LogURL = new(d.LogURL)
	}
	_, _, err := c.gh.Repositories.CreateDeploymentStatus(ctx, r.owner, r.name, id, status)
	return explain(opDeployment, "GitHub's deployment record of "+d.Release+" is gone", err)
}
