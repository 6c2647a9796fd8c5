package planner

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// The name that GitHub will give the run is what counts, and not whether an
// input is named somewhere.
func TestShowsKey(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		runName string
		want    bool
	}{
		"plain":                    {"${{ inputs.release_id }}", true},
		"other spelling":           {"${{ INPUTS.RELEASE_ID }}", true},
		"the event's inputs":       {"Deploy ${{ github.event.inputs.release_id }}", true},
		"in brackets":              {"${{ inputs['release_id'] }}", true},
		"by a function":            {"${{ format('{0} to {1}', inputs.release_id, inputs.environment) }}", true},
		"all inputs":               {"${{ join(inputs.*, ' ') }}", true},
		"as JSON":                  {"${{ toJSON(inputs) }}", true},
		"where it is given":        {"${{ inputs.release_id || 'by hand' }}", true},
		"in this environment":      {"${{ inputs.environment == 'production' && inputs.release_id || 'test' }}", true},
		"beside what is unknown":   {"${{ github.actor }}: ${{ inputs.release_id }}", true},
		"elsewhere":                {"${{ inputs.environment == 'staging' && inputs.release_id || 'test' }}", false},
		"a condition alone":        {"${{ inputs.release_id && 'deploy' || 'by hand' }}", false},
		"a text":                   {"inputs.release_id", false},
		"within a text":            {"${{ 'inputs.release_id' }}", false},
		"another input":            {"${{ inputs.sha }}", false},
		"glued to a word":          {"v${{ inputs.release_id }}", false},
		"glued to what is unknown": {"${{ github.actor }}${{ inputs.release_id }}", false},
		"behind what is unknown":   {"${{ github.actor == 'x' && inputs.release_id }}", false},
		"no name":                  {"", false},
		"nothing GitHub can read":  {"${{ inputs.release_id }} ${{ ] }}", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := bot.WorkflowFile{RunName: tt.runName, Inputs: textInputs("release_id", "sha", "environment")}
			sent := map[string]string{"sha": "abc", "environment": "production"}
			if got := ShowsRunKey(file, sent, "release_id"); got != tt.want {
				t.Errorf("ShowsRunKey(%q) = %t", tt.runName, got)
			}
		})
	}
}

// Inputs are seen by an expression as GitHub types them, and with their defaults.
func TestShowsKeyByTypes(t *testing.T) {
	t.Parallel()
	file := bot.WorkflowFile{Inputs: []bot.WorkflowInput{
		{Name: "Key", Type: bot.InputText},
		{Name: "dry", Type: bot.InputBoolean, Default: new("false")},
		{Name: "size", Type: bot.InputNumber, Default: new("0")},
		{Name: "kind", Type: bot.InputChoice, Default: new("quick")},
	}}
	for runName, want := range map[string]bool{
		"${{ inputs.dry && 'dry' || inputs.key }}":                   true,
		"${{ github.event.inputs.dry && 'dry' || inputs.key }}":      false,
		"${{ inputs.size == 0 && inputs.key }}":                      true,
		"${{ inputs.size || inputs.key }}":                           true,
		"${{ inputs.kind == 'quick' && inputs.key }}":                true,
		"${{ inputs.undeclared || inputs.key }}":                     true,
		"${{ github.event_name == 'push' && 'push' || inputs.key }}": true,
	} {
		file.RunName = runName
		if got := ShowsRunKey(file, nil, "key"); got != want {
			t.Errorf("ShowsRunKey(%q) = %t", runName, got)
		}
	}
}
