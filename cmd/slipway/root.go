package main

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"
)

// world is what a command touches beside its arguments.
type world struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	lookup func(string) (string, bool)
}

// newRoot lists the commands.
func newRoot(w world) *cobra.Command {
	root := &cobra.Command{
		Use:           "slipway",
		Short:         "A Slack bot with which a team ships software",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(
		newServe(w),
		newRollback(w),
		newRecover(w),
		newConfig(w),
		newManifest(w),
		newDoctor(w),
		newInit(w),
		newHealth(w),
		newHealthcheck(w),
		newVersion(),
	)
	blameCaller(root)
	return root
}

// blameCaller makes wrong arguments of every command count as wrong use.
func blameCaller(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return &usageError{err}
			}
			return nil
		}
	}
	for _, child := range c.Commands() {
		blameCaller(child)
	}
}

// configFlag adds -c to a command.
func configFlag(c *cobra.Command, path *string) {
	c.Flags().StringVarP(path, "config", "c", "slipway.yaml", "the configuration `file`")
}

// newLogger writes JSON lines, which every log collector reads.
func newLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, nil))
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), version)
			return err
		},
	}
}
