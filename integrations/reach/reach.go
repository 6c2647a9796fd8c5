// Package reach is what health sources share: where they may connect to, how they get their
// secrets, and what the placeholders in their queries stand for.
//
// # Where
//
// The operator chooses the addresses in slipway.yaml, but others control what a name
// resolves to and where a response redirects to. So the IP address is checked when the
// connection is made, after the name was resolved: link-local addresses (at which clouds
// serve the credentials of their machines), multicast and unspecified ones are always
// refused. If the operator listed what probes may reach, everything else is refused too,
// by name or by address.
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

// ErrRefused means that probes may not connect to an address.
var ErrRefused = errors.New("probes may not connect to that address")

// Dial connects like net.Dialer.DialContext, where probes may.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Dialer makes a Dial. allowed are host names (*.example.com means all below it),
// addresses and ranges (10.0.0.0/8). If there are none, every address is allowed that is
// not always refused.
func Dialer(allowed []string, timeout time.Duration) Dial {
	return resolving(nil, allowed, timeout)
}

// resolving is Dialer with a resolver; nil means the system's.
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

// fits says whether a host matches a pattern.
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

// refused says whether connections to an address are always refused: no service that a
// probe could mean has it.
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

// plain extracts the IPv4 address that an IPv6 address embeds (NAT64, IPv4-compatible,
// 6to4), if it does.
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
