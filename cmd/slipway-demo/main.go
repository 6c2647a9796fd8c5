// Command slipway-demo plays a release where nothing of anybody's is at stake: no
// account, no Redis, no request to anywhere else. It holds a simulated Slack and
// GitHub, an in-memory Redis and the service that is deployed, and runs slipway
// itself as a child process with its real adapters, so that it can be killed and
// started again like any other.
//
// The story is told on the terminal: what somebody types and presses, and what
// the channel then shows. The child's program is the one beside this one, or what
// --slipway names. Nothing of this is in slipway: the program that people install
// holds no simulator.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses.
const (
	statusGood   = 0
	statusFailed = 1
	statusWrong  = 2
)

// run carries out one command line and returns the exit status.
func run(ctx context.Context, args []string, out, complaints io.Writer) int {
	var program string
	begun := false
	c := &cobra.Command{
		Use:           "slipway-demo",
		Short:         "Play a release on the terminal; needs no account and no Redis",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error { //nolint:contextcheck // cobra hands it on
			begun = true
			return demo(c.Context(), program, out)
		},
	}
	c.Flags().StringVar(&program, "slipway", "", "the `program` to run; the one beside this one if left out")
	c.SetArgs(args)
	c.SetOut(out)
	err := c.ExecuteContext(ctx)
	switch {
	case err == nil:
		return statusGood
	case begun:
		fmt.Fprintln(complaints, "slipway-demo: "+err.Error())
		return statusFailed
	default:
		fmt.Fprintln(complaints, "slipway-demo: "+err.Error()+"\n`slipway-demo --help` lists what there is.")
		return statusWrong
	}
}

func demo(ctx context.Context, program string, out io.Writer) error {
	program, err := childProgram(program)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, playTimeout)
	defer cancel()
	w, err := newWorld(ctx, program)
	if err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	defer w.close()
	s := newScreen(out, w.slack)
	defer s.close()
	if err := play(ctx, w, s); err != nil {
		return fmt.Errorf("the demo stopped: %w\n%s", err, w.child.lastWords())
	}
	return nil
}

// childProgram is the slipway that is run: what was named, or the one that lies
// beside this program.
func childProgram(named string) (string, error) {
	if named == "" {
		self, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("find this program's folder: %w", err)
		}
		named = filepath.Join(filepath.Dir(self), "slipway")
	}
	if _, err := os.Stat(named); errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("there is no slipway at %s; build it with `make build`, or name it with --slipway", named)
	}
	return named, nil
}
