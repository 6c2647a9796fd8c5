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
	}
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.err)
	root.SetFlagErrorFunc(wrongFlag)
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
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	explainWrongUse(root)
	return root
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
