package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/cmd/slipway/starter"
	"github.com/slipwayhq/slipway/integrations/github"
)

const (
	publicFile  = 0o644
	privateFile = 0o600
	folderMode  = 0o755
)

func (b *beginning) path(name string) string { return filepath.Join(b.dir, filepath.FromSlash(name)) }

// write writes what is not there, and says what it would change of what is.
func (b *beginning) write(files []starter.File) error {
	if err := b.otherWorkflows(); err != nil {
		return err
	}
	for _, f := range files {
		if err := b.writeOne(f); err != nil {
			return err
		}
	}
	if err := b.writeWorkflow(); err != nil {
		return err
	}
	return b.caution()
}

func (b *beginning) writeOne(f starter.File) error {
	there, err := readIfThere(b.path(f.Path))
	if err != nil {
		return err
	}
	another := isThere(b.path(f.Path)) && (!f.Private || !b.madeEnv) // somebody else's, or an earlier run's
	switch {
	case another && same(there, f.Text):
		return b.keep(f, "is as it should be")
	case another && f.Private && !b.force:
		return b.fillIn(f, there)
	case another && !b.force:
		return b.keep(f, "is left as it is; --force would change it so:\n"+indented(patchOf(f.Path, there, f.Text)))
	}
	if err := b.makeFolder(filepath.Dir(f.Path)); err != nil {
		return err
	}
	mode := os.FileMode(publicFile)
	if f.Private {
		mode = privateFile
	}
	if err := b.writeWhole(f.Path, f.Text, mode); err != nil {
		return err
	}
	return b.print("wrote    %s\n", f.Path)
}

// fillIn puts values where .env has names without one, and says what else it lacks.
func (b *beginning) fillIn(f starter.File, there string) error {
	filled, names, err := starter.Filled(there, b.secrets)
	if err != nil {
		return err
	}
	for _, name := range b.renewed {
		f, err := starter.With(filled, name, b.secrets[name])
		if err != nil {
			return err
		}
		filled, names = f.Text, append(names, name)
	}
	if len(names) > 0 {
		if err := b.writeWhole(f.Path, filled, privateFile); err != nil {
			return err
		}
		if err := b.print("wrote    %s in %s\n", strings.Join(names, ", "), f.Path); err != nil {
			return err
		}
	}
	more := b.added(filled)
	if more == "" {
		return nil
	}
	return b.keep(f, "is left as it is; it would get "+more+" (--force adds them, and keeps what is there)")
}

// keep says of a file why it was not written. A .env that others may read is not
// left so.
func (b *beginning) keep(f starter.File, why string) error {
	if f.Private {
		if err := os.Chmod(b.path(f.Path), privateFile); err != nil {
			return err
		}
	}
	return b.print("kept     %s %s\n", f.Path, why)
}

// added are the names that .env lacks, without their values.
func (b *beginning) added(there string) string {
	had, _ := starter.Names(there) // it was read already
	var names []string
	for _, v := range starter.Variables(b.answers) {
		switch value, known := had[v.Name]; {
		case !known:
			names = append(names, v.Name)
		case b.secrets[v.Name] != "" && b.secrets[v.Name] != value:
			names = append(names, "another "+v.Name)
		}
	}
	return strings.Join(names, ", ")
}

func (b *beginning) makeFolder(name string) error {
	if err := os.MkdirAll(b.path(name), folderMode); err != nil {
		return unwritten(b.path(name), err)
	}
	return nil
}

func (b *beginning) writeWhole(name, text string, mode os.FileMode) error {
	if err := writeWhole(b.path(name), text, mode); err != nil {
		return unwritten(b.path(name), err)
	}
	return nil
}

// unwritten says of what was to be written why it was not.
func unwritten(path string, err error) error {
	why := err
	if at, is := errors.AsType[*os.PathError](err); is {
		why = at.Err // the path is that of a file that is there for a moment only
	}
	return fmt.Errorf("%s could not be written: %w. Let yourself write there, or name another folder with --dir", path, why)
}

// same says that two texts differ at most in how their lines end, as editors have it.
func same(a, b string) bool {
	plain := func(text string) string {
		return strings.TrimRight(strings.ReplaceAll(strings.TrimPrefix(text, "\uFEFF"), "\r\n", "\n"), "\n")
	}
	return plain(a) == plain(b)
}

