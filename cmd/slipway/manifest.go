package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
)

func newManifest(w world) *cobra.Command {
	var path, format string
	c := &cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest from which Slack makes slipway's app",
		Long: `Print the manifest from which Slack makes slipway's app, by what slipway.yaml says:
at https://api.slack.com/apps press "Create New App", "From a manifest". The variables
of slipway.yaml need not be set for it.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "yaml" && format != "json" {
				return &usageError{fmt.Errorf("--format is yaml or json, and not %q", format)}
			}
			declared, _, err := sketchConfig(path, w)
			if err != nil {
				return err
			}
			m, err := manifestOf(declared)
			if err != nil {
				return err
			}
			text, err := m.YAML()
			if format == "json" {
				text, err = m.JSON()
			}
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(text)
			return err
		},
	}
	configFlag(c, &path)
	c.Flags().StringVar(&format, "format", "yaml", "the notation, `yaml or json`")
	return c
}

// manifestOf is the manifest of the app that the configuration needs, unless Slack
// would not take it.
func manifestOf(declared *catalog.Catalog) (manifest.Manifest, error) {
	app := appOf(declared)
	if declared.Slack.Mode == catalog.SlackHTTP && app.URL == "" {
		return manifest.Manifest{}, &bot.Error{
			Kind: bot.Invalid, Op: "write the app manifest",
			Says: "Slack must be told where it reaches slipway, and slipway.yaml does not say",
			Mend: "Set public_url, as public_url: https://bot.example.com, or write mode: socket under slack, which needs no address.",
		}
	}
	if wrong := manifest.Lint(app); len(wrong) > 0 {
		return manifest.Manifest{}, errors.New(strings.Join(wrong, "\n"))
	}
	return manifest.Of(app), nil
}

// appOf is what the configuration says of the app in Slack.
func appOf(declared *catalog.Catalog) manifest.App {
	names := declared.Slack.Commands
	app := manifest.App{Deploy: names.Deploy, Rollback: names.Rollback, Status: names.Status}
	for _, group := range declared.Groups {
		app.UserGroups = app.UserGroups || group.SlackUsergroup != ""
	}
	if declared.Slack.Mode == catalog.SlackHTTP {
		app.URL = declared.PublicURL
	}
	return app
}
