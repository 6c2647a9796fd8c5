package catalog

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// agree checks what a single place cannot show: that different places of the file fit
// together. What the check has already found wrong is skipped, so that one mistake
// causes one fault. So is a file that exceeds its bounds, or one that has as many
// faults as are reported: the bounds are what keeps the work small.
func (c *checker) agree(root *node) {
	if root.kind != mapping {
		return
	}
	c.root = root
	c.targetsFit(root.get("services"))
	if c.oversized || c.faults.full() {
		return
	}
	c.slackAgrees(root.get("slack"))
	c.githubAgrees(root.get("github"))
	c.redisAgrees(root.get("redis"))
	c.listenAgrees(root.get("listen"), root.get("listen_admin"))
	c.onceAgrees(root)
	c.peopleAgree(root.get("people"))
	c.groupsAgree(root.get("groups"), root.get("people"))
	known := groupsOf(root.get("groups"))
	for _, operators := range root.get("operators").each() {
		c.mustBe(operators, "a group", "groups", known.declared)
	}
	c.settingsAgree(root.get("defaults"), known)
	c.needsAgree(root.get("services"))
	c.aliasesAgree(root)
	c.notifyAgrees(root)
	c.channelsAgree(root)
	for _, e := range root.get("services").entries {
		c.serviceAgrees(e.value)
		c.settingsAgree(e.value.get("defaults"), known)
		for _, environment := range e.value.get("environments").entries {
			c.settingsAgree(environment.value, known)
			c.confirmAgrees(environment.value, e.value.get("defaults"), root.get("defaults"))
			c.worldFits(e.name+" in "+environment.name, environment.value, e.value.get("defaults"), root.get("defaults"))
		}
	}
}

// targetsFit limits the number of environments of all services together.
func (c *checker) targetsFit(services *node) {
	targets := 0
	for _, e := range services.entries {
		targets += len(e.value.get("environments").entries)
	}
	if targets > maxTargets {
		c.oversized = true
		c.fault(services, fmt.Sprintf("has %d environments in all services together; %d are the most", targets, maxTargets))
	}
}

func (c *checker) slackAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	switch signing, app := n.get("signing_secret"), n.get("app_token"); slackMode(n) {
	case SlackHTTP:
		if !signing.given() {
			c.fault(signing, "is missing: in http mode it proves that a request comes from Slack; or give an app_token, and slipway connects to Slack itself")
		}
	case SlackSocket:
		if !app.given() {
			c.fault(app, "is missing: in socket mode slipway connects to Slack with it")
		}
	}
	if app := n.get("app_token"); strings.HasPrefix(app.str(), "xoxb-") {
		c.fault(app, "is a bot token; the app-level token begins with xapp-")
	}
	commands := n.get("commands")
	taken := map[string]string{}
	for _, name := range []string{"deploy", "rollback", "status"} {
		command := commands.get(name)
		if first, twice := taken[command.str()]; twice && command.str() != "" {
			c.fault(command, "is the same command as that for "+first+"; each needs its own")
		}
		taken[command.str()] = name
	}
}

// slackMode is how Slack's requests arrive: as the file says or, where it does not, as
// the tokens that it gives imply.
func slackMode(n *node) SlackMode {
	switch mode := n.get("mode"); {
	case mode.given():
		return SlackMode(mode.str())
	case n.get("app_token").given():
		return SlackSocket
	}
	return SlackHTTP
}

func (c *checker) githubAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	token, app := n.get("token"), n.get("app")
	switch {
	case token.given() && app.given():
		c.fault(app, "stands beside token; slipway uses one of them, so remove the other")
	case !token.given() && !app.given():
		c.fault(token, "is missing: give a token, or app with id, installation_id and private_key_file")
	}
}

// listenAgrees knows that nothing can be served twice at one address. Port 0 is any free one.
func (c *checker) listenAgrees(listen, admin *node) {
	if admin.valid && admin.str() == listen.str() && !strings.HasSuffix(admin.str(), ":0") {
		c.fault(admin, "is the address of listen too; leave it out to have all served there")
	}
}

