package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// newDemo plays one story on the terminal. The parent holds the simulated
// Slack and GitHub, an in-memory Redis and the service that is deployed;
// slipway itself runs as a child process with its real adapters, so that it
// could be killed and started again like any other.
func newDemo(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Play a release on the terminal; needs no account and no Redis",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return demo(c.Context(), w)
		},
	}
}

func demo(ctx context.Context, w world) error {
	ctx, cancel := context.WithTimeout(ctx, demoTimeout)
	defer cancel()
	d, err := newDemoWorld(ctx)
	if err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	defer d.close()
	screen := newDemoScreen(w.out, d.slack)
	defer screen.close()
	if err := playDemo(ctx, d, screen); err != nil {
		return fmt.Errorf("the demo stopped: %w\n%s", err, d.child.lastWords())
	}
	return nil
}
