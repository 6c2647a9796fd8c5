package main

import (
	"os"
	"strings"
)

// inSocketMode says that slipway connects to Slack in the stories and in the faults, and
// is not reached by HTTP: all of them hold either way. `make test` and `make faults` go
// over HTTP, `make stories-socket` and `make faults-socket` over sockets.
func inSocketMode() bool { return os.Getenv("SLACK_MODE") == "socket" }

// testAppToken is the app token of the tests' workspace; empty where Slack posts what it
// sends.
func testAppToken() string {
	if inSocketMode() {
		return "xapp-slacksim"
	}
	return ""
}

// connected makes a configuration one in which slipway connects to Slack, where that is
// how it is reached.
func connected(config string) string {
	if !inSocketMode() {
		return config
	}
	return strings.NewReplacer(
		"signing_secret: ${SLACK_SIGNING_SECRET}", "app_token: ${SLACK_APP_TOKEN}",
		`signing_secret: "${SLACK_SIGNING_SECRET}"`, `app_token: "${SLACK_APP_TOKEN}"`,
		"mode: http", "mode: socket",
	).Replace(config)
}
