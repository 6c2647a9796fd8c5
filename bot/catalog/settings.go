package catalog

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Settings are the effective rules for one environment: what it does not say itself
// comes from its service's defaults, and then from the file's. A setting is taken
// whole, never merged from two places.
type Settings struct {
	// Rules decide who may deploy what, and when. After and Soak have no defaults; only
	// an environment itself can set them.
	bot.Rules
	// Checks are the checks of the commit that must have passed.
	Checks    bot.CheckRule
	Approvals bot.ApprovalRule
	// RollbackApprovals are the approvals that a rollback needs; none by default.
	RollbackApprovals bot.ApprovalRule
	// Coalesce lets a newer deploy replace older ones that are waiting.
	Coalesce bool
	// Timeout is how long a run may take.
	Timeout time.Duration
	// DeployJob is the job of the workflow that deploys; empty: not known.
	DeployJob string
	Readiness Readiness
	Health    Health
	// WorldSecrets are the secrets of World's entries, by the entry's name.
	WorldSecrets map[string]Secrets
}

// Health says how a release is watched after its run. Without probes it is not watched,
// and the other fields are zero.
type Health struct {
	bot.HealthRule
	// Secrets are the secrets of the probes, by the probe's name. They are kept apart
	// from the rule, which becomes part of a plan.
	Secrets map[string]Secrets
}

// environmentShape adds to the settings what makes sense only for a single environment.
func environmentShape(sources []Source) shape {
	settings := settingsShape("An environment; {} if it needs no settings.", sources)
	settings.keys = append([]key{
		optional("after", textOf(nameRule(), "The environment in which a commit must have been healthy first.")),
		optional("soak", durationOf(0, 30*day, "How long it must have been healthy there.")),
		optional("production", boolOf("Whether this is what users see, so that an approval asks before it counts; environments called production, prod or live are, if left out.")),
	}, settings.keys...)
	return settings.orNull()
}

// The values of commits.
const (
	commitsAny      = "any"
	commitsVerified = "verified"
)

func settingsShape(about string, sources []Source) shape {
	return object(about,
		optional("checks", oneOf("Which of the commit's checks must have passed.", "all", "none").or("none").
			orManyOf(textOf(lineRule(), "The name of a check."), maxNames)).into(func(s *Settings, n *node) { s.Checks = decodeChecks(n) }),
		optional("branches", listOf(textOf(branchGlobRule(), "A branch, or a glob such as release/*."), 10, "The branches on one of which a commit must be; the default branch if left out.").filled()).into(func(s *Settings, n *node) { s.Branches = n.strs() }),
		optional("deployers", groupNames("The groups that may deploy; every full member of the workspace if left out.")).into(func(s *Settings, n *node) { s.Deployers = n.strs() }),
		optional("channels", listOf(textOf(channelRule(), "The ID of a channel."), maxNames, "The channels in which commands for this environment are taken; all if left out.").filled()).into(func(s *Settings, n *node) { s.Channels = n.strs() }),
		optional("approvals", approvalsShape("The approvals that a deploy needs, one set or a list of sets.")).into(func(s *Settings, n *node) { s.Approvals = decodeApprovals(n) }),
		optional("rollback", object("What holds for rollbacks.",
			optional("approvals", approvalsShape("The approvals that a rollback needs; none if left out.")),
		)).into(func(s *Settings, n *node) { s.RollbackApprovals = decodeApprovals(n.get("approvals")) }),
		optional("emergency", groupNames("The groups that may pass, with --emergency and a reason, the rules that may be passed; nobody if left out.")).into(func(s *Settings, n *node) { s.Emergency = n.strs() }),
		optional("review", durationOf(time.Second, 30*day, "Within what time somebody else is to sign an emergency off.").or("24h")).into(func(s *Settings, n *node) { s.Review = n.dur() }),
		optional("freeze", listOf(freezeShape(), 50, "The times in which the environment is closed.")).into(func(s *Settings, n *node) { s.Freeze = decodeFreezes(n) }),
		optional("max_commits", numberOf(1, maxCommits, "How many commits may go at once; any number if left out.").orFully(
			object("How many commits may go at once.",
				optional("warn", numberOf(1, maxCommits, "More than this are said to be many.")),
				optional("refuse", numberOf(1, maxCommits, "More than this are refused.")),
			))).into(func(s *Settings, n *node) { s.MaxCommits = decodeCommitLimit(n) }),
		optional("commits", oneOf("Whether GitHub must show each commit that goes as verified, that is as signed.", commitsAny, commitsVerified).or(commitsAny)).into(func(s *Settings, n *node) { s.VerifiedCommits = n.str() == commitsVerified }),
		optional("reviews", reviewsShape("How many people other than its author must have approved each commit that goes, in its pull request at GitHub.")).into(func(s *Settings, n *node) { s.Reviews = decodeReviews(n) }),
		optional("coalesce", boolOf("Whether a newer deploy that waits takes the place of older ones that wait.").or("false")).into(func(s *Settings, n *node) { s.Coalesce = n.yes() }),
		optional("timeout", durationOf(time.Second, 7*day, "How long a run may take.").or("30m")).into(func(s *Settings, n *node) { s.Timeout = n.dur() }),
		optional("deploy_job", textOf(lineRule(), "The job of the workflow that deploys, as GitHub shows its name: where it was skipped or never began, nothing was deployed.")).into(func(s *Settings, n *node) { s.DeployJob = n.str() }),
		optional("readiness", readinessShape()).into(func(s *Settings, n *node) { s.Readiness = decodeReadiness(n) }),
		optional("health", healthShape(sources)).into(func(s *Settings, n *node) { s.Health = decodeHealth(n) }),
		optional("world", worldShape(sources)).into(func(s *Settings, n *node) { s.World, s.WorldSecrets = decodeWorld(n) }),
	).at("settings")
}

// decodeSettings overrides the settings that a node has and keeps the others. So
// environments share the values that they inherit, and those are decoded once.
func decodeSettings(n *node, settings Settings) Settings {
	for _, e := range n.entries {
		if known, is := n.shape.key(e.name); is && known.set != nil {
			known.set(&settings, e.value)
		}
	}
	return settings
}

// effective clears what has no meaning by itself: where nobody may pass rules, there is
// nothing to review.
func (s Settings) effective() Settings {
	if len(s.Emergency) == 0 {
		s.Review = 0
	}
	return s
}
