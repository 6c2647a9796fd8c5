package embedded

import (
	"os"
	"strings"
)

// bootOf tells one boot of the machine from another; empty: it does not say.
func bootOf() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}
