package catalog

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// Service is something that is deployed.
type Service struct {
	Name string
	Repo Repository
	// Workflow is the name of a file in .github/workflows.
	Workflow string
	// WorkflowRef is the branch whose workflow file is run; empty: the default branch.
	WorkflowRef string
	// Channel is where the service's releases are shown; empty: where the command was
	// typed.
	Channel string
	// Paths are globs of the files that belong to this service; empty: the whole
	// repository.
	Paths              []string
	DefaultEnvironment string
	// Aliases are further names of the service. Short maps short names to its
	// environments: its own and those of the whole file. Real names take precedence.
	Aliases []string
	Short   map[string]string
	// Needs are the services that go before this one when they go together.
	Needs []string
	// Inputs are further fixed inputs of the workflow.
	Inputs     map[string]string
	InputNames InputNames
	// Links are pages that help whoever looks at the service. The placeholders in their
	// addresses are all known.
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

// InputNames are the workflow's names for the inputs that slipway fills in.
type InputNames struct {
	ReleaseID, SHA, Environment string
}

// Environment is a place where a service runs, with its effective settings.
type Environment struct {
	Name string
	// Production says whether this is what users see: as the file says or, if it does
	// not, by the environment's name.
	Production bool
	Settings
}

// isProduction says whether an environment of this name is taken to be what users see.
// Names that only contain the word, such as preprod, are not.
func isProduction(name string) bool {
	return slices.Contains([]string{"production", "prod", "live"}, name)
}

// IsProduction says whether an environment of a service is what users see; one that is
// no longer in the file is judged by its name.
func (c *Catalog) IsProduction(service, environment string) bool {
	if s, found := c.Service(service); found {
		if e, found := s.Environment(environment); found {
			return e.Production
		}
	}
	return isProduction(environment)
}

// Environment finds an environment by its name.
func (s Service) Environment(name string) (Environment, bool) {
	i := slices.IndexFunc(s.Environments, func(e Environment) bool { return e.Name == name })
	if i < 0 {
		return Environment{}, false
	}
	return s.Environments[i], true
}

// EnvironmentNames lists the environments in the order of the file.
func (s Service) EnvironmentNames() []string {
	names := make([]string, 0, len(s.Environments))
	for _, environment := range s.Environments {
		names = append(names, environment.Name)
	}
	return names
}

// Default is the environment that is meant when none is named: the declared one, or the
// only one. It is false where there is a choice to make.
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
