package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/slipwayhq/slipway/bot"
)

// explainWrongUse has every command of the tree say what is wrong with a command line and
// what would help, as a usageError. It comes when all commands are in the tree.
func explainWrongUse(c *cobra.Command) {
	if c.HasSubCommands() {
		c.Args = cobra.NoArgs
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	if c.Name() == "help" {
		explainHelp(c)
		return
	}
	check := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		if err := oneHyphen(c); err != nil {
			return err
		}
		switch {
		case check == nil || check(c, args) == nil:
			return nil
		case c.HasSubCommands():
			return unknownCommand(c, args[0])
		default:
			return wrongWords(c, check, args)
		}
	}
	for _, child := range c.Commands() {
		explainWrongUse(child)
	}
}

// explainHelp has `help` refuse what is no command, where cobra would show the root's.
func explainHelp(c *cobra.Command) {
	c.Args = func(c *cobra.Command, args []string) error {
		found, rest, err := c.Root().Find(args)
		if err == nil && len(rest) > 0 {
			return unknownCommand(found, rest[0])
		}
		return err
	}
}

// wrongUse is what is wrong with a command line of c, and what would help with that.
func wrongUse(c *cobra.Command, says, helps string) error {
	lists := "what it takes"
	if c.HasSubCommands() {
		lists = "the commands"
	}
	mend := fmt.Sprintf("`%s --help` lists %s.", c.CommandPath(), lists)
	return &usageError{&bot.Error{Kind: bot.Invalid, Says: says, Mend: strings.TrimSpace(helps + " " + mend)}}
}

func didYouMean(what string) string { return "Did you mean `" + what + "`?" }

func unknownCommand(c *cobra.Command, word string) error {
	helps := ""
	if meant := meantCommand(c, word); meant != nil {
		helps = didYouMean(meant.CommandPath())
	}
	return wrongUse(c, fmt.Sprintf("unknown command %q for %q", word, c.CommandPath()), helps)
}

// meantCommand is the command that a word probably means: one of c's own, or one that stands
// elsewhere in the tree. It is nil if none is near.
func meantCommand(c *cobra.Command, word string) *cobra.Command {
	for _, among := range [][]*cobra.Command{c.Commands(), commandsBelow(c.Root())} {
		names := make([]string, len(among))
		for i, one := range among {
			if slices.Contains(one.SuggestFor, word) {
				return one
			}
			names[i] = one.Name()
		}
		if name, found := meantOf(word, names); found {
			return among[slices.Index(names, name)]
		}
	}
	return nil
}

// meantOf is the name that a word probably means: the nearest, or the only one that begins
// with it.
func meantOf(word string, names []string) (name string, found bool) {
	if name, found = bot.Nearest(word, names); found {
		return name, true
	}
	longer := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, word) })
	if len(word) < 2 || len(longer) != 1 {
		return "", false
	}
	return longer[0], true
}

func commandsBelow(c *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, child := range c.Commands() {
		all = append(append(all, child), commandsBelow(child)...)
	}
	return all
}

// wrongWords finds the first word that is too many for a check, or else the one that it lacks.
func wrongWords(c *cobra.Command, check cobra.PositionalArgs, args []string) error {
	for n, word := range slices.Backward(args) {
		if check(c, args[:n]) == nil {
			return wordTooMany(c, word)
		}
	}
	return wordMissing(c, len(args))
}

func wordTooMany(c *cobra.Command, word string) error {
	helps := written(c)
	// What is copied from a text may have a dash where hyphens were.
	if name := strings.TrimLeft(word, "‐‑‒–—―−-"); name != word && c.Flags().Lookup(name) != nil {
		helps = didYouMean("--" + name)
	}
	return wrongUse(c, fmt.Sprintf("%q is a word too many for %q", word, c.CommandPath()), helps)
}

func wordMissing(c *cobra.Command, given int) error {
	return wrongUse(c, strings.Fields(c.Use)[1+given]+" is missing", written(c))
}

func written(c *cobra.Command) string { return "It is written `" + c.UseLine() + "`." }

// oneHyphen finds a long flag behind a single hyphen: `-config` is -c with the value onfig.
func oneHyphen(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		short, _, _ := strings.Cut(f.Shorthand+f.Value.String(), "=")
		if f.Shorthand != "" && c.Flags().Lookup(short) != nil {
			err = wrongUse(c, fmt.Sprintf("unknown flag: -%s", short), didYouMean("--"+short))
		}
	})
	return err
}

// wrongFlag puts what is wrong with a flag into words.
func wrongFlag(c *cobra.Command, err error) error {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		return unknownCommand(c, words[0]) // whose flags these would be
	}
	if unknown, is := errors.AsType[*pflag.NotExistError](err); is {
		return unknownFlag(c, unknown)
	}
	if lacks, is := errors.AsType[*pflag.ValueRequiredError](err); is {
		_, about := pflag.UnquoteUsage(lacks.GetFlag())
		return wrongUse(c, fmt.Sprintf("--%s needs a value: %s", lacks.GetFlag().Name, about), "")
	}
	if wrong, is := errors.AsType[*pflag.InvalidValueError](err); is {
		return wrongUse(c, fmt.Sprintf("--%s is %s, and not %q", wrong.GetFlag().Name, kindOf(wrong.GetFlag()), wrong.GetValue()), "")
	}
	return wrongUse(c, err.Error(), "")
}

func unknownFlag(c *cobra.Command, unknown *pflag.NotExistError) error {
	name, says := unknown.GetSpecifiedName(), unknown.Error()
	if letters := unknown.GetSpecifiedShortnames(); letters != "" { // of one hyphen
		name, _, _ = strings.Cut(letters, "=")
		says = "unknown flag: -" + name
	}
	if meant, found := nearestFlag(c, name); found {
		return wrongUse(c, says, didYouMean(meant))
	}
	for _, command := range commandsBelow(c) {
		if meant, found := nearestFlag(command, name); found {
			return wrongUse(c, says, "Flags stand after their command, as in `"+command.CommandPath()+" "+meant+"`.")
		}
	}
	return wrongUse(c, says, "")
}

// nearestFlag is the flag of c that a name probably means, as it is written.
func nearestFlag(c *cobra.Command, name string) (flag string, found bool) {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		names = append(names, f.Name)
		if f.Shorthand == name {
			flag = "-" + name
		}
	})
	if flag != "" {
		return flag, true
	}
	meant, found := meantOf(name, names)
	return "--" + meant, found
}

// kindOf is what a flag takes.
func kindOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "int", "int64":
		return "a whole number"
	default:
		return "a " + f.Value.Type()
	}
}
