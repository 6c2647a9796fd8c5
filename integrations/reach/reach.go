// Package reach is what the sources of health probes share: where they may connect to,
// and how secrets get to them.
//
// # Where
//
// An address in slipway.yaml is the operator's, but what a name stands for, and where an
// answer redirects to, is somebody else's. So the address is looked at when the
// connection is made, after the name was looked up: what is link-local (where clouds
// keep the credentials of their machines), multicast or no address at all is refused,
// whatever wrote it. Where the operator gave a list of what probes may reach, nothing
// else is connected to, by name or by address.
package reach

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

// ErrRefused is that probes may not connect there.
var ErrRefused = errors.New("probes may not connect to that address")

// Dial connects like net.Dialer.DialContext, where probes may.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Dialer makes a Dial. allowed are host names (*.example.com stands for all below it),
// addresses and ranges (10.0.0.0/8); none: every address that is not refused anyway.
func Dialer(allowed []string, timeout time.Duration) Dial {
	return resolving(nil, allowed, timeout)
}

// resolving is a Dialer that looks names up with a resolver; nil: the system's.
func resolving(resolver *net.Resolver, allowed []string, timeout time.Duration) Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		byName := len(allowed) == 0 || slices.ContainsFunc(allowed, func(a string) bool { return fits(a, host) })
		dialer := net.Dialer{Timeout: timeout, Resolver: resolver, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || refused(to.Addr()) || !byName && !inRange(allowed, to.Addr()) {
				return ErrRefused
			}
			return nil
		}}
		return dialer.DialContext(ctx, network, address)
	}
}

// fits says whether a host is one that a pattern names.
func fits(pattern, host string) bool {
	pattern, host = strings.ToLower(pattern), strings.ToLower(strings.TrimSuffix(host, "."))
	if rest, wild := strings.CutPrefix(pattern, "*."); wild {
		return strings.HasSuffix(host, "."+rest)
	}
	return pattern == host
}

func inRange(allowed []string, address netip.Addr) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		if prefix, err := netip.ParsePrefix(a); err == nil {
			return prefix.Contains(address.Unmap())
		}
		single, err := netip.ParseAddr(a)
		return err == nil && single.Unmap() == address.Unmap()
	})
}

// refused are the addresses that no service has which a probe could mean.
func refused(address netip.Addr) bool {
	address = plain(address)
	return !address.IsValid() || address.IsLinkLocalUnicast() || address.IsMulticast() || address.IsUnspecified() ||
		slices.Contains(metadata(), address)
}

// metadata are the addresses beside the link-local ones at which clouds hand out the
// credentials of a machine.
func metadata() []netip.Addr {
	return []netip.Addr{
		netip.MustParseAddr("fd00:ec2::254"),   // AWS
		netip.MustParseAddr("fd20:ce::254"),    // Google Cloud
		netip.MustParseAddr("100.100.100.200"), // Alibaba Cloud
		netip.MustParseAddr("168.63.129.16"),   // Azure
	}
}

// plain takes an IPv4 address out of what carries it through IPv6.
func plain(address netip.Addr) netip.Addr {
	address = address.WithZone("").Unmap()
	if !address.Is6() {
		return address
	}
	bytes := address.As16()
	for _, carrier := range []string{"64:ff9b::/96", "::/96"} {
		if netip.MustParsePrefix(carrier).Contains(address) && !address.IsLoopback() && !address.IsUnspecified() {
			return netip.AddrFrom4([4]byte(bytes[12:]))
		}
	}
	if netip.MustParsePrefix("2002::/16").Contains(address) {
		return netip.AddrFrom4([4]byte(bytes[2:6]))
	}
	return address
}
