// Command slipway-demo plays releases where nothing of anybody's is at stake: no
// account, no Redis, no request to anywhere else. It holds a simulated Slack and
// GitHub, an in-memory Redis and the service that is deployed, and runs slipway
// itself as a child process with its real adapters, so that it can be killed and
// started again like any other.
//
// It serves a page that looks and behaves like a Slack channel (page/), with
// GitHub and the service beside it, switches to break them, and a tour. Meanwhile a
// story is told on the terminal: what somebody types and presses, and what the
// channel then shows. The page shows the same world, and whoever touches anything
// there takes over from the story.
//
// The child's program is the one beside this one, or what --slipway names. Nothing
// of this is in slipway: the program that people install holds no simulator.
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

// options are what the command line says.
type options struct {
	program string // slipway
	addr    string
	once    bool
	quiet   bool // no browser
}

// run carries out one command line and returns the exit status.
func run(ctx context.Context, args []string, out, complaints io.Writer) int {
	var o options
	begun := false
	c := &cobra.Command{
		Use:           "slipway-demo",
		Short:         "Play releases in the browser and on the terminal; needs no account and no Redis",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error { //nolint:contextcheck // cobra hands it on
			begun = true
			return demo(c.Context(), o, out)
		},
	}
	c.Flags().StringVar(&o.program, "slipway", "", "the `program` to run; the one beside this one if left out")
	c.Flags().StringVar(&o.addr, "addr", "127.0.0.1:0", "the `address` of the page, on this machine only; a free port if it is 0")
	c.Flags().BoolVar(&o.once, "once", false, "end after the story, also on a terminal")
	c.Flags().BoolVar(&o.quiet, "no-browser", false, "do not open the page by itself")
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

func demo(ctx context.Context, o options, out io.Writer) error {
	program, err := childProgram(o.program)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, o.addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // closed with its server, if that came up
	s, err := newStage(ctx, program)
	if err != nil {
		return err
	}
	defer s.close()
	address, done := serve(s, listener)
	defer done()
	fmt.Fprintln(out, "demo: "+address)
	stays := onTerminal(os.Stdin) && !o.once
	if stays && !o.quiet {
		openPage(ctx, address)
	}
	if err := s.tell(ctx, out); err != nil {
		return err
	}
	if !stays && !s.used() {
		return nil
	}
	fmt.Fprintln(out, "\nGo on at "+address+", or end with Ctrl-C.")
	<-ctx.Done()
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
