package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// newHealthcheck asks a running slipway whether it is alive. It exists for
// container images that have no shell and no curl.
func newHealthcheck() *cobra.Command {
	var url string
	c := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running slipway whether it is alive",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client := &http.Client{Timeout: 3 * time.Second}
			request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, url, http.NoBody)
			if err != nil {
				return &usageError{fmt.Errorf("healthcheck: %w", err)}
			}
			response, err := client.Do(request)
			if err != nil {
				return fmt.Errorf("healthcheck: %w", err)
			}
			_ = response.Body.Close() // nothing is read from it
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("healthcheck: %s answered %s", url, response.Status)
			}
			return nil
		},
	}
	c.Flags().StringVar(&url, "url", "http://127.0.0.1:8080/healthz", "what to ask")
	return c
}
