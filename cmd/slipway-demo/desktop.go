package main

import (
	"context"
	"os"
	"os/exec"
	"runtime"
)

// onTerminal says whether somebody sits before the program.
func onTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	nowhere, err := os.Stat(os.DevNull) // it looks like a terminal otherwise
	return err != nil || !os.SameFile(info, nowhere)
}

// openPage opens the page where there is a desktop; elsewhere its address stands on
// the terminal.
func openPage(ctx context.Context, address string) {
	opener := "xdg-open"
	switch {
	case runtime.GOOS == "darwin":
		opener = "open"
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return
	}
	c := exec.CommandContext(ctx, opener, address) //nolint:gosec // the address is our own
	if c.Start() == nil {
		go func() { _ = c.Wait() }() // whether it opened shows itself
	}
}
