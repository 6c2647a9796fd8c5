package doctor

import "slices"

// Kinds are all kinds of findings, in the order in which they are looked for.
func Kinds() []Kind {
	return slices.Concat(generalKinds(), slackKinds(), saidKinds(), peopleKinds(), githubKinds(), workflowKinds(), redisKinds(), probeKinds(), worldKinds(), hookKinds())
}

const (
	kindUnknown = "unknown"
	kindOverdue = "overdue"
	kindBroken  = "broken"

	kindConfigGood  = "config-good"
	kindConfigUnset = "config-unset"
	kindConfigFault = "config-fault"
	kindConfigKey   = "config-key"
	kindConfigEnv   = "config-env-open"
	kindConfigOpen  = "config-key-open"
)

func generalKinds() []Kind {
	return []Kind{
		{kindUnknown, "any", Error, "This could not be looked at: {why}.", "Whether it works is not known.", "{mend}"},
		{
			kindOverdue, "any", Error, "This could not be looked at in the time that there is.", "Whether it works is not known.",
			"Look whether what is asked answers this machine quickly, and run slipway doctor again.",
		},
		{
			kindBroken, "any", Error, "slipway broke down while it looked at this.", "Whether it works is not known.",
			"Please report it, with the version of slipway.",
		},
		{kindConfigGood, "config", OK, "slipway.yaml is good: {services}.", "", ""},
		{
			kindConfigUnset, "config", Error, "{place} needs the variable {variable}, which has no value.", "slipway serve does not start.",
			"Put {variable} into the file .env beside slipway.yaml, or into the environment in which slipway is started.",
		},
		{
			kindConfigFault, "config", Error, "slipway.yaml cannot be used: {fault}.", "slipway serve does not start, and nothing else can be looked at.",
			"Correct it there; slipway config validate names every fault at its line.",
		},
		{kindConfigEnv, "config", Warning, "The file .env beside slipway.yaml may be read by others on this machine.", "Its secrets are not secret.", "Type chmod 600 .env in that folder."},
		{kindConfigOpen, "config", Warning, "The private key of the GitHub App may be read by others on this machine.", "Whoever has it is the App.", "Type chmod 600 and the name of the file that private_key_file names."},
		{
			kindConfigKey, "config", Error, "The private key of the GitHub App cannot be used: {why}.", "slipway serve does not start.",
			"Correct private_key_file under github.app, let slipway's user read the file, and make a new key in the App's settings if it is lost.",
		},
	}
}

// Config is what is wrong with the configuration as a whole.
type Config struct {
	Services int
	// Unset are the variables that are not set, with the places that need them.
	Unset []Unset
	// Key is why the GitHub App's private key cannot be used; empty if it can.
	Key string
	// OpenEnv says that others may read .env, and OpenKey that they may read that key.
	OpenEnv, OpenKey bool
}

// Unset is a variable that is not set.
type Unset struct{ Place, Variable string }

// Findings judges the configuration.
func (c Config) Findings() []Finding {
	var found []Finding
	for _, u := range c.Unset {
		found = append(found, find(kindConfigUnset, "place", u.Place, "variable", u.Variable))
	}
	if c.Key != "" {
		found = append(found, find(kindConfigKey, "why", c.Key))
	}
	if c.OpenEnv {
		found = append(found, find(kindConfigEnv))
	}
	if c.OpenKey {
		found = append(found, find(kindConfigOpen))
	}
	if len(found) == 0 {
		found = append(found, find(kindConfigGood, "services", counted(c.Services, "service")))
	}
	return found
}

// Fault is one fault of a slipway.yaml that cannot be used.
func Fault(fault string) Finding { return find(kindConfigFault, "fault", fault) }
