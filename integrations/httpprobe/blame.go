package httpprobe

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

var errNotAnAddress = errors.New("not an address")

// blame says whose fault a failed request is, in words of our own: the error's
// would quote the address.
func blame(err error) (bot.SampleOutcome, string) {
	if says := ours(err); says != "" {
		return bot.NoAnswer, says
	}
	return bot.Bad, theirs(err)
}

// ours names a fault on our side; empty if it is none.
func ours(err error) string {
	faults := []struct {
		err  error
		says string
	}{
		{syscall.ENETUNREACH, "no route from here"},
		{syscall.EHOSTUNREACH, "no route from here"},
		{syscall.ENETDOWN, "our network is down"},
		{syscall.EADDRNOTAVAIL, "no free port here"},
		{syscall.EMFILE, "too many open files here"},
		{syscall.ENFILE, "too many open files here"},
		{errNotAnAddress, "the probe has no valid address"},
		{reach.ErrRefused, "probes may not connect to that address"},
	}
	if isLookup(err) {
		return "the name could not be looked up"
	}
	for _, fault := range faults {
		if errors.Is(err, fault.err) {
			return fault.says
		}
	}
	return ""
}

func isLookup(err error) bool {
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

// theirs names what the service, or what stands before it, did wrong.
func theirs(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed without a full answer"
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return "no answer in time"
	case isTLS(err):
		return "TLS failed"
	default:
		return "no valid HTTP answer"
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// isTLS also reads the words of the error: crypto/tls has no type for most of
// what it finds wrong, but every message begins with its name.
func isTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	text := err.Error()
	return strings.Contains(text, "tls: ") || strings.Contains(text, "HTTP response to HTTPS client")
}
