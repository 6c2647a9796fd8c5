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

// imageFormats are the files that name the image that is built or run.
func imageFormats() []format {
	return []format{
		{names: []string{"Dockerfile", "Containerfile", "dockerfile"}, fits: otherDockerfile, read: handwritten(readDockerfile), rank: rankStart},
		{names: []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}, fits: otherCompose, read: readCompose, rank: rankStart},
		{names: []string{"values.yaml", "values.yml"}, fits: otherValues, read: readHelmValues, rank: rankStart},
		{names: []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, read: readKustomization, rank: rankStart},
	}
}

// otherDockerfile recognises further Dockerfiles by name, but no templates or plain
// texts.
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

// readDockerfile reads the images of all stages and, of the last stage and those that
// it builds on, which make up what runs: how it is started, where it listens, as which
// user it runs and what it sets.
// Source: docs.docker.com/reference/dockerfile.
func readDockerfile(file source, f *facts) error {
	if strings.TrimSpace(file.text) == "" {
		return nil
	}
	// Expanding variables in the defaults of variables takes quadratic time.
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

// maxReferences is more references to variables than a real Dockerfile has.
const maxReferences = 1000

type dockerfile struct {
	facts *facts
	words expander
	args  variables // declared before the first FROM, and usable in FROM
	last  *stage    // nil: before the first FROM
	count int
	named map[string]*stage
}

// stage is a stage and those of its instructions that its image keeps.
type stage struct {
	on   *stage // the stage that it builds on; nil: an image
	base int    // the index of its base image in the facts; -1: none
	keep []any
}

// read processes one instruction. One that Docker refuses is skipped, except FROM,
// without which the stages cannot be told apart.
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

// begin starts a stage on an image or on an earlier stage.
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

// borrow records an image that files are copied from. A bare name may also be a build
// context from outside, so only a name with a tag counts.
func (d *dockerfile) borrow(from string) {
	if _, err := strconv.Atoi(from); from == "" || err == nil || d.stageOf(from) != nil {
		return
	}
	if i := imageOf(from); i.version() != "" {
		d.facts.uses(use{image: i, place: "copied from"})
	}
}

// tell records what the last stage keeps, of its own and of the stages that it builds
// on.
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
