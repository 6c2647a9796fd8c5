package catalog

import "time"

func serviceShape(sources []Source) shape {
	input := textOf(inputValueRule(), "The value of the input.").withoutVariables().asLoose()
	return object("A service.",
		required("repo", textOf(repoRule(), "The repository, owner/name.")),
		required("workflow", textOf(workflowRule(), "The workflow's file in .github/workflows.")),
		optional("workflow_ref", textOf(branchRule(), "The branch whose workflow file is run; the default branch if left out.")),
		optional("channel", textOf(channelRule(), "The ID of the channel that shows the releases; where the command was given if left out.")),
		optional("paths", listOf(textOf(globRule(), "A glob such as api/**."), mostNames, "What counts as this service's change; the whole repository if left out.").filled()),
		optional("aliases", serviceAliasesShape()),
		optional("default_environment", textOf(nameRule(), "The environment that is meant when none is named.")),
		optional("deploy_job", textOf(lineRule(), "The job of the workflow that deploys, for every environment that does not say otherwise.")),
		optional("reviews", reviewsShape("The same for every environment of this service that does not say otherwise.")),
		optional("needs", listOf(textOf(nameRule(), "A service."), mostNeeds, "The services that go before this one where one command deploys them together.").filled()),
		optional("inputs", tableOf(input, inputNameRule(), 22, "Further fixed inputs of the workflow. GitHub shows them, so there is no ${NAME} here.")),
		optional("input_names", inputNamesShape()),
		optional("links", linksShape()),
		optional("defaults", settingsShape("Settings that hold for every environment of this service that does not say otherwise.", sources)),
		required("environments", tableOf(environmentShape(sources), nameRule(), mostEnvironments, "Where the service runs, in the order in which they are shown.").filled()),
	)
}

func inputNamesShape() shape {
	return object("What the workflow calls slipway's own inputs.",
		optional("release_id", textOf(inputNameRule(), "The input for the run key.").or("release_id")),
		optional("sha", textOf(inputNameRule(), "The input for the commit.").or("sha")),
		optional("environment", textOf(inputNameRule(), "The input for the environment.").or("environment")),
	)
}

// environmentShape is that of settings with what makes sense only for one
// environment: an order among environments cannot be a default for all.
func environmentShape(sources []Source) shape {
	settings := settingsShape("An environment; {} if it needs no settings.", sources)
	settings.keys = append([]key{
		optional("after", textOf(nameRule(), "The environment in which a commit must have been healthy first.")),
		optional("soak", durationOf(0, 30*day, "How long it must have been healthy there.")),
		optional("production", truthOf("Whether this is what users see, so that an approval asks before it counts; environments called production, prod or live are, if left out.")),
	}, settings.keys...)
	return settings.orHollow()
}

// What commits may be.
const (
	commitsAny      = "any"
	commitsVerified = "verified"
)

func settingsShape(about string, sources []Source) shape {
	return object(about,
		optional("checks", oneOf("Which of the commit's checks must have passed.", "all", "none").or("none").
			orManyOf(textOf(lineRule(), "The name of a check."), mostNames)),
		optional("branches", listOf(textOf(branchGlobRule(), "A branch, or a glob such as release/*."), 10, "The branches on one of which a commit must be; the default branch if left out.").filled()),
		optional("deployers", groupNames("The groups that may deploy; every full member of the workspace if left out.")),
		optional("channels", listOf(textOf(channelRule(), "The ID of a channel."), mostNames, "The channels in which commands for this environment are taken; all if left out.").filled()),
		optional("approvals", approvalsShape("The approvals that a deploy needs, one set or a list of sets.")),
		optional("rollback", object("What holds for rollbacks.",
			optional("approvals", approvalsShape("The approvals that a rollback needs; none if left out.")),
		)),
		optional("emergency", groupNames("The groups that may pass, with --emergency and a reason, the rules that may be passed; nobody if left out.")),
		optional("review", durationOf(time.Second, 30*day, "Within what time somebody else is to sign an emergency off.").or("24h")),
		optional("freeze", listOf(freezeShape(), 50, "The times in which the environment is closed.")),
		optional("max_commits", numberOf(1, mostCommits, "How many commits may go at once; any number if left out.").orFully(
			object("How many commits may go at once.",
				optional("warn", numberOf(1, mostCommits, "More than this are said to be many.")),
				optional("refuse", numberOf(1, mostCommits, "More than this are refused.")),
			))),
		optional("commits", oneOf("Whether GitHub must show each commit that goes as verified, that is as signed.", commitsAny, commitsVerified).or(commitsAny)),
		optional("reviews", reviewsShape("How many people other than its author must have approved each commit that goes, in its pull request at GitHub.")),
		optional("coalesce", truthOf("Whether a newer deploy that waits takes the place of older ones that wait.").or("false")),
		optional("timeout", durationOf(time.Second, 7*day, "How long a run may take.").or("30m")),
		optional("deploy_job", textOf(lineRule(), "The job of the workflow that deploys, as GitHub shows its name: where it was skipped or never began, nothing was deployed.")),
		optional("readiness", readinessShape()),
		optional("health", healthShape(sources)),
		optional("world", worldShape(sources)),
	).at("settings")
}

func reviewsShape(about string) shape {
	return numberOf(0, 10, about).orFully(object(about,
		required("count", numberOf(1, 10, "How many people.")),
		optional("merged", truthOf("Whether it suffices when somebody else merged it.").or("false")),
	))
}

func groupNames(about string) shape {
	return listOf(textOf(personNameRule(), "A name from groups."), mostNames, about).filled()
}

func freezeShape() shape {
	return object("A time in which the environment is closed: weekly with days, or once with from_date and to_date.",
		optional("days", listOf(oneOf("A day of the week.", weekdays()...), 7, "The days of the week on which it begins.").filled()),
		optional("from_date", textOf(dateRule(), "The first day, such as 2026-12-20.")),
		optional("to_date", textOf(dateRule(), "The last day, which is closed as well.")),
		optional("from", textOf(timeOfDayRule(), "The beginning, hh:mm.").or("00:00")),
		optional("to", textOf(timeOfDayRule(), "The end, hh:mm, at most 24:00; where it is not later than from, on the day after.").or("24:00")),
		optional("zone", textOf(zoneRule(), "The time zone.").or("UTC")),
		required("reason", textOf(lineRule(), "Why, as people will read it.")),
	)
}

// weekdays are in the order of time.Weekday.
func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }
