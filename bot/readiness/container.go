package readiness

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// container is what the stages of a Dockerfile contribute to the final image.
type container struct {
	words            expander
	outside          variables // arguments declared before the first FROM
	env              variables
	entry, cmd, user string
	ports, volumes   []string
}

// stage adds what one stage contributes. Its arguments end with it.
func (c *container) stage(s *stage) {
	args, cmdHere := variables{}, false
	for _, kept := range s.keep {
		switch k := kept.(type) {
		case *instructions.ArgCommand:
			c.words.declare(k.Args, args, c.outside)
		case *instructions.EnvCommand:
			for _, pair := range k.Env {
				c.env[pair.Key] = c.words.expand(pair.Value, c.env, args)
			}
		case *instructions.UserCommand:
			c.user = c.words.expand(k.User, c.env, args)
		case *instructions.CmdCommand:
			c.cmd, cmdHere = strings.Join(k.CmdLine, " "), true
		case *instructions.EntrypointCommand:
			c.entry = strings.Join(k.CmdLine, " ")
			if !cmdHere {
				c.cmd = "" // it was an argument of the inherited entry point
			}
		case *instructions.ExposeCommand:
			for _, port := range k.Ports {
				c.ports = append(c.ports, strings.Fields(c.words.expand(port, c.env, args))...)
			}
		case *instructions.VolumeCommand:
			for _, volume := range k.Volumes {
				c.volumes = append(c.volumes, c.words.expand(volume, c.env, args))
			}
		}
	}
}

// declare records arguments with their defaults. One without a default takes that of
// the argument of the same name before the first FROM.
func (e expander) declare(args []instructions.KeyValuePairOptional, known, outside variables) {
	for _, arg := range args {
		if arg.Value != nil {
			known[arg.Key] = e.expand(*arg.Value, known)
		} else if value, given := outside[arg.Key]; given {
			known[arg.Key] = value
		}
	}
}
