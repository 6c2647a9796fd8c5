package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// initWords are those about a configuration that slipway itself wrote:
//
//	fast FILE       its settings are made quick enough for a story, and it listens on a
//	                free port
//	without NAME... slipway is started without these variables from here on
func initWords() map[string]storyCommand {
	return map[string]storyCommand{"fast": storyFast, "without": storyWithout}
}

func storyFast(r *rig, _ *testscript.TestScript, args []string) error {
	path := filepath.Join(r.dir, args[0])
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	quick := strings.NewReplacer(
		"slack:\n", "listen: 127.0.0.1:0\nslack:\n  edit_pause: 100ms\n",
		"github:\n", "github:\n  poll: 1s\n  settle: 2s\n",
	).Replace(string(text))
	return os.WriteFile(path, []byte(quick), 0o600)
}

func storyWithout(r *rig, _ *testscript.TestScript, args []string) error {
	r.env.Vars = slices.DeleteFunc(r.env.Vars, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(args, name)
	})
	return nil
}
