// Command slipway is the program: it reads the configuration, joins the parts
// and runs them. Nothing is decided here; what a newcomer finds is the wiring,
// read from top to bottom.
//
// main deals with signals and exit codes, newRoot lists the commands, and each
// command has a file of its own. The exit status is 0 when all is well, 1 when
// something failed and 2 when slipway was used wrongly, a bad configuration
// included.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // freeze windows have time zones, and an image may lack the system's table of them

	scalibr "github.com/google/osv-scalibr/log"

	"github.com/slipwayhq/slipway/bot"
)

// version is set by the linker: -X main.version=...
var version = "dev"

func main() {
	scalibr.SetLogger(noLog{})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], world{in: os.Stdin, out: os.Stdout, err: os.Stderr, lookup: os.LookupEnv})
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
func run(ctx context.Context, args []string, w world) int {
	root := newRoot(w) //nolint:contextcheck // each command gets ctx from cobra
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return statusGood
	}
	if _, told := errors.AsType[*loggedError](err); !told {
		fmt.Fprintln(w.err, inWords(err))
	}
	if wrong, ok := errors.AsType[*usageError](err); ok && wrong != nil {
		return statusWrong
	}
	return statusFailed
}

// usageError is a mistake of whoever called slipway.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// loggedError is an error that stands in the log already.
type loggedError struct{ err error }

func (e *loggedError) Error() string { return e.err.Error() }
func (e *loggedError) Unwrap() error { return e.err }

// inWords is an error as the terminal shows it: for whoever operates slipway,
// so what lies beneath is shown too.
func inWords(err error) string {
	says, mend := explained(err)
	if mend != "" {
		mend = "\n" + mend
	}
	return "slipway: " + says + mend
}

// explained is what went wrong, with what lies beneath, and what would help, if
// that is known.
func explained(err error) (says, mend string) {
	e, ok := errors.AsType[*bot.Error](err)
	if !ok || e.Says == "" {
		return err.Error(), ""
	}
	if e.Err != nil {
		return e.Says + " (" + e.Err.Error() + ")", e.Mend
	}
	return e.Says, e.Mend
}
