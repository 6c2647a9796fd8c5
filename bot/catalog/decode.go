package catalog

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// decode builds the catalog from a checked file.
func decode(root *node, sources []Source) *Catalog {
	defaults := root.get("defaults")
	common := decodeSettings(defaults, decodeSettings(defaults.shape.fallbacks(), Settings{}))
	c := &Catalog{
		Slack:  decodeSlack(root.get("slack")),
		GitHub: decodeGitHub(root.get("github")),
		Redis:  decodeRedis(root.get("redis")),
		Listen: root.get("listen").str(),

		ListenAdmin: root.get("listen_admin").str(),
		PublicURL:   strings.TrimRight(root.get("public_url").str(), "/"),

		LockNag:        root.get("locks").get("nag").dur(),
		Defaults:       common.effective(),
		ProbesMayReach: root.get("probes_may_reach").strs(),
		Operators:      root.get("operators").strs(),
	}
	c.Sources = decodeOnce(root, sources)
	for _, e := range root.get("people").entries {
		c.People = append(c.People, Person{
			Name: e.name, Slack: e.value.get("slack").str(), GitHub: e.value.get("github").str(),
		})
	}
	for _, e := range root.get("groups").entries {
		c.Groups = append(c.Groups, Group{
			Name: e.name, Members: e.value.get("members").strs(),
			SlackUsergroup: e.value.get("slack_usergroup").str(), GitHubTeam: e.value.get("github_team").str(),
		})
	}
	c.ChannelDefaults = decodeChannels(root.get("channels"))
	c.Notify, c.Webhooks = decodeNotify(root.get("notify"), c.People)
	for _, e := range root.get("services").entries {
		service := decodeService(e.name, e.value, common)
		service.Short = decodeShort(service, e.value.get("aliases"), root.get("aliases"))
		c.Services = append(c.Services, service)
	}
	return c
}

// decodeOnce reads the settings that all probes of a source share.
func decodeOnce(root *node, sources []Source) map[string]Once {
	var said map[string]Once
	for _, source := range sources {
		if len(source.Once) == 0 {
			continue
		}
		if said == nil {
			said = map[string]Once{}
		}
		var once Once
		once.Settings, once.Secrets = settings(root.get(source.Name), source.Once)
		said[source.Name] = once
	}
	return said
}

func decodeSlack(n *node) Slack {
	commands := n.get("commands")
	slack := Slack{
		Mode:     slackMode(n),
		BotToken: n.get("bot_token").secret(),
		AppToken: n.get("app_token").secret(),
		APIURL:   withSlash(n.get("api_url").str()),
		Team:     n.get("team").str(),
		Commands: Commands{
			Deploy:   commands.get("deploy").str(),
			Rollback: commands.get("rollback").str(),
			Status:   commands.get("status").str(),
		},
		MentionSuccess: n.get("mention_success").yes(),

		Alerts:    n.get("alerts").str(),
		EditPause: n.get("edit_pause").dur(),
	}
	for _, secret := range n.get("signing_secret").each() {
		slack.SigningSecrets = append(slack.SigningSecrets, secret.secret())
	}
	return slack
}

func decodeGitHub(n *node) GitHub {
	github := GitHub{
		Token:         n.get("token").secret(),
		APIURL:        withSlash(n.get("api_url").str()),
		WebhookSecret: n.get("webhook_secret").secret(),
		Poll:          n.get("poll").dur(),
		Settle:        n.get("settle").dur(),
	}
	for _, key := range n.get("state_keys").each() {
		github.StateKeys = append(github.StateKeys, key.secret())
	}
	if app := n.get("app"); app.given() {
		github.App = &App{
			ID:             app.get("id").num(),
			InstallationID: app.get("installation_id").num(),
			PrivateKeyFile: app.get("private_key_file").str(),
		}
	}
	return github
}

func decodeRedis(n *node) Redis {
	redis := Redis{
		URL:          n.get("url").secret(),
		Mode:         RedisMode(n.get("mode").str()),
		DataDir:      n.get("data_dir").str(),
		WaitReplicas: int(n.get("wait_replicas").num()),
		KeepHistory:  int(n.get("keep_history").num()),
	}
	if redis.Mode == RedisEmbedded && redis.DataDir == "" {
		redis.DataDir = "./data"
	}
	return redis
}

// withSlash ends the base of an API with a slash, so that paths can be appended.
func withSlash(base string) string {
	return strings.TrimSuffix(base, "/") + "/"
}

func decodeService(name string, n *node, defaults Settings) Service {
	owner, repo, _ := strings.Cut(n.get("repo").str(), "/")
	names := n.get("input_names")
	service := Service{
		Name:               name,
		Repo:               Repository{Owner: owner, Name: repo},
		Workflow:           n.get("workflow").str(),
		WorkflowRef:        n.get("workflow_ref").str(),
		Channel:            n.get("channel").str(),
		Paths:              n.get("paths").strs(),
		DefaultEnvironment: n.get("default_environment").str(),
		Needs:              n.get("needs").strs(),
		Inputs:             map[string]string{},
		InputNames: InputNames{
			ReleaseID:   names.get("release_id").str(),
			SHA:         names.get("sha").str(),
			Environment: names.get("environment").str(),
		},
	}
	if aliases := n.get("aliases"); aliases.kind == sequence {
		service.Aliases = aliases.strs()
	}
	for _, e := range n.get("inputs").entries {
		service.Inputs[e.name] = e.value.str()
	}
	for _, e := range n.get("links").entries {
		service.Links = append(service.Links, bot.Link{Name: e.name, URL: e.value.str()})
	}
	if job := n.get("deploy_job"); job.given() {
		defaults.DeployJob = job.str()
	}
	if reviews := n.get("reviews"); reviews.given() {
		defaults.Reviews = decodeReviews(reviews)
	}
	defaults = decodeSettings(n.get("defaults"), defaults)
	environments := n.get("environments").entries
	service.Environments = make([]Environment, 0, len(environments))
	for _, e := range environments {
		settings, production := decodeSettings(e.value, defaults), isProduction(e.name)
		settings.After, settings.Soak = e.value.get("after").str(), e.value.get("soak").dur() // these have no defaults
		if said := e.value.find("production"); said != nil {
			production = said.yes()
		}
		service.Environments = append(service.Environments, Environment{Name: e.name, Production: production, Settings: settings.effective()})
	}
	return service
}

// firstWith returns the first of these nodes that has a key, of an environment's settings
// and the defaults behind them. A setting is taken whole, so that nobody has to work
// out how two were merged.
func firstWith(key string, settings []*node) *node {
	for _, n := range settings {
		if found := n.find(key); found != nil {
			return found
		}
	}
	return &node{}
}
