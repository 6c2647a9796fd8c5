package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
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
	return &bot.Error{Kind: bot.Unavailable, Op: "reach a webhook", Says: "it " + blame(err), Err: err}
}

// blame says why a receiver could not be reached, or did not answer, without quoting the
// error: it may name an address that is a secret.
func blame(err error) string {
	_, unknown := errors.AsType[*net.DNSError](err)
	_, wrong := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	plain = plain || errors.Is(err, http.ErrSchemeMismatch) // as the client says it
	dial, dialled := errors.AsType[*net.OpError](err)
	late, timed := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, reach.ErrRefused):
		return "has an address to which slipway may not connect"
	case unknown:
		return "has a name that could not be looked up"
	case wrong:
		return "has a certificate that is not valid"
	case plain:
		return "does not speak TLS"
	case errors.Is(err, context.DeadlineExceeded), timed && late.Timeout():
		return "did not answer in time"
	case dialled && dial.Op == "dial":
		return "takes no connection"
	}
	return "did not answer"
}

// cause is the part of an error that a log may show; nil: it may name a whole address, as
// what the client says of a redirect does.
func cause(err error) error {
	if failed, is := errors.AsType[*tls.CertificateVerificationError](err); is {
		return failed
	}
	if failed, is := errors.AsType[*net.OpError](err); is {
		return failed
	}
	return nil
}
