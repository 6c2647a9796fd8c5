package catalog

import "time"

// These bounds are far beyond what anybody needs; they catch mistakes, such as a poll
// of 15h or a list pasted twice.
const (
	maxServices     = 500
	maxEnvironments = 50    // of one service
	maxTargets      = 5_000 // environments of all services together
	maxNeeds        = 20
	maxPeople       = 5000
	maxGroups       = 500
	maxNames        = 100
	maxCommits      = 10_000
	highestID       = 999_999_999_999
)

// fileShape describes slipway.yaml. Its keys, and those of all shapes below it, are in
// the order of the documentation.
func fileShape(known Vocabulary) shape {
	sources := known.Sources
	keys := append([]key{
		required("slack", slackShape()),
		required("github", githubShape()),
		required("redis", redisShape()),
		optional("listen", textOf(hostPortRule(), "The host and port on which slipway serves HTTP.").or("127.0.0.1:8080")),
		optional("listen_admin", textOf(hostPortRule(), "The host and port for /readyz and /metrics, which are then not served on listen. Left out, they are.")),
		optional("public_url", textOf(publicURLRule(), "Where Slack and GitHub reach slipway, such as https://bot.example.com: slipway manifest writes it into the Slack app (http mode).")),
		optional("locks", object("What holds for /deploy lock.",
			optional("nag", durationOf(time.Second, 30*day, "After how long, and how often, the owner of a lock without an end is asked whether it is still needed.").or("24h")),
		)),
		optional("people", tableOf(personShape(), personNameRule(), maxPeople, "The people whom slipway knows by name.")),
		optional("aliases", environmentAliasesShape("Short names of environments, such as prod for production, in every service that has them. A real name is stronger.")),
		optional("defaults", settingsShape("Settings that hold for every service and environment that does not say otherwise. A setting is taken whole.", sources)),
		optional("groups", tableOf(groupShape(), personNameRule(), maxGroups, "Named sets of people.")),
		optional("probes_may_reach", listOf(textOf(reachRule(), "A host, an address or a range."), maxNames,
			"What health probes may connect to, by name (*.example.com stands for all below it) or by address (10.0.0.0/8); anything but the addresses that are refused anyway if left out.").filled()),
		optional("operators", listOf(textOf(personNameRule(), "A name from groups."), maxNames,
			"The groups whose members hear by direct message of slipway's own troubles, such as an alerts channel that is archived. It allows them nothing.").filled()),
		optional("channels", channelsShape()),
		optional("notify", notifyShape()),
		required("services", tableOf(serviceShape(known), serviceNameRule(known.Verbs), maxServices, "The services, by the names that people type.").filled()),
	}, onceKeys(sources)...)
	made := object("What slipway serves and how.", keys...)
	made.sources = sources
	return made
}

func slackShape() shape {
	signing := secretOf(secretRule(), "The signing secret of the Slack app (http mode). A list is accepted, for while it is being changed.")
	return object("The Slack workspace.",
		optional("mode", oneOf("How Slack's requests arrive: over connections that slipway opens (socket), or at an address of slipway's (http). Left out, an app_token means socket, and a signing_secret alone http.",
			string(SlackHTTP), string(SlackSocket))),
		required("bot_token", secretOf(secretRule(), "The bot token of the Slack app; it begins with xoxb-.")),
		optional("app_token", secretOf(secretRule(), "The app-level token with the scope connections:write, which begins with xapp- (socket mode).")),
		optional("signing_secret", signing.orManyOf(signing, 5)),
		optional("api_url", textOf(apiURLRule(), "The base of Slack's Web API.").or("https://slack.com/api/")),
		required("team", textOf(teamRule(), "The ID of the workspace served. Requests from another are refused.")),
		optional("commands", commandsShape()),
		optional("mention_success", boolOf("Whether who asked for a release is called in its thread when it has gone well. When it has not, they always are.").or("true")),
		optional("alerts", textOf(channelRule(), "The ID of the channel for what needs a person.")),
		optional("edit_pause", durationOf(100*time.Millisecond, time.Minute, "How long a card shows the same at least, before it is edited again.").or("2s")),
	)
}

func commandsShape() shape {
	return object("The names of the slash commands.",
		optional("deploy", textOf(commandRule(), "The command that deploys.").or("/deploy")),
		optional("rollback", textOf(commandRule(), "The command that takes a release back.").or("/rollback")),
		optional("status", textOf(commandRule(), "The command that shows what runs where.").or("/deploy-status")),
	)
}

func githubShape() shape {
	return object("GitHub: a token or an app.",
		optional("token", secretOf(secretRule(), "A token that may read the repositories and start workflows.")),
		optional("app", object("The installation of a GitHub App.",
			required("id", numberOf(1, highestID, "The App ID.")),
			required("installation_id", numberOf(1, highestID, "The ID of the installation.")),
			required("private_key_file", textOf(fileRule(), "The file with the app's private key, in PEM.")),
		)),
		optional("api_url", textOf(apiURLRule(), "The base of GitHub's REST API.").or("https://api.github.com/")),
		optional("webhook_secret", secretOf(secretRule(), "The secret of the webhook. Left out, runs are followed by polling alone.")),
		optional("state_keys", listOf(secretOf(stateKeyRule(), "A key."), 5,
			"Keys that sign the deployments that slipway records, so that recover believes them: the first one signs, what any of them signed counts. Left out, a key is kept in Redis and lost with it.").filled()),
		optional("poll", durationOf(100*time.Millisecond, 10*time.Minute, "How often an unfinished run is read, webhooks or not.").or("15s")),
		optional("settle", durationOf(time.Second, 30*time.Minute, "How long after it was asked for a new run may stay unlisted. Half of it, at most 10s, is how long the request may take to leave.").or("90s")),
	)
}

func redisShape() shape {
	return object("Where releases are stored.",
		optional("url", secretOf(redisURLRule(), "The URL of Redis, redis://, rediss:// or unix://.")),
		optional("mode", oneOf("The kind of Redis. With embedded, slipway starts and supervises a redis-server of its own.",
			string(RedisSingle), string(RedisSentinel), string(RedisCluster), string(RedisEmbedded)).or(string(RedisSingle))),
		optional("data_dir", textOf(fileRule(), "The folder of the embedded Redis, ./data if left out.")),
		optional("wait_replicas", numberOf(0, 10, "How many replicas must have a command, a click or a dispatch before it counts.").orNumber(0)),
		optional("keep_history", numberOf(10, 100_000, "How many started releases of each target are kept.").orNumber(1000)),
	)
}

func personShape() shape {
	return object("A person.",
		required("slack", textOf(userRule(), "The Slack user ID.")),
		optional("github", textOf(loginRule(), "The GitHub login.")),
	)
}

func groupShape() shape {
	return object("A set of people.",
		optional("members", listOf(textOf(personNameRule(), "A name from people."), maxPeople, "The members, by their names in people.").filled()),
		optional("slack_usergroup", textOf(usergroupRule(), "The ID of a user group in Slack; the app needs the scope usergroups:read.")),
		optional("github_team", textOf(githubTeamRule(), "A team at GitHub, organization/team; the token needs read:org, an app may read members. Members need their login under people.")),
	).at("group")
}
