package doctor

import (
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	kindHostGood      = "github-token-good"
	kindHostRefused   = "github-token-refused"
	kindHostAway      = "github-token-away"
	kindHostEnds      = "github-token-ends"
	kindRepoGood      = "github-repository-good"
	kindRepoHidden    = "github-repository-hidden"
	kindRepoRefused   = "github-repository-refused"
	kindRepoArchived  = "github-repository-archived"
	kindRepoMoved     = "github-repository-moved"
	kindMayAll        = "github-permissions-good"
	kindMayNot        = "github-permission-missing"
	kindRecordsGood   = "github-deployments-good"
	kindRecordsNot    = "github-deployments-not"
	kindTeamGood      = "github-team-good"
	kindTeamUnread    = "github-team-unread"
	kindTeamEmpty     = "github-team-empty"
	kindHooksOff      = "github-webhooks-off"
	kindHooksGood     = "github-webhooks-good"
	kindHooksNone     = "github-webhooks-none"
	kindHooksSilent   = "github-webhooks-silent"
	kindHooksUntested = "github-webhooks-untested"
)

func githubKinds() []Kind {
	const hook = "Under Settings, Webhooks of the repository (or in the App's settings) look at Recent Deliveries: the URL ends in /github/webhooks, the content type is application/json, the secret is github.webhook_secret, and the events are Workflow runs and Workflow jobs."
	return []Kind{
		{kindHostGood, "github-token", OK, "GitHub accepts slipway's credentials.", "", ""},
		{kindHostRefused, "github-token", Error, "GitHub does not accept slipway's credentials: {why}.", "Nothing can be planned, started or followed.", "{mend}"},
		{kindHostAway, "github-token", Error, "GitHub cannot be asked: {why}.", "While it is so nothing can be planned or started.", "{mend}"},
		{
			kindHostEnds, "github-token", Warning, "GitHub takes slipway's token until {day} only, that is for {left} more.", "From then on nothing can be planned, started or followed.",
			"Make a new token before that day, put it in place of github.token and start slipway again. The key of a GitHub App does not lapse (slipway init --github-app makes one).",
		},
		{kindRepoGood, "github-repository", OK, "{repo} is to be seen.", "", ""},
		{
			kindRepoHidden, "github-repository", Error, "GitHub shows slipway no repository {repo}: {why}.", "Its services cannot be deployed.",
			"Correct repo in slipway.yaml, or give slipway's token access to the repository; a GitHub App must be installed for it (Settings, GitHub Apps, Configure, Repository access).",
		},
		{kindRepoRefused, "github-repository", Error, "GitHub keeps {repo} from slipway: {why}.", "Its services cannot be deployed.", "{mend}"},
		{kindRepoMoved, "github-repository", Error, "{repo} is called {name} at GitHub by now.", "GitHub starts no workflow by a former name.", "Write repo: {name} in slipway.yaml. A GitHub App has to be installed for it under a new owner."},
		{kindRepoArchived, "github-repository", Error, "{repo} is archived.", "GitHub starts no workflow there.", "Unarchive it at GitHub, or take its services out of slipway.yaml."},
		{kindMayAll, "github-permissions", OK, "slipway has the permissions in {repo} that it needs.", "", ""},
		{
			kindMayNot, "github-permissions", Error, "slipway's credentials lack the permission {permission} in {repo}.", "{breaks}.",
			"Give the GitHub App or the fine-grained token the permission {permission} (an App's owner then accepts it once more), or use a classic token with the scope repo.",
		},
		{kindRecordsGood, "github-deployments", OK, "slipway may record Deployments in {repo}.", "", ""},
		{
			kindRecordsNot, "github-deployments", Error, "slipway may not record Deployments in {repo}.", "GitHub does not show what is live, and slipway recover has nothing to recover from.",
			"Give the GitHub App or the fine-grained token the permission Deployments: write, or use a classic token with the scope repo.",
		},
		{kindTeamGood, "github-teams", OK, "The team {group} has {members}.", "", ""},
		{
			kindTeamUnread, "github-teams", Error, "The team {group} ({id}) cannot be read: {why}.", "Nobody counts as a member, so nobody can approve or deploy by it.",
			"Correct its name under groups in slipway.yaml; a classic token needs the scope read:org, an App the organization permission Members: read.",
		},
		{kindTeamEmpty, "github-teams", Warning, "The team {group} ({id}) has no members.", "Nobody can approve or deploy by it.", "Add its members at GitHub, or name another group under groups in slipway.yaml."},
		{kindHooksOff, "github-webhooks", OK, "Webhooks are not used, since github.webhook_secret is not set: runs are followed by polling alone, a little later.", "", ""},
		{kindHooksGood, "github-webhooks", OK, "The last webhook about {repo} was taken {ago} ago.", "", ""},
		{kindHooksUntested, "github-webhooks", OK, "No webhook about {repo} was taken yet, and no run was started yet of which one would tell.", "", ""},
		{kindHooksNone, "github-webhooks", Warning, "No webhook about {repo} was ever taken, although runs went on there.", "Runs are followed by polling alone: cards move later.", hook},
		{kindHooksSilent, "github-webhooks", Warning, "The last webhook about {repo} was taken {ago} ago, and a run went on there since.", "Runs are followed by polling alone: cards move later.", hook},
	}
}

