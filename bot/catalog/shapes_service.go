package catalog

func serviceShape(known Vocabulary) shape {
	sources := known.Sources
	input := textOf(inputValueRule(), "The value of the input.").withoutVariables().asLoose()
	return object("A service.",
		required("repo", textOf(repoRule(), "The repository, owner/name.")),
		required("workflow", textOf(workflowRule(), "The workflow's file in .github/workflows.")),
		optional("workflow_ref", textOf(branchRule(), "The branch whose workflow file is run; the default branch if left out.")),
		optional("channel", textOf(channelRule(), "The ID of the channel that shows the releases; where the command was given if left out.")),
		optional("paths", listOf(textOf(globRule(), "A glob such as api/**."), maxNames, "What counts as this service's change; the whole repository if left out.").filled()),
		optional("aliases", serviceAliasesShape(known.Verbs)),
		optional("default_environment", textOf(nameRule(), "The environment that is meant when none is named.")),
		optional("deploy_job", textOf(lineRule(), "The job of the workflow that deploys, for every environment that does not say otherwise.")),
		optional("reviews", reviewsShape("The same for every environment of this service that does not say otherwise.")),
		optional("needs", listOf(textOf(nameRule(), "A service."), maxNeeds, "The services that go before this one where one command deploys them together.").filled()),
		optional("inputs", tableOf(input, inputNameRule(), 22, "Further fixed inputs of the workflow. GitHub shows them, so there is no ${NAME} here.")),
		optional("input_names", inputNamesShape()),
		optional("links", linksShape()),
		optional("defaults", settingsShape("Settings that hold for every environment of this service that does not say otherwise.", sources)),
		required("environments", tableOf(environmentShape(sources), nameRule(), maxEnvironments, "Where the service runs, in the order in which they are shown.").filled()),
	)
}

func inputNamesShape() shape {
	return object("What the workflow calls slipway's own inputs.",
		optional("release_id", textOf(inputNameRule(), "The input for the run key.").or("release_id")),
		optional("sha", textOf(inputNameRule(), "The input for the commit.").or("sha")),
		optional("environment", textOf(inputNameRule(), "The input for the environment.").or("environment")),
	)
}
