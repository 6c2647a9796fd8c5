package main

import (
	"bufio"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// checkout is the Git repository that the folder of slipway init lies in.
type checkout struct {
	// root is its top folder, and config the file with its remotes.
	root, config string
}

// checkoutOf looks for the repository of a folder, which need not be there yet.
func checkoutOf(folder string) (checkout, bool) {
	at, err := filepath.Abs(folder)
	if err != nil {
		return checkout{}, false
	}
	for {
		dot := filepath.Join(at, ".git")
		switch info, err := os.Stat(dot); {
		case err == nil && info.IsDir():
			return checkout{at, filepath.Join(dot, "config")}, true
		case err == nil: // a worktree or a submodule, which says where its repository is
			return checkout{at, filepath.Join(common(at, dot), "config")}, true
		case at == filepath.Dir(at):
			return checkout{}, false
		}
		at = filepath.Dir(at)
	}
}

// common is the folder that a file .git leads to.
func common(at, dot string) string {
	text, err := readIfThere(dot)
	if err != nil {
		return dot
	}
	from := func(folder, to string) string {
		if filepath.IsAbs(to) {
			return to
		}
		return filepath.Join(folder, to)
	}
	own := from(at, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "gitdir:")))
	shared, err := readIfThere(filepath.Join(own, "commondir"))
	if err != nil || shared == "" {
		return own
	}
	return from(own, strings.TrimSpace(shared))
}

// repository is the one at GitHub that a checkout comes from, owner/name; empty: it says
// none, or one elsewhere.
func (c checkout) repository() string {
	text, err := readIfThere(c.config)
	if err != nil {
		return ""
	}
	origin := false
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			origin = line == `[remote "origin"]`
			continue
		}
		if key, value, found := strings.Cut(line, "="); origin && found && strings.TrimSpace(key) == "url" {
			return repositoryAt(strings.TrimSpace(value))
		}
	}
	return ""
}

// repositoryAt is the repository behind an address as git takes it.
func repositoryAt(address string) string {
	const host = "github.com"
	if after, is := strings.CutPrefix(address, "git@"+host+":"); is {
		address = "ssh://" + host + "/" + after
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() != host && u.Hostname() != "ssh."+host {
		return ""
	}
	name := strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
	if repoName(name) != nil {
		return ""
	}
	return name
}

// knowCheckout takes what the folder's own repository tells: which one it is at GitHub,
// and where in it the folder lies.
func (b *beginning) knowCheckout() error {
	c, found := checkoutOf(b.dir)
	if !found {
		return nil
	}
	b.root = c.root
	if here, err := filepath.Abs(b.dir); err == nil {
		if below, err := filepath.Rel(c.root, here); err == nil && below != "." {
			b.answers.Folder = filepath.ToSlash(below)
			b.answers.Up = strings.Repeat("../", strings.Count(b.answers.Folder, "/")+1)
		}
	}
	b.knowWorkflow()
	if b.answers.Repo != "" {
		return nil
	}
	if b.answers.Repo = c.repository(); b.answers.Repo == "" {
		return nil
	}
	return b.print("found    the repository %s, from which this folder was cloned (--repo names another one)\n", b.answers.Repo)
}

// knowWorkflow takes the workflow that is there under a name which GitHub tells from the
// usual one, such as deploy.yaml: a second one beside it would deploy too.
func (b *beginning) knowWorkflow() {
	files := b.workflows()
	if b.workflowGiven || slices.Contains(files, "deploy.yml") {
		return
	}
	i := slices.IndexFunc(files, func(file string) bool {
		return strings.EqualFold(strings.TrimSuffix(file, filepath.Ext(file)), "deploy")
	})
	if i >= 0 {
		b.answers.Workflow = files[i]
	}
}

// workflows are the files of workflows that the checkout has, by name.
func (b *beginning) workflows() []string {
	if b.root == "" {
		return nil
	}
	var files []string
	for _, pattern := range []string{"*.yml", "*.yaml"} {
		found, err := filepath.Glob(filepath.Join(b.root, ".github", "workflows", pattern))
		if err != nil {
			continue // the pattern is good; a folder has odd characters
		}
		for _, file := range found {
			files = append(files, filepath.Base(file))
		}
	}
	slices.Sort(files)
	return files
}

// keptFromGit are the files of slipway init that must not be committed, which no
// .gitignore names, by what names them.
func (b *beginning) keptFromGit() ([]string, error) {
	var ignored strings.Builder
	for folder := path.Clean(filepath.ToSlash(b.answers.Folder)); ; folder = path.Dir(folder) {
		text, err := readIfThere(filepath.Join(b.root, filepath.FromSlash(folder), ".gitignore"))
		if err != nil {
			return nil, err
		}
		ignored.WriteString(text + "\n")
		if folder == "." {
			break
		}
	}
	var open []string
	for _, secret := range []struct{ name, pattern string }{{".env", `\.env\*?`}, {keyFile, `github-app\.pem|\*\.pem`}, {"data", `data`}} {
		if !regexp.MustCompile(`(?m)^(\*\*)?/?(` + secret.pattern + `)/?\s*$`).MatchString(ignored.String()) {
			open = append(open, secret.name)
		}
	}
	return open, nil
}

// caution sees to it that no secret is committed by a slip: it writes a .gitignore, or says
// what one that is there lacks.
func (b *beginning) caution() error {
	if b.root == "" {
		return nil
	}
	open, err := b.keptFromGit()
	if err != nil || len(open) == 0 {
		return err
	}
	if isThere(b.path(".gitignore")) {
		return b.print("careful  .gitignore does not name %s. So that no secret is committed:\n         printf '%%s\\n' %s >> %s\n",
			strings.Join(open, ", "), strings.Join(open, " "), b.path(".gitignore"))
	}
	if err := b.writeWhole(".gitignore", "# What slipway keeps here is for this machine alone.\n"+strings.Join(open, "\n")+"\n", publicFile); err != nil {
		return err
	}
	return b.print("wrote    .gitignore, which keeps %s from being committed\n", strings.Join(open, ", "))
}

// otherWorkflows says which workflows are there beside the one that is named.
func (b *beginning) otherWorkflows() error {
	files := b.workflows()
	if b.workflowGiven || len(files) == 0 || slices.Contains(files, b.answers.Workflow) {
		return nil
	}
	return b.print("found    the workflows %s; --workflow names one of them as the one that deploys, in place of a new %s\n",
		printable(strings.Join(files, ", ")), b.answers.Workflow)
}
