package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/github/githubsim/openapi"
)

// TestMain lets stories run this very binary as "slipway", race detector and
// all ([slipwayBinary]).
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"slipway": main})
}

// TestStories plays the stories of testdata/stories: what somebody types and
// clicks, and what the channel then shows. Each runs the real program as a
// process of its own against simulators of Slack and GitHub and a real
// redis-server. story_commands_test.go explains the words they are written in.
func TestStories(t *testing.T) {
	t.Parallel()
	needRedis(t)
	described := description(t)
	testscript.Run(t, testscript.Params{
		Files: storyFiles(t),
		Setup: func(env *testscript.Env) error {
			r, err := newRig(env, described)
			if err != nil {
				return err
			}
			env.Values[rigKey{}] = r
			env.Defer(func() { endStory(env.T(), r) })
			return nil
		},
		Cmds:                storyCommands(),
		Condition:           storyCondition,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// storyFiles are the stories, those last that let most time go by, or tell most: the
// testing package begins those first that were added last, and one that waits for a minute
// should not be the last to begin.
func storyFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "stories", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no stories: %v", err)
	}
	waits := regexp.MustCompile(`(?m)^(?:passes|within) ([0-9]+)|\b([0-9]+)s\b`)
	seconds := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range waits.FindAllSubmatch(text, -1) {
			n, err := strconv.Atoi(string(found[1]) + string(found[2]))
			if err != nil {
				t.Fatal(err)
			}
			seconds[file] += n
		}
		seconds[file] += bytes.Count(text, []byte("\n")) / 5
	}
	slices.SortStableFunc(files, func(a, b string) int { return seconds[a] - seconds[b] })
	return files
}

// endStory fails a story that went well if slipway did what none may do, or if
// something that the story said no longer holds.
func endStory(t testscript.T, r *rig) {
	defer r.close()
	if failed, ok := t.(interface{ Failed() bool }); ok && failed.Failed() {
		return
	}
	if wrong := r.end(); len(wrong) > 0 {
		r.explain(t.Log)
		t.Fatal(strings.Join(wrong, "\n"))
	}
}

// description is GitHub's own, against which every request and answer of all stories is
// checked. Where it is not to be had the stories run without it, and say so.
func description(t *testing.T) githubsim.Contract {
	t.Helper()
	path, found := contract.Lookup(t, contract.GitHubDescription)
	if !found {
		return nil
	}
	described, err := openapi.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return described
}

// held makes a simulated GitHub, and in the end fails the test for each request and
// answer that did not fit GitHub's description.
func held(t *testing.T, o githubsim.Options) *githubsim.Server {
	t.Helper()
	o.Contract = description(t)
	sim := githubsim.New(o)
	t.Cleanup(func() {
		sim.Close()
		for _, v := range sim.Violations() {
			t.Error(v)
		}
	})
	return sim
}

type rigKey struct{}

// rigOf is the rig of the story that is being played.
func rigOf(ts *testscript.TestScript) *rig {
	r, ok := ts.Value(rigKey{}).(*rig)
	if !ok {
		ts.Fatalf("the story has no world")
	}
	return r
}

// players are who plays in the stories, by name.
func players() map[string]string {
	return map[string]string{"anna": "U01ANNA", "ben": "U02BEN", "cleo": "U03CLEO", "gus": "U04GUS", "dora": "U04DORA"}
}

// channels are where the stories play, by name.
func channels() map[string]string {
	return map[string]string{"deploys": "C0DEPLOYS", "alerts": "C0ALERTS", "random": "C0RANDOM", "private": "C0PRIVATE"}
}

func named(table map[string]string, what, name string) (string, error) {
	id, found := table[name]
	if !found {
		return "", fmt.Errorf("there is no %s %q in the stories", what, name)
	}
	return id, nil
}
