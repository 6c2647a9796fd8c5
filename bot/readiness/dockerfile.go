package readiness

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// imageFormats are the files that say what image is built, or run.
func imageFormats() []format {
	return []format{
		{names: []string{"Dockerfile", "Containerfile", "dockerfile"}, fits: otherDockerfile, read: handwritten(readDockerfile), rank: rankStart},
		{names: []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}, fits: otherCompose, read: readCompose, rank: rankStart},
		{names: []string{"values.yaml", "values.yml"}, fits: otherValues, read: readHelmValues, rank: rankStart},
		{names: []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, read: readKustomization, rank: rankStart},
	}
}

// otherDockerfile knows the names that a second Dockerfile bears. What ends
// like a template or a text is none.
func otherDockerfile(file string) bool {
	name := path.Base(file)
	if lower := strings.ToLower(name); strings.HasSuffix(lower, ".dockerfile") || strings.HasSuffix(lower, ".containerfile") {
		return true
	}
	rest, is := strings.CutPrefix(name, "Dockerfile")
	if !is {
		rest, is = strings.CutPrefix(name, "Containerfile")
	}
	if !is || len(rest) < 2 || !strings.ContainsRune(".-_", rune(rest[0])) {
		return false
	}
	return !slices.Contains([]string{
		"dockerignore", "j2", "jinja", "jinja2", "tmpl", "tpl", "template", "erb", "in", "m4", "mustache", "hbs", "ejs", "gotmpl",
		"md", "txt", "rst", "sh", "py", "js", "ts", "go", "rb", "yml", "yaml", "json", "toml", "bak", "orig", "old", "swp", "sample", "example", "diff", "patch",
	}, strings.ToLower(rest[strings.LastIndexAny(rest, ".-_")+1:]))
}

// readDockerfile reads the images that all stages use, and of the last stage,
// which is the one that runs, and of those that it builds on: how it is
// started, where it listens, as whom it runs and what it sets.
// Source: docs.docker.com/reference/dockerfile.
func readDockerfile(file source, f *facts) error {
	if strings.TrimSpace(file.text) == "" {
		return nil
	}
	// Variables within the defaults of variables take the square of their number.
	if strings.Count(file.text, "${") > maxReferences {
		return errLarge
	}
	parsed, err := parser.Parse(strings.NewReader(file.text))
	if err != nil {
		return fmt.Errorf("read the Dockerfile: %w", err)
	}
	d := dockerfile{facts: f, words: expander{escape: parsed.EscapeToken}, args: variables{}, named: map[string]*stage{}}
	for _, node := range parsed.AST.Children {
		if err := d.read(node); err != nil {
			return fmt.Errorf("read the Dockerfile: %w", err)
		}
	}
	if d.last != nil {
		d.tell()
	}
	return nil
}

// maxReferences is more variables than a Dockerfile refers to.
const maxReferences = 1000

type dockerfile struct {
	facts *facts
	words expander
	args  variables // those before the first FROM, which FROM may use
	last  *stage    // nil: none has begun
	count int
	named map[string]*stage
}

// stage is a stage, with those of its instructions that its image keeps.
type stage struct {
	on   *stage // the stage that it builds on; nil: an image
	base int    // where the image beneath it stands among the facts; -1: none
	keep []any
}

// read takes one instruction in. One that Docker refuses says nothing, except
// that without its FROM a stage cannot be told from the one before it.
func (d *dockerfile) read(node *parser.Node) error {
	word := strings.ToLower(node.Value)
	if !slices.Contains([]string{
		command.From, command.Arg, command.Env, command.User, command.Cmd, command.Entrypoint,
		command.Expose, command.Volume, command.Copy, command.Run,
	}, word) {
		return nil
	}
	found, err := instructions.ParseInstruction(node)
	if err != nil {
		if word == command.From {
			return err
		}
		return nil
	}
	if arg, declared := found.(*instructions.ArgCommand); declared && d.last == nil {
		d.words.declare(arg.Args, d.args, nil)
		return nil
	}
	d.tellApart(found)
	return nil
}

func (d *dockerfile) tellApart(found any) {
	if from, begins := found.(*instructions.Stage); begins {
		d.begin(from)
		return
	}
	if d.last == nil {
		return
	}
	switch c := found.(type) {
	case *instructions.CopyCommand:
		d.borrow(c.From)
	case *instructions.RunCommand:
		for _, mount := range instructions.GetMounts(c) {
			d.borrow(mount.From)
		}
	default:
		d.last.keep = append(d.last.keep, c)
	}
}

// begin opens a stage on an image or on an earlier stage.
func (d *dockerfile) begin(from *instructions.Stage) {
	on := d.words.expand(from.BaseName, d.args)
	next := &stage{on: d.stageOf(on), base: -1}
	d.count++
	place := "build stage " + cmp.Or(from.Name, strconv.Itoa(d.count))
	switch {
	case next.on != nil:
		next.base = next.on.base
	case on != "scratch" && imageOf(on).known():
		next.base = d.facts.uses(use{image: imageOf(on), place: place})
	}
	if d.last = next; from.Name != "" {
		d.named[from.Name] = next
	}
}

// stageOf finds a stage by its name, in any case of its letters.
func (d *dockerfile) stageOf(name string) *stage { return d.named[strings.ToLower(name)] }

// borrow notes an image that files are taken from. A bare name may also be
// what the build was handed from outside, so it counts with a tag only.
func (d *dockerfile) borrow(from string) {
	if _, err := strconv.Atoi(from); from == "" || err == nil || d.stageOf(from) != nil {
		return
	}
	if i := imageOf(from); i.version() != "" {
		d.facts.uses(use{image: i, place: "copied from"})
	}
}

// tell notes what the last stage keeps, of its own and of what it builds on.
func (d *dockerfile) tell() {
	if d.last.base >= 0 {
		d.facts.images[d.last.base].runs, d.facts.images[d.last.base].place = true, "last stage"
	}
	var line []*stage
	for s := d.last; s != nil; s = s.on {
		line = append(line, s)
	}
	c := container{words: d.words, env: variables{}, outside: d.args}
	for _, s := range slices.Backward(line) {
		c.stage(s)
	}
	d.facts.starting("entry point", c.entry)
	d.facts.starting("start command", c.cmd)
	d.facts.starting("user", c.user)
	for key, value := range c.env {
		d.facts.setting(key, given, value)
	}
	for _, port := range c.ports {
		d.facts.lists("port", strings.TrimSuffix(port, "/tcp"))
	}
	for _, volume := range c.volumes {
		d.facts.lists("volume", volume)
	}
}
