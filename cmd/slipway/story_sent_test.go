package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim/slacktypes"
)

// keeps is what writes all that slipway sends to Slack in a story into a file of its
// own, one object a line, in the folder that SENT names, and in the end the manifests
// that it wrote: `make conformance` holds them against Slack's own types and schema.
// Where nothing is named nothing is kept.
func (r *rig) keeps() (func(slacksim.Sent), error) {
	folder := os.Getenv("SENT")
	if folder == "" {
		return nil, nil
	}
	file, err := os.Create(filepath.Join(folder, filepath.Base(r.dir)+".jsonl"))
	if err != nil {
		return nil, err
	}
	var one sync.Mutex
	lines := json.NewEncoder(file)
	keep := func(sent slacksim.Sent) {
		one.Lock()
		defer one.Unlock()
		_ = lines.Encode(sent) // once the story is over the file is closed, and the rest of no interest
	}
	r.env.Defer(func() {
		r.keepManifests(keep)
		_ = file.Close()
	})
	return keep, nil
}

// keepManifests keeps what may be pasted into the settings of an app.
func (r *rig) keepManifests(keep func(slacksim.Sent)) {
	for _, pattern := range []string{"slack-manifest.yaml", "*/slack-manifest.yaml"} {
		files, err := filepath.Glob(filepath.Join(r.dir, pattern))
		if err != nil {
			panic(err) // the pattern is ours
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			if manifest, err := yaml.YAMLToJSON(text); err == nil {
				keep(slacksim.Sent{Method: slacktypes.ManifestWritten, Body: string(manifest)})
			}
		}
	}
}
