package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot/catalog"
)

func TestReadinessFaults(t *testing.T) {
	t.Parallel()
	minimal := string(readFile(t, "minimal.yaml"))
	within := func(environment string) string { return strings.TrimRight(minimal, "\n") + "\n" + environment }
	for _, tt := range []struct{ name, readiness, want string }{
		{"a tick", "{confirm: [settings]}", "needs approvals"},
		{"a glob that is broken", `{migrations: ["[a"]}`, "without its partner"},
		{"a path that leads out", "{config: [../x.env]}", "stay inside it"},
		{"a path from the root of the machine", "{config: [/etc/x.env]}", "begin at the root of the repository"},
		{"a glob for a path", `{config: ["*.env"]}`, "must be the path of a file"},
		{"a key that is unknown", "{ports: [1]}", "is no key that is known here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			faults := faultsOf(t, within("      staging: {readiness: "+tt.readiness+"}\n"))
			if len(faults) != 1 || !strings.Contains(faults[0].Message, tt.want) {
				t.Errorf("faults = %v, want one that says %q", faults, tt.want)
			}
		})
	}
}

func TestGlobsMatch(t *testing.T) {
	t.Parallel()
	globs := catalog.Globs{"api/**", "lib/{a,b}/*.go"}
	got := map[string]bool{}
	for _, path := range []string{"api/x/y.go", "lib/a/x.go", "lib/c/x.go", "lib/a/b/x.go", "apis/x"} {
		got[path] = globs.Match(path)
	}
	want := map[string]bool{"api/x/y.go": true, "lib/a/x.go": true, "lib/c/x.go": false, "lib/a/b/x.go": false, "apis/x": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Match (-want +got):\n%s", diff)
	}
}
