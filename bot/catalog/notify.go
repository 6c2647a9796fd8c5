package catalog

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

const maxNotify = 100

// Webhook is an address to which notifications are sent.
type Webhook struct {
	// ID identifies it without showing its address, which may contain a secret.
	ID     string
	URL    Secret
	Secret Secret
}

func notifyShape() shape {
	return listOf(object("Who is told of what. Every entry that fits sends.",
		optional("when", object("What it is about; what is left out may be anything.",
			optional("service", listOf(textOf(nameRule(), "A service."), maxNames, "The services.").filled()),
			optional("environment", listOf(textOf(nameRule(), "An environment of any service."), maxNames, "The environments.").filled()),
			optional("outcome", listOf(oneOf("An outcome.", outcomeWords()...), int64(len(bot.Outcomes())), "What came of it.").filled()),
			optional("severity", listOf(oneOf("A severity.", severityWords()...), int64(len(bot.Severities())),
				"How much it calls for a person: critical is failed, unhealthy and unknown in production; warning is those elsewhere, inconclusive, rolled_back and out_of_band; info is the rest.").filled()),
		).orNull()),
		optional("to", listOf(textOf(recipientRule(), "A channel's ID, or @ and a name from people or groups."), maxNames, "The channels and people that are told.").filled()),
		optional("webhook", secretOf(hookRule(), "The address that is sent a signed CloudEvent; a user and a password in it sign in there.")),
		optional("secret", secretOf(secretRule(), "The key that signs it.")),
	), maxNotify, "Who is told of what, beside the channel of the service and the alerts. Every entry that fits sends.").filled()
}

func outcomeWords() []string {
	var words []string
	for _, o := range bot.Outcomes() {
		words = append(words, string(o))
	}
	return words
}

func severityWords() []string {
	var words []string
	for _, s := range bot.Severities() {
		words = append(words, string(s))
	}
	return words
}

func recipientRule() rule {
	return rule{
		words:   "the ID of a channel, such as C0123ABCD, or @ and a name from people or groups, such as @anna",
		pattern: `^([CG][A-Z0-9]{2,20}|@[a-z0-9][a-z0-9._-]{0,39})$`,
	}
}

// notifyAgrees checks that each entry has a recipient, and that the names in it are
// declared.
func (c *checker) notifyAgrees(root *node) {
	services, environments := declaredIn(root.get("services")), everyEnvironment(root.get("services"))
	named := declaredIn(root.get("people"))
	for _, name := range declaredIn(root.get("groups")).list {
		if !named.has[name] {
			named.has[name] = true
			named.list = append(named.list, name)
		}
	}
	keys := map[string]string{} // by the webhook's address
	for _, entry := range root.get("notify").each() {
		if entry.kind != mapping {
			continue
		}
		for _, service := range entry.get("when").get("service").each() {
			c.mustBe(service, "a service", "services", services)
		}
		for _, environment := range entry.get("when").get("environment").each() {
			c.mustBe(environment, "an environment of any service", "services", environments)
		}
		for _, to := range entry.get("to").each() {
			c.recipientAgrees(to, named)
		}
		c.webhookAgrees(entry, keys)
	}
}

// recipientAgrees checks that a name after an @ is declared.
func (c *checker) recipientAgrees(to *node, named declared) {
	name, isName := strings.CutPrefix(to.str(), "@")
	if !isName || named.has[name] {
		return
	}
	without := *to
	without.written, without.value = strings.TrimPrefix(to.written, "@"), name
	c.mustBe(&without, "anybody", "people or groups", named)
}

// webhookAgrees checks one entry's webhook. keys maps the addresses seen so far to
// their keys.
func (c *checker) webhookAgrees(entry *node, keys map[string]string) {
	webhook, secret := entry.get("webhook"), entry.get("secret")
	key, known := keys[webhook.str()]
	keys[webhook.str()] = secret.str()
	switch {
	case !webhook.given() && !entry.get("to").given():
		c.fault(entry, "tells nobody: give to, webhook or both")
	case webhook.given() && !secret.given():
		c.fault(secret, "is missing: the key by which the receiver knows that slipway sent it")
	case secret.given() && !webhook.given():
		c.fault(secret, "signs nothing: there is no webhook")
	case webhook.valid && secret.valid && known && key != secret.str():
		c.fault(secret, "is another one than an entry above has for the same webhook")
	}
}

// decodeNotify returns the rules and the webhooks in them.
func decodeNotify(n *node, people []Person) (rules []bot.NotifyRule, hooks []Webhook) {
	for _, entry := range n.each() {
		when := entry.get("when")
		rule := bot.NotifyRule{Services: when.get("service").strs(), Environments: when.get("environment").strs()}
		for _, word := range when.get("outcome").strs() {
			rule.Outcomes = append(rule.Outcomes, bot.ReleaseOutcome(word))
		}
		for _, word := range when.get("severity").strs() {
			rule.Severities = append(rule.Severities, bot.Severity(word))
		}
		for _, word := range entry.get("to").strs() {
			rule.To = append(rule.To, recipient(word, people))
		}
		if webhook := entry.get("webhook"); webhook.given() {
			hook := Webhook{URL: webhook.secret(), Secret: entry.get("secret").secret()}
			hook.ID = bot.WebhookID(hook.URL.Reveal())
			rule.To = append(rule.To, bot.Recipient{Kind: bot.ToWebhook, ID: hook.ID})
			hooks = append(hooks, hook)
		}
		rules = append(rules, rule)
	}
	return rules, hooks
}

// recipient reads a value of `to`. A person takes precedence over a group of the same
// name.
func recipient(word string, people []Person) bot.Recipient {
	name, isName := strings.CutPrefix(word, "@")
	if !isName {
		return bot.Recipient{Kind: bot.ToChannel, ID: word}
	}
	for _, p := range people {
		if p.Name == name {
			return bot.Recipient{Kind: bot.ToPerson, ID: p.Slack}
		}
	}
	return bot.Recipient{Kind: bot.ToGroup, ID: name}
}
