package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/cmd/slipway/starter"
)

func newConfig(w world) *cobra.Command {
	group := &cobra.Command{
		Use:   "config",
		Short: "Check slipway.yaml, or print its schema",
	}
	group.AddCommand(newConfigValidate(w), newConfigSchema())
	return group
}

func newConfigValidate(w world) *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:        "validate",
		SuggestFor: []string{"lint", "verify"},
		Short:      "Name every fault of slipway.yaml at its line",
		Args:       cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			loaded, err := loadConfig(path, w)
			if err != nil {
				return err
			}
			services := "1 service"
			if n := len(loaded.Services); n > 1 {
				services = strconv.Itoa(n) + " services"
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s is good: %s\n", path, services)
			return err
		},
	}
	configFlag(c, &path)
	return c
}

func newConfigSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of slipway.yaml, for editors",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			schema, err := catalog.Schema(vocabulary())
			if err != nil {
				return fmt.Errorf("print the schema: %w", err)
			}
			_, err = c.OutOrStdout().Write(schema)
			return err
		},
	}
}

// loadConfig reads and parses the configuration. Whatever is wrong with it is
// a mistake of whoever wrote it.
func loadConfig(path string, w world) (*catalog.Catalog, error) {
	text, lookup, err := readConfig(path, w)
	if err != nil {
		return nil, err
	}
	loaded, err := catalog.Parse(text, lookup, vocabulary())
	if err != nil {
		return nil, &usageError{fmt.Errorf("%s cannot be used:\n%w", path, err)}
	}
	findKey(loaded.GitHub.App, path)
	return loaded, nil
}

// sketchConfig is loadConfig where variables may not be set yet.
func sketchConfig(path string, w world) (*catalog.Catalog, catalog.Faults, error) {
	text, lookup, err := readConfig(path, w)
	if err != nil {
		return nil, nil, err
	}
	declared, unset, err := catalog.Sketch(text, lookup, vocabulary())
	if err != nil {
		return nil, nil, &usageError{fmt.Errorf("%s cannot be used:\n%w", path, err)}
	}
	findKey(declared.GitHub.App, path)
	return declared, unset, nil
}

// findKey looks for the key of the GitHub App beside slipway.yaml, where init puts it,
// unless it is in the folder in which slipway was started.
func findKey(app *catalog.App, config string) {
	if app == nil || filepath.IsAbs(app.PrivateKeyFile) {
		return
	}
	beside := filepath.Join(filepath.Dir(config), app.PrivateKeyFile)
	if !isThere(app.PrivateKeyFile) && isThere(beside) {
		app.PrivateKeyFile = beside
	}
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readConfig reads the configuration and finds its variables: in the environment, or
// else in the file .env beside it.
func readConfig(path string, w world) (text []byte, lookup func(string) (string, bool), err error) {
	if text, err = readBounded(path); err != nil {
		return nil, nil, &usageError{unreadable(path, err)}
	}
	beside, err := readIfThere(envBeside(path))
	if err != nil {
		return nil, nil, &usageError{fmt.Errorf("read the variables: %w", err)}
	}
	kept, err := starter.Names(beside)
	if err != nil {
		return nil, nil, &usageError{fmt.Errorf("%s: %w", envBeside(path), err)}
	}
	return text, func(name string) (string, bool) {
		if value, set := w.lookup(name); set {
			return value, true
		}
		value, set := kept[name]
		return value, set
	}, nil
}

// unreadable is why there is no configuration, and what would help.
func unreadable(path string, err error) error {
	info, statErr := os.Stat(path)
	e := &bot.Error{Kind: bot.Invalid, Says: "the configuration cannot be read", Err: err, Mend: "Let the user that runs slipway read it, or name another file with -c FILE."}
	switch {
	case path == "":
		e.Says, e.Err, e.Mend = "--config is empty", nil, "Name a file with -c FILE, or leave it out for slipway.yaml."
	case statErr == nil && info.IsDir():
		e.Says, e.Err, e.Mend = path+" is a folder", nil, "Name the file in it: -c "+filepath.Join(path, "slipway.yaml")+"."
	case errors.Is(err, fs.ErrNotExist):
		e.Says, e.Err, e.Mend = fmt.Sprintf("there is no file %s", path), nil, "`slipway init` writes one; where it lies elsewhere, name it with -c FILE."
	}
	return e
}

func envBeside(path string) string { return filepath.Join(filepath.Dir(path), ".env") }

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	// One byte more than is allowed lets Parse say that it is too long.
	return io.ReadAll(io.LimitReader(f, catalog.MaxBytes+1))
}
