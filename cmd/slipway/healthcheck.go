package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// newHealthcheck asks a running slipway whether it is alive. It exists for
// container images that have no shell and no curl.
func newHealthcheck(w world) *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the slipway that runs on this machine whether it is alive",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := healthcheck(c.Context(), path, w); err != nil {
				return fmt.Errorf("healthcheck: %w", err)
			}
			return nil
		},
	}
	configFlag(c, &path)
	return c
}

// healthcheck asks where the configuration says that slipway listens. A file
// that cannot be read is no wrong use here: Docker knows only the statuses 0
// and 1 of a health check.
func healthcheck(ctx context.Context, path string, w world) error {
	text, lookup, err := readConfig(path, w)
	if wrong, is := errors.AsType[*usageError](err); is {
		return wrong.err
	}
	if err != nil {
		return err
	}
	address, err := catalog.ListenOf(text, lookup)
	if err != nil {
		return fmt.Errorf("find the address in %s: %w", path, err)
	}
	// An address such as 0.0.0.0:8080 or :8080 means this machine, by the rules
	// of package net.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", http.NoBody)
	if err != nil {
		return err
	}
	// A transport of its own asks no proxy, whatever the environment says.
	client := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close() // nothing is read from it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", address, response.Status)
	}
	return nil
}
