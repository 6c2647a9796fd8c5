package readiness

import (
	"path"
	"slices"
	"strings"
)

// notDeployed says whether a file lies where nothing that runs in production comes
// from: vendored code, tests, examples, templates, and the files of developers and
// their pipelines.
func notDeployed(file string) bool {
	for folder := range strings.SplitSeq(path.Dir(file), "/") {
		switch folder {
		case "node_modules", "vendor", "third_party", "fixtures", "docs", "doc", "website",
			".github", ".gitlab", ".circleci", ".buildkite", ".devcontainer", ".vscode", ".idea", ".gitpod",
			"dev", "development", "bower_components", "playwright", "cypress", "harness", "benchmark", "benchmarks", "bench":
			return true
		}
		if slices.ContainsFunc(wordsIn(folder), func(word string) bool {
			switch word {
			case "test", "tests", "testing", "testdata", "integrationtest", "integrationtests", "unittest", "unittests", "testutil", "testutils", "spec", "specs", "e2e", "example", "examples", "sample", "samples", "template", "templates",
				"devcontainer", "fixture", "playground":
				return true
			}
			return false
		}) {
			return true
		}
	}
	return false
}

// wordsIn splits a name into words, in lower case.
func wordsIn(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("._- ", r) })
}

// forOthers says whether a file's name shows that it is not for this environment: that
// it is for development, for tests, or for another environment.
func forOthers(name, environment string) bool {
	words := wordsIn(name)
	env := slices.Contains(words, "env") // .env.local may belong to any environment
	mine := stageOf(wordsIn(environment))
	return slices.ContainsFunc(words, func(word string) bool {
		stage := stageOf([]string{word})
		return stage != "" && stage != mine && (mine != "" || stage == "development" || stage == "test") && (!env || word != "local")
	})
}

// stageOf returns which of the usual environments a name is for; empty: none.
func stageOf(words []string) string {
	for _, word := range words {
		switch word {
		case "dev", "develop", "development", "debug", "local", "override", "devcontainer":
			return "development"
		case "test", "tests", "testing", "ci", "e2e", "integration", "cypress", "playwright":
			return "test"
		case "stage", "staging", "stg", "preprod", "uat", "qa", "preview":
			return "staging"
		case "prod", "production", "live":
			return "production"
		}
	}
	return ""
}
