package alertmanager

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"unicode"

	"github.com/slipwayhq/slipway/integrations/reach"
)

// blame says why there is no answer. It does not quote the error, which contains the
// address.
func blame(err error) string {
	_, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, reach.ErrRefused):
		return "probes may not connect to the address of Alertmanager"
	case unknown:
		return "the name of Alertmanager's host could not be looked up"
	}
	if fault := reach.Fault(err); fault != "" {
		return "Alertmanager cannot be reached: " + fault
	}
	return "Alertmanager cannot be reached"
}

// refusal says what a status other than 200 means.
func refusal(status int) string {
	switch {
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return "Alertmanager does not understand what stands under matching"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "Alertmanager refuses to answer; look at headers in slipway.yaml"
	case status == http.StatusNotFound:
		return "there is no Alertmanager of version 0.16 or later at its address"
	case status >= http.StatusMultipleChoices && status < http.StatusBadRequest:
		return fmt.Sprintf("what is at Alertmanager's address leads elsewhere (status %d)", status)
	}
	return fmt.Sprintf("Alertmanager does not work (status %d)", status)
}

// shown makes the name of an alert fit for a message: printable and short.
func shown(name string) string {
	const longest = 60
	runes := []rune(strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)))
	if len(runes) > longest {
		return strings.TrimSpace(string(runes[:longest])) + "…"
	}
	return string(runes)
}
