package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// begins runs slipway init by its flags alone and gives what it said.
func begins(t *testing.T, vars map[string]string, args ...string) (status int, said string) {
	t.Helper()
	var out bytes.Buffer
	lookup := func(name string) (string, bool) { v, set := vars[name]; return v, set }
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // where a browser is waited for nobody comes
	defer cancel()
	status = run(ctx, append([]string{"init"}, args...), world{in: &bytes.Buffer{}, out: &out, err: &out, lookup: lookup})
	return status, out.String()
}

// Whatever is answered wrongly is refused before anything is looked up, made at GitHub
// or written, and what is said names it.
func TestInit_WrongAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"no repository", nil, "--repo OWNER/NAME"},
		{"no owner", []string{"--repo", "acme"}, "services."},
		{"an address", []string{"--repo", "https://github.com/acme/api"}, ".repo"},
		{"a space", []string{"--repo", "acme/the api"}, ".repo"},
		{"a service with a space", []string{"--repo", "acme/api", "--service", "the api"}, "services"},
		{"a service with a line of its own", []string{"--repo", "acme/api", "--service", "api:\n  web"}, "slipway.yaml would not be good"},
		{"a service that is a command", []string{"--repo", "acme/api", "--service", "help"}, "services"},
		{"an environment", []string{"--repo", "acme/api", "--environment", "prod!"}, "environments"},
		{"the same one twice", []string{"--repo", "acme/api", "--environment", "live,live"}, "live"},
		{"a workflow elsewhere", []string{"--repo", "acme/api", "--workflow", "../../deploy.yml"}, ".workflow"},
		{"a channel by its name", []string{"--repo", "acme/api", "--channel", "#deploys"}, `"#deploys" is no id of a channel`},
		{"one with a space", []string{"--repo", "acme/api", "--channel", "the deploys"}, `"the deploys" is no id of a channel`},
		{"one for alerts", []string{"--repo", "acme/api", "--alerts", "alerts"}, "SLACK_BOT_TOKEN"},
		{"a workspace by its name", []string{"--repo", "acme/api", "--team", "acme"}, "slack.team"},
		{"no address", []string{"--repo", "acme/api", "--mode", "http"}, "--public-url URL"},
		{"a bad one", []string{"--repo", "acme/api", "--mode", "http", "--public-url", "bot.example.com"}, "public_url"},
		{"no mode", []string{"--repo", "acme/api", "--mode", "pigeon"}, "--mode is socket or http"},
		{"an App without its key", []string{"--repo", "acme/api", "--github-app-id", "7"}, "github-app.pem"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "fresh")
			// With the App asked for too: it must not come so far.
			args := append(tt.args, "--dir", dir, "--github-app", "--github-api-url", "http://127.0.0.1:1/")
			status, said := begins(t, nil, args...)
			if status != statusWrong || !strings.Contains(said, tt.says) || strings.Contains(said, "in a browser") {
				t.Errorf("status %d, want it to say %q:\n%s", status, tt.says, said)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// Tokens that are worth nothing stop nothing but what needs them, and are never shown.
func TestInit_TokensThatAreWorthNothing(t *testing.T) {
	t.Parallel()
	_, api := newMaker(t)
	vars := map[string]string{"SLACK_BOT_TOKEN": "xoxb-worth-nothing", "GITHUB_TOKEN": "ghp_worth_nothing"}
	dir := t.TempDir()
	status, said := begins(t, vars, "--dir", dir, "--repo", "acme/api", "--channel", "C0DEPLOYS", "--slack-api-url", "http://127.0.0.1:1/", "--github-api-url", api)
	if status != statusGood || !strings.Contains(said, "unknown  Slack") || !strings.Contains(said, "unknown  GitHub") {
		t.Errorf("status %d:\n%s", status, said)
	}
	if strings.Contains(said, "worth") {
		t.Errorf("a secret is shown:\n%s", said)
	}
	status, said = begins(t, vars, "--dir", t.TempDir(), "--repo", "acme/api", "--channel", "#deploys", "--slack-api-url", "http://127.0.0.1:1/")
	if status != statusWrong || !strings.Contains(said, `"#deploys" is no id of a channel`) {
		t.Errorf("status %d:\n%s", status, said)
	}
}

// Where nothing can be written that is said, with what would help; and a .env that
// cannot be read is left as it is, and not repeated.
func TestInit_NowhereToWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]string{nil, {"--github-app"}} {
		status, said := begins(t, nil, append(more, "--dir", filepath.Join(file, "below"), "--repo", "acme/api")...)
		if status != statusFailed && status != statusWrong || !strings.Contains(said, "not a directory") || strings.Contains(said, "in a browser") {
			t.Errorf("%v: status %d:\n%s", more, status, said)
		}
	}
	folders := tree(t, t.TempDir(), map[string]string{"a/.env/x": "", "b/slipway.yaml/x": ""})
	for _, below := range []string{"a", "b"} {
		status, said := begins(t, nil, "--dir", filepath.Join(folders, below), "--repo", "acme/api")
		if status != statusFailed || !strings.Contains(said, "is a directory. Let yourself read it") {
			t.Errorf("a folder in place of a file: status %d:\n%s", status, said)
		}
	}
	odd := t.TempDir()
	if err := os.WriteFile(filepath.Join(odd, ".env"), []byte("A=\"hush\nB=1"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := begins(t, nil, "--dir", odd, "--repo", "acme/api")
	if status != statusWrong || !strings.Contains(said, ".env that is there cannot be read") || strings.Contains(said, "hush") {
		t.Errorf("status %d:\n%s", status, said)
	}
	if left, _ := os.ReadDir(odd); len(left) != 1 {
		t.Errorf("something was written: %v", left)
	}
}

// A .env of somebody's own keeps what it has, with other names and comments.
func TestInit_EnvOfOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const theirs = "# ours\nexport DATABASE_URL='postgres://u:p@h/d'\nSLACK_TEAM=T0001"
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(theirs), 0o644); err != nil {
		t.Fatal(err)
	}
	status, said := begins(t, nil, "--dir", dir, "--repo", "acme/api")
	if status != statusGood || !strings.Contains(said, "it would get SLACK_BOT_TOKEN, SLACK_APP_TOKEN, GITHUB_TOKEN") {
		t.Errorf("status %d:\n%s", status, said)
	}
	read := func() string {
		text, err := os.ReadFile(filepath.Join(dir, ".env"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if read() != theirs {
		t.Errorf("it was changed:\n%s", read())
	}
	if status, said = begins(t, nil, "--force", "--dir", dir, "--repo", "acme/api"); status != statusGood {
		t.Errorf("status %d:\n%s", status, said)
	}
	if got := read(); !strings.HasPrefix(got, theirs+"\n") || strings.Count(got, "SLACK_TEAM=") != 1 || !strings.Contains(got, "\nSLACK_APP_TOKEN=\n") {
		t.Errorf("it became:\n%s", got)
	}
	if info, err := os.Stat(filepath.Join(dir, ".env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

// What the first run left empty is filled in by a second one; what somebody wrote is not
// touched.
func TestInit_FillsInWhatWasLeftForLater(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if status, said := begins(t, map[string]string{"SLACK_BOT_TOKEN": "xoxb-theirs"}, "--dir", dir, "--repo", "acme/api", "--slack-api-url", "http://127.0.0.1:1/"); status != statusGood {
		t.Fatalf("status %d:\n%s", status, said)
	}
	later := map[string]string{"SLACK_BOT_TOKEN": "xoxb-another", "SLACK_APP_TOKEN": "xapp-later"}
	status, said := begins(t, later, "--dir", dir, "--repo", "acme/api", "--slack-api-url", "http://127.0.0.1:1/")
	if status != statusGood || !strings.Contains(said, "wrote    SLACK_APP_TOKEN in .env") || !strings.Contains(said, "it would get another SLACK_BOT_TOKEN") {
		t.Errorf("status %d:\n%s", status, said)
	}
	text, err := os.ReadFile(filepath.Join(dir, ".env"))
	if err != nil || !strings.Contains(string(text), "\nSLACK_APP_TOKEN=xapp-later\n") || !strings.Contains(string(text), "\nSLACK_BOT_TOKEN=xoxb-theirs\n") {
		t.Errorf("%v, it became:\n%s", err, text)
	}
}

// An App is made once: a second run keeps it and its key, and one that was broken off
// before the App was installed goes on with it.
func TestInit_GitHubAppIsMadeOnce(t *testing.T) {
	t.Parallel()
	m, api := newMaker(t)
	m.uninstalled = true
	dir, out := filepath.Join(t.TempDir(), "fresh"), &screen{}
	ctx, breakOff := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- initWith(ctx, &bytes.Buffer{}, out, "--dir", dir, "--github-app-code", "a-code", "--github-api-url", api)
	}()
	out.find(t, `(Install it for acme/api)`)
	breakOff()
	if status := <-ended; status != statusFailed || !strings.Contains(out.String(), "--github-app-id 7") {
		t.Errorf("status %d:\n%s", status, out)
	}
	key := func() string {
		text, err := os.ReadFile(filepath.Join(dir, keyFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	made := key()
	again := func(want int, says string, args ...string) {
		t.Helper()
		out := &screen{}
		if status := initWith(t.Context(), &bytes.Buffer{}, out, append(args, "--dir", dir, "--github-api-url", api)...); status != want || !strings.Contains(out.String(), says) {
			t.Errorf("%v: status %d, want it to say %q:\n%s", args, status, says, out)
		}
		if key() != made {
			t.Errorf("%v: the key was overwritten", args)
		}
	}
	again(statusWrong, "is there, the key of a GitHub App that was made before", "--github-app")
	m.Repo("acme/api").Install(42)
	again(statusGood, "wrote    slipway.yaml", "--github-app-id", "7")
	wantApp(t, dir)
	again(statusGood, "kept     the GitHub App 7, which slipway.yaml names", "--github-app")
	again(statusGood, "kept     slipway.yaml is as it should be")
	// slipway finds the key, wherever it is started.
	declared, _, err := sketchConfig(filepath.Join(dir, "slipway.yaml"), world{lookup: func(string) (string, bool) { return "", false }})
	if err != nil || declared.GitHub.App.PrivateKeyFile != filepath.Join(dir, keyFile) {
		t.Errorf("%+v, %v", declared, err)
	}
}

// What editors and other tools make of the files of init is no change of theirs: ends of
// lines, a last line without one, a mark at the beginning, links. What others may read of the
// secrets they may not afterwards.
func TestInit_FilesOfManyShapes(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	args := []string{"--dir", dir, "--repo", "acme/api", "--team", "T0001", "--slack-api-url", "http://127.0.0.1:1/", "--github-api-url", "http://127.0.0.1:1/"}
	if status, said := begins(t, nil, args...); status != statusGood {
		t.Fatalf("status %d:\n%s", status, said)
	}
	rewrite := func(name string, change func(string) string) {
		t.Helper()
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(change(string(text))), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	windows := func(text string) string { return "\uFEFF" + strings.ReplaceAll(text, "\n", "\r\n") }
	rewrite("slipway.yaml", windows)
	rewrite("slack-manifest.yaml", func(text string) string { return strings.TrimSuffix(text, "\n") })
	rewrite(".github/workflows/deploy.yml", windows)
	rewrite(".env", func(text string) string { return strings.ReplaceAll(text, "=\n", "=there\n") + "OTHER=1" })
	if err := os.Rename(filepath.Join(dir, ".env"), filepath.Join(elsewhere, "secrets")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "secrets"), filepath.Join(dir, ".env")); err != nil {
		t.Fatal(err)
	}
	status, said := begins(t, nil, args...)
	for _, name := range []string{"slipway.yaml is as it should be", "slack-manifest.yaml is as it should be", ".github/workflows/deploy.yml is as it should be", ".env is as it should be"} {
		if !strings.Contains(said, "kept     "+name) {
			t.Errorf("status %d, it does not say %q:\n%s", status, name, said)
		}
	}
	if info, err := os.Stat(filepath.Join(elsewhere, "secrets")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	// What is written goes where a link leads, also one that leads nowhere yet.
	config := filepath.Join(dir, "slipway.yaml")
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("..", filepath.Base(elsewhere), "slipway.yaml"), config); err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]string{nil, {"--force", "--service", "shop"}} {
		if status, said := begins(t, map[string]string{"SLACK_BOT_TOKEN": "xoxb-new"}, append(more, args...)...); status != statusGood {
			t.Errorf("status %d:\n%s", status, said)
		}
		for link, to := range map[string]string{".env": "secrets", "slipway.yaml": "slipway.yaml"} {
			info, err := os.Lstat(filepath.Join(dir, link))
			if err != nil || info.Mode()&os.ModeSymlink == 0 || !isThere(filepath.Join(elsewhere, to)) {
				t.Errorf("%s is a link no more: %v %v", link, info, err)
			}
		}
	}
	if text, err := os.ReadFile(filepath.Join(elsewhere, "secrets")); err != nil || !strings.Contains(string(text), "SLACK_BOT_TOKEN=xoxb-new\n") {
		t.Errorf("%v, the secrets are\n%s", err, text)
	}
}

// A workflow under a slightly other name is the one that deploys: a second one beside it
// would deploy too.
func TestInit_WorkflowUnderAnotherEnding(t *testing.T) {
	t.Parallel()
	dir := tree(t, t.TempDir(), map[string]string{".git/config": "", ".github/workflows/Deploy.yaml": "on: push\njobs: {}\n"})
	status, said := begins(t, nil, "--dir", dir, "--repo", "acme/api")
	config, err := readIfThere(filepath.Join(dir, "slipway.yaml"))
	if status != statusGood || err != nil || !strings.Contains(config, "workflow: Deploy.yaml") || isThere(filepath.Join(dir, ".github/workflows/deploy.yml")) || !strings.Contains(said, "Deploy.yaml.patch") {
		t.Errorf("status %d, %v:\n%s\n%s", status, err, said, config)
	}
}
