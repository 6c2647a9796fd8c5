package reach

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Facts are the values of the placeholders in queries and matchers, by the names of the
// placeholders. One that is not known is empty.
func Facts(q bot.Question) map[string]string {
	return map[string]string{
		"service": q.Target.Service, "environment": q.Target.Environment, "sha": q.SHA, "release": q.Release,
	}
}

// Placeholders lists those that there are, as a part of a sentence.
const Placeholders = "there are {{service}}, {{environment}}, {{sha}} and {{release}}"

// IsPlaceholder says whether there is a placeholder of that name.
func IsPlaceholder(name string) bool {
	_, known := Facts(bot.Question{})[name]
	return known
}

// Escape writes a value so that it can stand between quotes in a query or a matcher.
// strconv.Quote would not do: Alertmanager before 0.27 knows no other escapes than these
// three, and Go has no single quotes.
func Escape(value string, quote byte) string {
	return strings.NewReplacer(`\`, `\\`, string(quote), `\`+string(quote), "\n", `\n`).Replace(value)
}