// behind is the file that a link leads to, so that the link stays one; the path itself where
// there is none.
func behind(path string) string {
	const most = 10 // links after each other
	for range most {
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// writeWhole puts a file in place in one piece, so that nobody sees half of it.
func writeWhole(path, text string, mode os.FileMode) error {
	path = behind(path)
	temporary, err := os.CreateTemp(filepath.Dir(path), ".slipway-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // it is gone where all went well
	if err := temporary.Chmod(mode); err != nil {
		_ = temporary.Close() // the first error says more
		return err
	}
	if _, err := temporary.WriteString(text); err != nil {
		_ = temporary.Close() // the first error says more
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// writeWorkflow writes the workflow, or what one that is there lacks as a patch.
func (b *beginning) writeWorkflow() error {
	f := starter.Workflow(b.answers)
	there, err := readIfThere(b.path(f.Path))
	if err != nil {
		return err
	}
	if there == "" || same(there, f.Text) {
		return b.writeOne(f)
	}
	if lacks := b.lacks(there); len(lacks) == 0 {
		return b.keep(f, "has all that slipway needs")
	}
	adapted := starter.Adapted(there)
	if adapted == there || !isWorkflow(adapted) {
		return b.keep(f, "is left as it is, and it is written in a way that init does not know how to change:\n"+indented(handWork(b.lacks(there))))
	}
	inRepository := strings.TrimPrefix(f.Path, b.answers.Up)
	patch := starter.File{Path: f.Path + ".patch", Text: handWork(b.lacks(adapted)) + patchOf(inRepository, there, adapted)}
	if err := b.writeOne(patch); err != nil {
		return err
	}
	apply := "git apply "
	if b.answers.Up != "" {
		apply = "git -C " + b.root + " apply "
	}
	return b.print("         %s is left as it is; the patch has what slipway needs of it: %s%s.patch\n", f.Path, apply, inRepository)
}

// isWorkflow says that a text can still be read as one.
func isWorkflow(text string) bool {
	_, err := github.ParseWorkflow([]byte(text))
	return err == nil
}

// handWork says what is to be done by hand.
func handWork(lacks []doctor.Finding) string {
	var b strings.Builder
	for _, lack := range lacks {
		fmt.Fprintf(&b, "Still to be done by hand: %s %s\n", lack.Says, lack.Mend)
	}
	return b.String()
}

// lacks is what doctor would find wrong with the text of the workflow.
func (b *beginning) lacks(text string) []doctor.Finding {
	parsed, err := github.ParseWorkflow([]byte(text))
	w := doctor.Workflow{
		Repo: b.answers.Repo, File: b.answers.Workflow, Service: b.answers.Service, Err: err, Found: parsed,
		Sends: []string{"environment", "release_id", "sha"}, Key: "release_id", SHA: "sha", Env: "environment",
		ShowsKey: planner.ShowsRunKey(parsed, nil, "release_id"),
	}
	for _, environment := range b.answers.Environments {
		w.Values = append(w.Values, doctor.Value{Input: w.Env, Text: environment})
		w.Environments = append(w.Environments, environment) // those at GitHub are not asked for here
	}
	var wrong []doctor.Finding
	for _, f := range w.Findings() {
		if f.Severity != doctor.OK {
			wrong = append(wrong, f)
		}
	}
	return wrong
}

// patchOf is a patch, as git apply takes it.
func patchOf(path, before, after string) string {
	text := string(diff.Diff("a/"+path, []byte(before), "b/"+path, []byte(after)))
	_, patch, _ := strings.Cut(text, "\n") // the line "diff a b" is no patch's
	return patch
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ")
}

// newApp is where Slack makes apps.
const newApp = "https://api.slack.com/apps?new_app=1"

// newAppLink is where Slack makes an app of a manifest at once
// (docs.slack.dev/app-manifests/configuring-apps-with-app-manifests, "sharing"). It is too
// long to be read.
func newAppLink(manifest string) string {
	return newApp + "&manifest_yaml=" + url.QueryEscape(manifest)
}

// newAppPage is the address where Slack makes apps, which a terminal that knows links (by
// OSC 8) opens with the manifest.
func (b *beginning) newAppPage(manifest string) string {
	if kind, _ := b.w.lookup("TERM"); !b.asks() || kind == "dumb" || kind == "linux" {
		return newApp
	}
	return "\x1b]8;;" + newAppLink(manifest) + "\x1b\\" + newApp + "\x1b]8;;\x1b\\"
}

// aside keeps a text for as long as questions are asked, in a file of the system's folder for
// such: in the folder of init nothing is written before the last one is answered.
func aside(text string) (path string, remove func(), err error) {
	f, err := os.CreateTemp("", "slack-manifest-*.yaml")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.Remove(f.Name()) } // nobody reads it any more
	if _, err = f.WriteString(text); err == nil {
		err = f.Close()
	}
	return f.Name(), remove, err
}