func (c *checker) redisAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	address, folder, replicas := n.get("url"), n.get("data_dir"), n.get("wait_replicas")
	mode := RedisMode(n.get("mode").str())
	switch {
	case mode == "":
		return
	case mode != RedisEmbedded:
		if !address.given() {
			c.fault(address, "is missing: say where Redis is, or write mode: embedded")
		}
		if folder.given() {
			c.fault(folder, "is for mode: embedded only; remove it")
		}
	default:
		if address.given() {
			c.fault(address, "is not used with mode: embedded; remove it")
		}
		if replicas.num() > 0 {
			c.fault(replicas, "must be 0 with mode: embedded, which has no replicas")
		}
	}
	c.redisURLAgrees(address, mode)
}

// redisURLAgrees checks the URL against the mode: go-redis takes the name of a
// Sentinel's master from the URL, and only a single Redis can be reached through a
// socket.
func (c *checker) redisURLAgrees(n *node, mode RedisMode) {
	parsed, err := url.Parse(n.str())
	if err != nil || n.str() == "" {
		return
	}
	if mode == RedisSentinel && parsed.Query().Get("master_name") == "" {
		c.fault(n, "must name the master in mode: sentinel, as redis://host:26379/?master_name=mymaster")
	}
	if parsed.Scheme == "unix" && (mode == RedisSentinel || mode == RedisCluster) {
		c.fault(n, "is a socket, which works in mode: single only")
	}
}

func (c *checker) peopleAgree(n *node) {
	taken := map[string]string{}
	for _, e := range n.entries {
		for _, field := range []string{"slack", "github"} {
			id := e.value.get(field)
			if id.str() == "" {
				continue
			}
			mark := field + " " + strings.ToLower(id.str())
			if first, twice := taken[mark]; twice {
				c.fault(id, "is also that of "+first+"; a person stands here once")
			}
			taken[mark] = e.name
		}
	}
}

func (c *checker) groupsAgree(groups, people *node) {
	names := declaredIn(people)
	for _, e := range groups.entries {
		if e.value.kind != mapping {
			continue
		}
		kinds := 0
		for _, kind := range []string{"members", "slack_usergroup", "github_team"} {
			if e.value.get(kind).given() {
				kinds++
			}
		}
		if kinds != 1 {
			c.fault(e.value, fmt.Sprintf("must have members or slack_usergroup or github_team, one of them; it has %d", kinds))
		}
		for _, member := range e.value.get("members").each() {
			c.mustBe(member, "a person", "people", names)
		}
	}
}

// mustBe checks that a name is declared in a section.
func (c *checker) mustBe(n *node, what, section string, names declared) {
	name := n.str()
	if name == "" || names.has[name] || c.faults.full() {
		return
	}
	message := quote(n.written) + " is not " + what + " declared under " + section
	near, ok := c.nearest(n.written, names.list)
	switch {
	case ok:
		message += "; did you mean " + near + "?"
	case len(names.list) == 0:
		message += ", where there is none"
	case len(names.list) <= 10:
		message += "; there are " + strings.Join(names.list, ", ")
	}
	c.fault(n, message)
}

// nearest suggests what a mistyped name may mean, until maxCompared comparisons were
// made.
func (c *checker) nearest(written string, names []string) (string, bool) {
	c.compared += len(names)
	if c.compared > maxCompared {
		return "", false
	}
	return bot.Nearest(written, names)
}

// declared are the names in a table, as a list in a fixed order and as a set.
type declared struct {
	list []string
	has  map[string]bool
}

// declaredIn lists the names in the order of the file.
func declaredIn(table *node) declared {
	names := declared{has: make(map[string]bool, len(table.entries))}
	for _, e := range table.entries {
		names.list = append(names.list, e.name)
		names.has[e.name] = true
	}
	return names
}

// groupTable holds the groups in alphabetical order, with their members: nil for a
// group whose members are not in the file.
type groupTable struct {
	declared
	members map[string][]string
}

func groupsOf(table *node) groupTable {
	groups := groupTable{declared: declaredIn(table), members: map[string][]string{}}
	slices.Sort(groups.list)
	for _, e := range table.entries {
		groups.members[e.name] = e.value.get("members").strs()
	}
	return groups
}
