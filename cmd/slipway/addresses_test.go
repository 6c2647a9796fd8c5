package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"sync/atomic"
)

// Ports that the kernel gives to nobody by itself: it takes those above, for servers
// that ask for any port and for every connection that leaves.
const (
	firstPort = 20_000
	portCount = 12_000
)

// portsGiven counts the ports that were given. Where one begins depends on the
// process, since several may test at once.
var portsGiven atomic.Int64

// freeAddress is an address of which nobody else hears as long as this process runs.
// So what a test has ended stays ended: had its port come from the kernel, the next
// server of another test might answer there, and be believed.
func freeAddress() (string, error) {
	for range portCount {
		port := firstPort + (int64(os.Getpid())*97+portsGiven.Add(1))%portCount
		address := net.JoinHostPort("127.0.0.1", strconv.FormatInt(port, 10))
		var lc net.ListenConfig
		if l, err := lc.Listen(context.Background(), "tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("no port is free")
}
