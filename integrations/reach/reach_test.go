package reach

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "8.8.8.8": false, "2001:db8::1": false, "192.168.1.1": false, "fd00::1": false,
		"169.254.169.254": true, "169.254.0.1": true, "fe80::1": true, "fe80::1%eth0": true, "0.0.0.0": true, "::": true, "224.0.0.1": true, "ff02::1": true,
		"::ffff:169.254.169.254": true, "64:ff9b::a9fe:a9fe": true, "2002:a9fe:a9fe::1": true, "::169.254.169.254": true,
		"fd00:ec2::254": true, "100.100.100.200": true, "168.63.129.16": true, "fd20:ce::254": true,
	} {
		if got := refused(netip.MustParseAddr(address)); got != want {
			t.Errorf("refused(%s) = %t", address, got)
		}
	}
	if !refused(netip.Addr{}) {
		t.Error("no address at all is not refused")
	}
}

// TestDialer connects to a local server under the rules that an operator may give.
func TestDialer(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		allowed []string
		host    string
		good    bool
	}{
		"everything":                {nil, "127.0.0.1", true},
		"by name":                   {[]string{"LOCALHOST"}, "localhost", true},
		"by address":                {[]string{"127.0.0.1"}, "localhost", true},
		"by range":                  {[]string{"10.0.0.0/8", "127.0.0.0/8"}, "127.0.0.1", true},
		"another name":              {[]string{"*.example.com"}, "localhost", false},
		"the name of an address":    {[]string{"example.com"}, "127.0.0.1", false},
		"another range":             {[]string{"10.0.0.0/8"}, "127.0.0.1", false},
		"what is refused, by name":  {[]string{"169.254.169.254"}, "169.254.169.254", false},
		"what is refused, by range": {[]string{"0.0.0.0/0"}, "169.254.169.254", false},
	} {
		connection, err := Dialer(tt.allowed, time.Second)(t.Context(), "tcp", net.JoinHostPort(tt.host, port))
		if connection != nil {
			_ = connection.Close()
		}
		if tt.good != (err == nil) || !tt.good && !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, host string
		want          bool
	}{
		{"api.example.com", "API.example.com.", true},
		{"*.example.com", "a.b.example.com", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", "notexample.com", false},
	} {
		if got := fits(tt.pattern, tt.host); got != tt.want {
			t.Errorf("fits(%s, %s) = %t", tt.pattern, tt.host, got)
		}
	}
}

// TestDialer_TheNameChanges: the address to which a name resolves at the time of the
// connection counts, whatever it resolved to before.
func TestDialer_TheNameChanges(t *testing.T) {
	t.Parallel()
	resolver, answers := serveNames(t)
	answers.Store(binary.BigEndian.Uint32([]byte{127, 0, 0, 1}))
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	dial := resolving(resolver, nil, 5*time.Second)
	connection, err := dial(t.Context(), "tcp4", "rebind.example.:"+port)
	if err != nil {
		t.Fatal(err)
	}
	_ = connection.Close()
	answers.Store(binary.BigEndian.Uint32([]byte{169, 254, 169, 254}))
	if _, err = dial(t.Context(), "tcp4", "rebind.example.:"+port); !errors.Is(err, ErrRefused) {
		t.Errorf("after the name changed: %v", err)
	}
}

// serveNames is a DNS server that answers every query for an IPv4 address with the stored
// one.
func serveNames(t *testing.T) (*net.Resolver, *atomic.Uint32) {
	t.Helper()
	var answer atomic.Uint32
	server, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buffer := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(reply(buffer[:n], answer.Load()), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}, &answer
}

// reply is a DNS response (RFC 1035): the header, the question as it came, and one address
// with a TTL of 0.
func reply(question []byte, address uint32) []byte {
	end := 12
	for question[end] != 0 {
		end += 1 + int(question[end])
	}
	end += 5
	message := append([]byte{}, question[:end]...)
	message[2], message[3] = 0x81, 0x80
	copy(message[4:12], []byte{0, 1, 0, 1, 0, 0, 0, 0})
	message = append(message, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
	return binary.BigEndian.AppendUint32(message, address)
}

func TestUnder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tenant")
	if err := os.WriteFile(file, []byte("blue\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := []bot.Setting{{Key: "http", Value: "x"}, {Key: "headers.X-Token"}, {Key: "headers.X-Tenant.file", Value: file}}
	got, err := Under("headers", settings, map[string]string{"headers.X-Token": "secret"})
	if err != nil || len(got) != 2 || got["X-Token"] != "secret" || got["X-Tenant"] != "blue" {
		t.Errorf("Under = %v, %v", got, err)
	}
	if _, err := Under("headers", settings, nil); err == nil {
		t.Error("a secret that nobody knows any more is there")
	}
	for name, text := range map[string]string{"empty": " \n", "two lines": "a\nb\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Under("headers", settings[2:], nil); err == nil {
			t.Errorf("%s: the file of a secret is taken", name)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := Under("headers", settings[2:], nil); err == nil {
		t.Error("a file that is not there holds a secret")
	}
}
