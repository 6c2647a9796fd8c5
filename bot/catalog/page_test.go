package catalog_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/integrations/alertmanager"
	"github.com/slipwayhq/slipway/integrations/checkprobe"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
	"github.com/slipwayhq/slipway/integrations/prometheus"
	"github.com/slipwayhq/slipway/integrations/workflowprobe"
)

const configurationPage = "../../docs/configuration.md"

// TestClaims_ConfigurationPageIsGenerated holds docs/configuration.md to the shapes by
// which slipway.yaml is checked, with every source that slipway has; -update writes it.
func TestClaims_ConfigurationPageIsGenerated(t *testing.T) {
	t.Parallel()
	golden.Check(t, configurationPage, catalog.Reference([]catalog.Source{httpprobe.Kind(), prometheus.Kind(), workflowprobe.Kind(), alertmanager.Kind(), checkprobe.Kind()}))
}
