package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes files into a folder, by their paths.
func tree(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func originAt(address string) string {
	return "[core]\n\tbare = false\n[remote \"fork\"]\n\turl = https://github.com/mallory/api\n[remote \"origin\"]\n\turl = " + address + "\n\tfetch = x\n"
}

func TestRepositoryAt(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"git@github.com:acme/api.git": "acme/api", "https://github.com/acme/api": "acme/api", "https://github.com/acme/api.js.git": "acme/api.js",
		"ssh://git@github.com/acme/api.git": "acme/api", "ssh://git@ssh.github.com:443/acme/api.git": "acme/api", "https://anna:secret@github.com/acme/api.git/": "acme/api",
		"git@gitlab.com:acme/api.git": "", "https://github.com.evil.example/acme/api": "", "../api": "", "/srv/git/api.git": "", "https://github.com/acme": "", "": "", "%": "",
		"https://github.com/acme/api/more": "", "git@github.com:acme/a b.git": "",
	} {
		if got := repositoryAt(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// In a clone nobody needs to say which repository it is, wherever in it one stands; what a
// flag says is stronger.
func TestInit_KnowsItsRepository(t *testing.T) {
	t.Parallel()
	clone := func() string {
		return tree(t, t.TempDir(), map[string]string{".git/config": originAt("git@github.com:acme/api2.git")})
	}
	linked := clone()
	tree(t, linked, map[string]string{".git/worktrees/w/commondir": "../..\n", "w/.git": "gitdir: " + filepath.Join(linked, ".git/worktrees/w") + "\n"})
	elsewhere := tree(t, t.TempDir(), map[string]string{".git/config": originAt("https://git.example.com/acme/api")})
	tests := map[string]struct {
		dir, says string
		args      []string
		status    int
	}{
		"at its top":    {dir: clone(), says: "found    the repository acme/api2"},
		"below":         {dir: filepath.Join(clone(), "not", "yet"), says: "found    the repository acme/api2"},
		"a worktree":    {dir: filepath.Join(linked, "w"), says: "found    the repository acme/api2"},
		"another one":   {dir: clone(), args: []string{"--repo", "acme/web"}, says: "to the default branch of acme/web"},
		"no GitHub":     {dir: elsewhere, says: "--repo OWNER/NAME", status: statusWrong},
		"no repository": {dir: t.TempDir(), says: "--repo OWNER/NAME", status: statusWrong},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if status, said := begins(t, nil, append(tt.args, "--dir", tt.dir)...); status != tt.status || !strings.Contains(said, tt.says) {
				t.Errorf("status %d, want it to say %q:\n%s", status, tt.says, said)
			}
		})
	}
}

// GitHub looks for workflows at the top of a repository alone, so from a folder below it
// the workflow, and the patch of one, go there.
func TestInit_BelowTheTopOfARepository(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", top).CombinedOutput(); err != nil {
		t.Skipf("git is not here: %s", out)
	}
	dir := filepath.Join(top, "services", "api")
	status, said := begins(t, nil, "--dir", dir, "--repo", "acme/shop", "--service", "api")
	workflow := filepath.Join(top, ".github", "workflows", "deploy.yml")
	if _, err := os.Stat(workflow); status != statusGood || err != nil {
		t.Fatalf("status %d, %v:\n%s", status, err, said)
	}
	if _, err := os.Stat(filepath.Join(dir, ".github")); err == nil {
		t.Error("it went into the folder, where GitHub does not look")
	}
	config, err := os.ReadFile(filepath.Join(dir, "slipway.yaml"))
	if err != nil || !strings.Contains(string(config), `# paths: ["services/api/**"]`) {
		t.Errorf("%v in\n%s", err, config)
	}
	tree(t, top, map[string]string{".github/workflows/deploy.yml": "name: ship\r\non: push\r\njobs:\r\n  ship:\r\n    runs-on: ubuntu-latest\r\n    steps:\r\n      - uses: actions/checkout@v4\r\n"})
	status, said = begins(t, nil, "--dir", dir, "--repo", "acme/shop", "--service", "api")
	apply := "git -C " + top + " apply .github/workflows/deploy.yml.patch"
	if status != statusGood || !strings.Contains(said, apply) {
		t.Fatalf("status %d, want %q:\n%s", status, apply, said)
	}
	if out, err := exec.Command("git", strings.Fields(apply)[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if status, said = begins(t, nil, "--dir", dir, "--repo", "acme/shop", "--service", "api"); status != statusGood || !strings.Contains(said, "has all that slipway needs") {
		t.Errorf("status %d:\n%s", status, said)
	}
}

// Secrets are kept out of Git: a .gitignore is written where there is none, and one that
// is there is somebody's own.
func TestInit_KeepsSecretsOutOfGit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files      map[string]string
		below      string
		says, left string
	}{
		"none there":   {says: "wrote    .gitignore", left: ".env\ngithub-app.pem\ndata\n"},
		"theirs":       {files: map[string]string{".gitignore": "/node_modules\n"}, says: "printf '%s\\n' .env github-app.pem data >> ", left: "/node_modules\n"},
		"it has all":   {files: map[string]string{".gitignore": "*.pem\n.env*\n/data/\n"}, left: "*.pem\n.env*\n/data/\n"},
		"the top has":  {files: map[string]string{".gitignore": "*.pem\n**/.env\ndata\n"}, below: "ops", left: ""},
		"no Git there": {},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			top := tree(t, t.TempDir(), tt.files)
			if name != "no Git there" {
				tree(t, top, map[string]string{".git/config": ""})
			}
			dir := filepath.Join(top, tt.below)
			status, said := begins(t, nil, "--dir", dir, "--repo", "acme/api")
			text, err := readIfThere(filepath.Join(dir, ".gitignore"))
			if status != statusGood || err != nil || !strings.HasSuffix(text, tt.left) || tt.left == "" && text != "" || !strings.Contains(said, tt.says) || tt.says == "" && strings.Contains(said, ".gitignore") {
				t.Errorf("status %d, %v, .gitignore is %q:\n%s", status, err, text, said)
			}
		})
	}
}

// The workflows that are there are named, since one of them may be meant.
func TestInit_NamesOtherWorkflows(t *testing.T) {
	t.Parallel()
	dir := tree(t, t.TempDir(), map[string]string{".git/config": "", ".github/workflows/ci.yml": "on: push", ".github/workflows/release.yaml": "on: push"})
	status, said := begins(t, nil, "--dir", dir, "--repo", "acme/api")
	if status != statusGood || !strings.Contains(said, "found    the workflows ci.yml, release.yaml; --workflow names") {
		t.Errorf("status %d:\n%s", status, said)
	}
	if status, said = begins(t, nil, "--dir", dir, "--repo", "acme/api", "--workflow", "release.yaml"); status != statusGood || strings.Contains(said, "found    the workflows") {
		t.Errorf("status %d:\n%s", status, said)
	}
}