// Host judges slipway's credentials at GitHub by the error of the first request.
func Host(err error) Finding {
	switch kind := bot.KindOf(err); {
	case err == nil || kind == bot.NotFound:
		return find(kindHostGood)
	case kind == bot.Denied || kind == bot.Invalid:
		return find(kindHostRefused, "why", why(err), "mend", mendOf(err, "Renew github.token in slipway's configuration."))
	}
	return find(kindHostAway, "why", why(err), "mend", mendOf(err, "Check that this machine reaches the address under github.api_url."))
}

// endsSoon is how long before its end a token is spoken of.
const endsSoon = 30 * 24 * time.Hour

// TokenEnd judges when GitHub's token lapses; zero: it does not, or that is not known.
func TokenEnd(ends, now time.Time) []Finding {
	left := ends.Sub(now)
	if ends.IsZero() || left <= 0 || left > endsSoon { // one that has lapsed is refused
		return nil
	}
	return []Finding{find(kindHostEnds, "day", ends.UTC().Format("2 January 2006"), "left", bot.Span(bot.Rough(left)))}
}

// Repository is a repository that slipway.yaml names.
type Repository struct {
	Name     string
	Err      error
	Archived bool
	// Now is its name at GitHub by now.
	Now string
}

// Finding judges one repository. Only a good one is examined further.
func (r Repository) Finding() Finding {
	switch kind := bot.KindOf(r.Err); {
	case r.Err != nil && kind == bot.NotFound:
		return find(kindRepoHidden, "repo", r.Name, "why", why(r.Err))
	case r.Err != nil && (kind == bot.Denied || kind == bot.Invalid):
		return find(kindRepoRefused, "repo", r.Name, "why", why(r.Err), "mend", mendOf(r.Err, "Give slipway's token or GitHub App access to the repository."))
	case r.Err != nil:
		f := Unknown("github-repository", r.Err)
		f.Says = r.Name + ": " + f.Says
		return f
	case r.Now != "" && !strings.EqualFold(r.Now, r.Name):
		return find(kindRepoMoved, "repo", r.Name, "name", r.Now)
	case r.Archived:
		return find(kindRepoArchived, "repo", r.Name)
	}
	return find(kindRepoGood, "repo", r.Name)
}

// Permission is one that slipway needs in a repository.
type Permission struct {
	// Name is GitHub's name of it, and Access read or write.
	Name, Access string
	// Breaks is what does not work without it, as a sentence without a full stop.
	Breaks string
}

// deployments is the permission that has a check of its own.
const deployments = "deployments"

// Permissions judges whether slipway has the needed permissions, each by its error: Denied
// means that it has not, any other error that this could not be found out.
func Permissions(repo string, needed []Permission, errs []error) []Finding {
	var found []Finding
	all, records := true, true
	for i, p := range needed {
		err := errs[i]
		isRecord := p.Name == deployments
		if err == nil {
			continue
		}
		switch denied := bot.KindOf(err) == bot.Denied; {
		case !denied:
			f := Unknown("github-permissions", err)
			f.Says = p.label() + " in " + repo + ": " + f.Says
			found = append(found, f)
		case isRecord && p.Access == "write":
			found = append(found, find(kindRecordsNot, "repo", repo))
		default:
			found = append(found, find(kindMayNot, "permission", p.label(), "repo", repo, "breaks", p.Breaks))
		}
		all, records = all && isRecord, records && !isRecord
	}
	if records {
		found = append([]Finding{find(kindRecordsGood, "repo", repo)}, found...)
	}
	if all {
		found = append([]Finding{find(kindMayAll, "repo", repo)}, found...)
	}
	return found
}

// label is a permission as GitHub's pages show it.
func (p Permission) label() string {
	words := strings.ReplaceAll(p.Name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:] + ": " + p.Access
}

// Team judges a group that is a team at GitHub.
func (g Group) Team() Finding {
	switch {
	case g.Err != nil:
		return find(kindTeamUnread, "group", g.Name, "id", g.ID, "why", why(g.Err))
	case g.Members == 0:
		return find(kindTeamEmpty, "group", g.Name, "id", g.ID)
	}
	return find(kindTeamGood, "group", g.Name, "members", counted(g.Members, "member"))
}

// Webhooks is what slipway itself has received about a repository.
type Webhooks struct {
	Repo string
	// On says that a secret is declared, so that webhooks are accepted.
	On bool
	// Last is when a webhook was last accepted, and Run when the last run there began,
	// which should have sent one.
	Last, Run time.Time
}

// hookSlack is how long after the start of a run its webhook may arrive without a finding.
const hookSlack = 5 * time.Minute

// Finding judges the webhooks of one repository.
func (w Webhooks) Finding(now time.Time) Finding {
	due := !w.Run.IsZero() && now.Sub(w.Run) > hookSlack
	switch {
	case !w.On:
		return find(kindHooksOff)
	case w.Last.IsZero() && due:
		return find(kindHooksNone, "repo", w.Repo)
	case w.Last.IsZero():
		return find(kindHooksUntested, "repo", w.Repo)
	case due && w.Run.Sub(w.Last) > hookSlack:
		return find(kindHooksSilent, "repo", w.Repo, "ago", ago(w.Last, now))
	}
	return find(kindHooksGood, "repo", w.Repo, "ago", ago(w.Last, now))
}
