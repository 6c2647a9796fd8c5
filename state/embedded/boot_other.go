//go:build !linux && !darwin

package embedded

// bootOf tells one boot of the machine from another; empty: it does not say.
func bootOf() string { return "" }
