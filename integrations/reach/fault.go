package reach

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"syscall"
)

// Fault says of a request that came to nothing what stood in its way, where whoever looks
// after the addresses can mend it: a name, a port, TLS. It does not quote the error, which
// may hold the address. Empty: nothing of that kind.
func Fault(err error) string {
	if err == nil {
		return ""
	}
	_, unknown := errors.AsType[*net.DNSError](err)
	_, page := errors.AsType[*json.SyntaxError](err)
	switch {
	case unknown:
		return "its name could not be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no way to it from here"
	case page:
		return "what answers there sends a page for people, or something else that it does not send"
	}
	return ofTLS(err)
}

// ofTLS is what TLS has against it. For most of its faults Go has words and no types.
func ofTLS(err error) string {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, another := errors.AsType[x509.HostnameError](err)
	invalid, dated := errors.AsType[x509.CertificateInvalidError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	text := err.Error()
	switch {
	case record, strings.Contains(text, "HTTP response to HTTPS client"):
		return "it does not speak TLS there; its address would begin with http://"
	case strings.Contains(text, `malformed HTTP response "\x15\x03`):
		return "it speaks TLS there; its address would begin with https://"
	case another:
		return "its certificate is for another name"
	case dated && invalid.Reason == x509.Expired:
		return "its certificate has lapsed, or this machine's clock is wrong"
	case untrusted:
		return "this machine does not trust whoever signed its certificate"
	case strings.Contains(text, "tls: "):
		return "TLS failed"
	}
	return ""
}
