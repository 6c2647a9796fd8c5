package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// App is what slipway.yaml says of the app in Slack.
type App struct {
	// Deploy, Rollback and Status are the names of the slash commands.
	Deploy, Rollback, Status string
	// UserGroups says that some group is a user group of Slack.
	UserGroups bool
	// URL is where Slack reaches slipway, as https://bot.example.com; empty in
	// Socket Mode, in which slipway opens the connection itself.
	URL string
}

// Manifest is the manifest with the fields that slipway uses, in the order in which
// Slack shows them.
type Manifest struct {
	Metadata metadata `json:"_metadata"            yaml:"_metadata"`
	Display  display  `json:"display_information"  yaml:"display_information"`
	Features features `json:"features"             yaml:"features"`
	OAuth    oauth    `json:"oauth_config"         yaml:"oauth_config"`
	Settings settings `json:"settings"             yaml:"settings"`
}

type metadata struct {
	Major int `json:"major_version" yaml:"major_version"`
	Minor int `json:"minor_version" yaml:"minor_version"`
}

type display struct {
	Name        string `json:"name"        yaml:"name"`
	Description string `json:"description" yaml:"description"`
}

type features struct {
	Home      home       `json:"app_home"       yaml:"app_home"`
	Bot       botUser    `json:"bot_user"       yaml:"bot_user"`
	Shortcuts []shortcut `json:"shortcuts"      yaml:"shortcuts"`
	Commands  []command  `json:"slash_commands" yaml:"slash_commands"`
}

// shortcut is an entry in the menu of every message.
type shortcut struct {
	Name        string `json:"name"        yaml:"name"`
	Type        string `json:"type"        yaml:"type"`
	Callback    string `json:"callback_id" yaml:"callback_id"`
	Description string `json:"description" yaml:"description"`
}

type home struct {
	Tab      bool `json:"home_tab_enabled"               yaml:"home_tab_enabled"`
	Messages bool `json:"messages_tab_enabled"           yaml:"messages_tab_enabled"`
	ReadOnly bool `json:"messages_tab_read_only_enabled" yaml:"messages_tab_read_only_enabled"`
}

type botUser struct {
	Name   string `json:"display_name"  yaml:"display_name"`
	Online bool   `json:"always_online" yaml:"always_online"`
}

type command struct {
	Command     string `json:"command"       yaml:"command"`
	URL         string `json:"url,omitempty" yaml:"url,omitempty"`
	Description string `json:"description"   yaml:"description"`
	Hint        string `json:"usage_hint"    yaml:"usage_hint"`
	Escape      bool   `json:"should_escape" yaml:"should_escape"`
}

type oauth struct {
	Scopes scopes `json:"scopes" yaml:"scopes"`
}

type scopes struct {
	Bot []string `json:"bot" yaml:"bot"`
}

type settings struct {
	Events      events      `json:"event_subscriptions"    yaml:"event_subscriptions"`
	Interactive interactive `json:"interactivity"          yaml:"interactivity"`
	OrgDeploy   bool        `json:"org_deploy_enabled"     yaml:"org_deploy_enabled"`
	SocketMode  bool        `json:"socket_mode_enabled"    yaml:"socket_mode_enabled"`
	Rotation    bool        `json:"token_rotation_enabled" yaml:"token_rotation_enabled"`
}

type events struct {
	URL string   `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	Bot []string `json:"bot_events"            yaml:"bot_events"`
}

type interactive struct {
	Enabled bool   `json:"is_enabled"            yaml:"is_enabled"`
	URL     string `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	// Options is where menus ask what there is to choose from.
	Options string `json:"message_menu_options_url,omitempty" yaml:"message_menu_options_url,omitempty"`
}

// Of is the manifest of an app.
func Of(a App) Manifest {
	m := Manifest{
		Metadata: metadata{Major: 1, Minor: 1},
		Display:  display{Name: "slipway", Description: "Deploy, roll back and check service status from Slack."},
		Features: features{
			// Without the Messages tab Slack takes no direct messages from slipway.
			// What is written there is not read, so nobody can write there.
			Home: home{Tab: true, Messages: true, ReadOnly: true},
			Bot:  botUser{Name: "slipway", Online: true},
			Shortcuts: []shortcut{{
				Name: "What was deployed then?", Type: "message", Callback: blocks.ShortcutAround,
				Description: "What was deployed around then? All changes around the time of this message, the most suspect first.",
			}},
		},
		OAuth: oauth{scopes{Scopes(a)}},
		Settings: settings{
			Events:      events{URL: a.at("/slack/events"), Bot: eventNames(a)},
			Interactive: interactive{Enabled: true, URL: a.at("/slack/interactions"), Options: a.at("/slack/interactions")},
			SocketMode:  a.URL == "",
		},
	}
	for _, c := range a.commands() {
		c.URL, c.Escape = a.at("/slack/commands"), true
		m.Features.Commands = append(m.Features.Commands, c)
	}
	return m
}

func (a App) commands() []command {
	return []command{
		{Command: a.Deploy, Description: "Deploy a service", Hint: "<service> [ref] [to env]"},
		{Command: a.Rollback, Description: "Take a service back to a release that was healthy", Hint: "<service> [env] [to release]"},
		{Command: a.Status, Description: "Show what runs where", Hint: "[service] [env]"},
	}
}

// at is where Slack sends requests of a kind; nowhere in Socket Mode.
func (a App) at(path string) string {
	if a.URL == "" {
		return ""
	}
	return strings.TrimRight(a.URL, "/") + path
}

// YAML writes the manifest as people read it.
func (m Manifest) YAML() ([]byte, error) {
	text, err := yaml.MarshalWithOptions(m, yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write the app manifest: %w", err)
	}
	return text, nil
}

// JSON writes the manifest as Slack's API takes it.
func (m Manifest) JSON() ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("write the app manifest: %w", err)
	}
	return text.Bytes(), nil
}
