package readiness

import "testing"

// TestElsewhere: a folder for an environment before production does not count for
// production, unless it is the service's own folder.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file, environment, glob string
		want                    bool
	}{
		{"deploy/staging/values.yaml", "production", "", false},
		{"deploy/Staging/values.yaml", "prod-eu", "", false},
		{"overlays/qa/kustomization.yaml", "live", "", false},
		{"deploy/production/values.yaml", "production", "", true},
		{"deploy/staging/values.yaml", "staging", "", true},
		{"docker/production/Dockerfile", "staging", "", true},
		{"deploy/staging/values.yaml", "blue", "", true},
		{"deploy/staging/values.yaml", "", "", true},
		{"stage/Dockerfile", "production", "stage/**", true},
		{"stage/staging/values.yaml", "production", "stage/**", false},
		{"backstage/Dockerfile", "production", "", true},
	}
	for _, tt := range tests {
		rules := Rules{Environment: tt.environment}
		if tt.glob != "" {
			rules.Paths, rules.Own = []string{tt.glob}, func(string) bool { return true }
		}
		if got := rules.concerns(tt.file); got != tt.want {
			t.Errorf("%s concerns %q, whose paths are %q: %t, want %t", tt.file, tt.environment, tt.glob, got, tt.want)
		}
	}
}
