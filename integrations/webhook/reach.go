package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// Reach connects to a receiver as Send would, and sends nothing. It returns the host, which
// is the only part of the address that may be shown, and why it cannot be reached.
func (s *Sender) Reach(ctx context.Context, receiver string) (host string, err error) {
	address, err := url.Parse(s.receivers[receiver].URL)
	if err != nil || address.Hostname() == "" {
		return "", &bot.Error{Kind: bot.Invalid, Op: "reach a webhook", Says: "its address cannot be read"}
	}
	host = address.Hostname()
	port := address.Port()
	switch {
	case port != "":
	case address.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	connection, err := reach.Dialer(nil, timeout)(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return host, unreached(err)
	}
	defer func() { _ = connection.Close() }() // nothing was sent
	if address.Scheme != "https" {
		return host, nil
	}
	if err := tls.Client(connection, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}).HandshakeContext(ctx); err != nil {
		return host, unreached(err)
	}
	return host, nil
}

func unreached(err error) error {
	says := "it takes no connection"
	_, unknown := errors.AsType[*net.DNSError](err)
	_, wrong := errors.AsType[*tls.CertificateVerificationError](err)
	late, timed := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, reach.ErrRefused):
		says = "slipway may not connect to its address"
	case unknown:
		says = "its name could not be looked up"
	case wrong:
		says = "its certificate is not valid"
	case errors.Is(err, context.DeadlineExceeded), timed && late.Timeout():
		says = "it did not answer in time"
	}
	return &bot.Error{Kind: bot.Unavailable, Op: "reach a webhook", Says: says, Err: err}
}
