package catalog

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Service is something that is deployed.
type Service struct {
	Name string
	Repo Repository
	// Workflow is the name of a file in .github/workflows.
	Workflow string
	// WorkflowRef is the branch whose workflow file is run; empty means the
	// repository's default branch.
	WorkflowRef string
	// Channel is where the service's releases are shown; empty means where the
	// command was given.
	Channel string
	// Paths are globs that say what counts as a change of this service; none
	// means the whole repository.
	Paths              []string
	DefaultEnvironment string
	// Aliases are further names of the service; Short are short names of its
	// environments, its own and those of the whole file. Real names are stronger.
	Aliases []string
	Short   map[string]string
	// Needs are the services that go before this one where they go together.
	Needs []string
	// Inputs are further fixed inputs of the workflow.
	Inputs     map[string]string
	InputNames InputNames
	// Links are pages that help whoever looks at the service. Each placeholder in
	// their addresses is one that is known.
	Links []bot.Link
	// Environments are in the order of the file.
	Environments []Environment
}

// Repository is a repository at GitHub.
type Repository struct {
	Owner, Name string
}

// String gives owner/name.
func (r Repository) String() string { return r.Owner + "/" + r.Name }

// InputNames are the names that the workflow gives to slipway's own inputs.
type InputNames struct {
	ReleaseID, SHA, Environment string
}

// Environment is a place where a service runs, with its effective settings.
type Environment struct {
	Name string
	// Production says that it is what users see. Where the file does not say, its
	// name does.
	Production bool
	Settings
}

// isProduction says whether an environment of this name is what users see: not
// those that only have the word in their name, such as preprod and nonprod.
func isProduction(name string) bool {
	return slices.Contains([]string{"production", "prod", "live"}, name)
}

// IsProduction says whether an environment of a service is what users see, by its
// name where it is not in the file any more.
func (c *Catalog) IsProduction(service, environment string) bool {
	if s, found := c.Service(service); found {
		if e, found := s.Environment(environment); found {
			return e.Production
		}
	}
	return isProduction(environment)
}

// Settings are the rules for one environment. Those of an environment are
// effective: what it does not say itself comes from its service's defaults, and
// then from the file's. A setting is taken whole, never mixed from two places.
type Settings struct {
	// After names the environment in which a commit must have been healthy for
	// Soak before it may come here; empty means none.
	After string
	Soak  time.Duration
	// Checks are the commit's checks that must have passed.
	Checks Checks
	// Branches are names and globs; a commit must be on one of them. None means
	// the default branch.
	Branches []string
	// Deployers are the groups that may deploy; none means every full member.
	Deployers []string
	// Channels are those in which commands for this environment are taken; none
	// means all.
	Channels  []string
	Approvals Approvals
	// RollbackApprovals are those that a rollback needs; none unless declared.
	RollbackApprovals Approvals
	// Emergency are the groups that may pass the gates that may be passed; somebody
	// else is to sign that off within Review, which is zero where nobody may.
	Emergency []string
	Review    time.Duration
	Freeze    []FreezeWindow
	// MaxCommits is how many commits may go at once.
	MaxCommits CommitLimit
	// VerifiedCommits says that GitHub must show each commit that goes as verified.
	VerifiedCommits bool
	// Reviews says how each commit that goes must have been looked at.
	Reviews Reviews
	// Coalesce lets a newer deploy take the place of older ones that wait.
	Coalesce bool
	// Timeout is how long a run may take.
	Timeout time.Duration
	// DeployJob is the job of the workflow that deploys; empty means that none is
	// told from the others.
	DeployJob string
	Readiness Readiness
	Health    Health
	World     World
}

// CommitLimit is how many commits may go at once: beyond Warn it is said,
// beyond Refuse it is refused. Zero means any number.
type CommitLimit struct {
	Warn, Refuse int
}

// Reviews say how many people other than its author must have approved each commit
// that goes, by its pull request; zero asks for nothing. Merged says that it
// suffices when somebody else merged it.
type Reviews struct {
	Count  int
	Merged bool
}

// Checks say which of a commit's checks must have passed: all of them, those
// named, or, if neither is set, none.
type Checks struct {
	All   bool
	Names []string
}

// Approvals say how many people must agree: every set of them. Without sets
// nobody is asked.
type Approvals struct {
	Sets []ApprovalSet
	// Expires is how long the answers may take, and Remind after how long those
	// who are asked are reminded (zero: never); the shortest that a set says.
	Expires, Remind time.Duration
}

// ApprovalSet is a number of people out of some groups.
type ApprovalSet struct {
	Count int
	// From are the groups whose members may approve.
	From []string
	// Self says whether who asks may also approve.
	Self bool
	// NotAuthors says that who wrote one of the changes may not.
	NotAuthors bool
	// EscalateAfter is when the members of the groups EscalateTo may approve too;
	// zero means never.
	EscalateAfter time.Duration
	EscalateTo    []string
}

// FreezeWindow is a time in which an environment is closed: weekly, if it has
// days, or once, from a first to a last date.
type FreezeWindow struct {
	Days []time.Weekday
	// First and Last are dates such as 2026-12-20, both included.
	First, Last string
	// From and To count from midnight; To is 24h at most. Where a weekly window's
	// To is not after From it ends on the next day.
	From, To time.Duration
	Zone     string
	Reason   string
}

// Health says how a release is watched after its run. Without probes it is not
// watched, and the other fields are zero.
type Health struct {
	bot.HealthRule
	// Secrets are those of the probes that have some, by the probe's name. They are
	// kept out of the rule, which becomes part of a plan.
	Secrets map[string]Secrets
}

// Environment finds an environment by its name.
func (s Service) Environment(name string) (Environment, bool) {
	i := slices.IndexFunc(s.Environments, func(e Environment) bool { return e.Name == name })
	if i < 0 {
		return Environment{}, false
	}
	return s.Environments[i], true
}

// EnvironmentNames gives the names of the environments in the order of the
// file, which is the order in which operators think of them.
func (s Service) EnvironmentNames() []string {
	names := make([]string, 0, len(s.Environments))
	for _, environment := range s.Environments {
		names = append(names, environment.Name)
	}
	return names
}

// Default gives the environment that is meant when none is named: the declared
// one, or the only one. It answers false where there is a choice to make.
func (s Service) Default() (string, bool) {
	switch {
	case s.DefaultEnvironment != "":
		return s.DefaultEnvironment, true
	case len(s.Environments) == 1:
		return s.Environments[0].Name, true
	default:
		return "", false
	}
}
