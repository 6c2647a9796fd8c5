package github

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const (
	opPast = "list past deployments"
	// maxPastPages bounds how far back the deployments of one environment are
	// listed, 100 a page.
	maxPastPages = 50
	// endMark opens the last words of a status's description, in which a
	// release that has ended says how: "[slipway succeeded healthy good TIME]".
	endMark = "[slipway "
	endTime = "2006-01-02T15:04:05.000Z"
)

// describe is a status's description: slipway's words for people, and behind
// them, once a release has ended, how it ended.
func describe(d bot.DeploymentRecord) string {
	if d.End.Phase == "" {
		return clean(d.Says, maxDescription)
	}
	good := "bad"
	if d.End.Healthy {
		good = "good"
	}
	verdict := d.End.Verdict
	if verdict == "" {
		verdict = "none"
	}
	end := fmt.Sprintf("%s%s %s %s %s]", endMark, d.End.Phase, verdict, good, d.End.At.UTC().Format(endTime))
	return strings.TrimSpace(clean(d.Says, maxDescription-len(end)-2) + " " + end)
}

// readEnd reads what describe wrote, and false if that tells of no end.
func readEnd(description string) (bot.DeploymentEnd, bool) {
	at := strings.LastIndex(description, endMark)
	if at < 0 || !strings.HasSuffix(description, "]") {
		return bot.DeploymentEnd{}, false
	}
	words := strings.Fields(strings.TrimSuffix(description[at+len(endMark):], "]"))
	if len(words) != 4 {
		return bot.DeploymentEnd{}, false
	}
	end := bot.DeploymentEnd{
		Phase: bot.Phase(words[0]), Verdict: bot.Verdict(words[1]), Healthy: words[2] == "good",
		Says: strings.TrimSpace(description[:at]),
	}
	if end.Verdict == "none" {
		end.Verdict = ""
	}
	var err error
	end.At, err = time.Parse(endTime, words[3])
	return end, err == nil && end.Phase.Ended()
}

// PastDeployments lists the deployments in one environment that say they are
// slipway's, newest first, with how far they are to be believed, and without how
// they ended. whole is false when there are more than it reads. What an older
// slipway wrote has no Facts.
func (c *Client) PastDeployments(ctx context.Context, repo, environment string) (past []bot.DeploymentRecord, whole bool, err error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, false, err
	}
	options := &github.DeploymentsListOptions{
		Environment: environment, Task: taskDeploy, ListOptions: github.ListOptions{PerPage: pageSize},
	}
	for range maxPastPages {
		found, resp, err := c.gh.Repositories.ListDeployments(ctx, r.owner, r.name, options)
		if err != nil {
			return nil, false, explain(opPast, noRepository(r), err)
		}
		for _, one := range found {
			d, readable := recordOf(one)
			if !readable {
				continue
			}
			d.Repo = repo
			if d.Provenance, err = c.provenance(ctx, one); err != nil {
				return nil, false, err
			}
			past = append(past, d)
		}
		if resp.NextPage == 0 {
			return past, true, nil
		}
		options.Page = resp.NextPage
	}
	return past, false, nil
}

// recordOf reads a deployment, and false if it does not even say that it is
// slipway's. Whoever may write deployments could have written it, so what
// becomes part of a key is checked.
func recordOf(one *github.Deployment) (bot.DeploymentRecord, bool) {
	if one == nil {
		return bot.DeploymentRecord{}, false
	}
	m := markIn(one.Payload)
	service, valid := bot.ServiceOf(m.Release)
	if !valid || service != m.Service || m.Environment != one.GetEnvironment() || checkSHA(one.GetSHA()) != nil {
		return bot.DeploymentRecord{}, false
	}
	d := bot.DeploymentRecord{
		ID: one.GetID(), SHA: one.GetSHA(), Environment: m.Environment, Release: m.Release, Kind: bot.Kind(m.Kind),
		Creator: clean(one.GetCreator().GetLogin(), maxName),
	}
	if id, valid := bot.ReleaseIDOf(m.RunKey); !valid || id != m.Release {
		return d, true
	}
	d.Facts = bot.DeploymentFacts{
		RunKey: m.RunKey, RunID: m.RunID, Requester: actorIn(m), Reason: cut(m.Reason, bot.MaxKeptReason),
		Ref: cut(m.Ref, maxName), Subject: clean(m.Subject, maxSubject), URL: webAddress(m.URL), Blob: m.Blob,
		Reversal:  bot.Reversal{Back: m.Back, To: m.To, ToSHA: m.ToSHA},
		Emergency: m.Emergency, RequestedAt: m.RequestedAt, StartedAt: m.StartedAt,
	}
	return d, true
}

// actorIn is who asked for the release of a mark.
func actorIn(m deploymentMark) bot.Actor {
	switch {
	case m.Rule != "":
		return bot.ByRule{Rule: clean(m.Rule, maxShell)}
	case m.Shell != "":
		return bot.AtShell{Person: bot.Person(m.Requester), Shell: clean(m.Shell, maxShell)}
	default:
		return bot.Person(m.Requester)
	}
}

// webAddress is the address, empty if it leads anywhere but to a web page.
func webAddress(text string) string {
	if len(text) > maxName+200 || !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://") {
		return ""
	}
	return text
}

// PastEnd reads how the release of a deployment ended, as slipway's own account
// wrote it; its Phase is empty if that is not recorded. One page is enough: a release has a handful of states.
func (c *Client) PastEnd(ctx context.Context, repo string, id int64) (bot.DeploymentEnd, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.DeploymentEnd{}, err
	}
	found, _, err := c.gh.Repositories.ListDeploymentStatuses(ctx, r.owner, r.name, id, &github.ListOptions{PerPage: pageSize})
	if err != nil {
		return bot.DeploymentEnd{}, explain(opPast, "the deployment is gone", err)
	}
	us, err := c.identity.account(ctx)
	if err != nil {
		return bot.DeploymentEnd{}, err
	}
	for _, status := range found { // newest first
		if end, ended := readEnd(status.GetDescription()); ended && us.made(status.GetCreator()) {
			return end, nil
		}
	}
	return bot.DeploymentEnd{}, nil
}
