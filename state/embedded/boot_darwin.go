package embedded

import "syscall"

// bootOf tells one boot of the machine from another; empty: it does not say.
func bootOf() string {
	id, err := syscall.Sysctl("kern.bootsessionuuid")
	if err != nil {
		return ""
	}
	return id
}
