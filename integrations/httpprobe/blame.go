package httpprobe

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

var errNotAnAddress = errors.New("not an address")

// blame says whose fault a failed request is, and why it failed. It does not quote the
// error, which contains the address.
func blame(err error) (bot.SampleOutcome, string) {
	if says := ours(err); says != "" {
		return bot.NoAnswer, says
	}
	return bot.Bad, theirs(err)
}

// ours says what failed on our side; empty if it was the service.
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
		return lookupFailed
	}
	for _, fault := range faults {
		if errors.Is(err, fault.err) {
			return fault.says
		}
	}
	return ""
}

const lookupFailed = "the name could not be looked up"

// lookedUp traces the look-up of a name: unknown says that one has begun and not succeeded.
// Where it is given up with the request, no error tells.
func lookedUp(ctx context.Context) (traced context.Context, unknown func() bool) {
	var begun, known atomic.Bool
	traced = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { begun.Store(true) },
		DNSDone:  func(found httptrace.DNSDoneInfo) { known.Store(found.Err == nil) },
	})
	return traced, func() bool { return begun.Load() && !known.Load() }
}

func isLookup(err error) bool {
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

// theirs says what failed at the service, or at a proxy before it.
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
		return cmp.Or(reach.Fault(err), "TLS failed")
	default:
		return "no valid HTTP answer"
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// isTLS also looks at the text of the error: crypto/tls has no types for most of its
// errors, but all their texts begin with "tls: ".
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
