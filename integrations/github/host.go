package github

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// versionHeader is sent by a GitHub Enterprise Server alone.
	versionHeader = "X-GitHub-Enterprise-Version"
	// maxInputs is how many inputs a workflow may declare, and maxInputsOnce
	// how many it could before 2025-12 (docs: "Events that trigger workflows").
	maxInputs     = 25
	maxInputsOnce = 10
)

// server is a version of GitHub Enterprise Server; zero: github.com, which has
// all that there is.
type server struct{ major, minor int }

// serverOf reads the version that an answer names, as 3.19.4 or
// enterprise-server@3.19.4.
func serverOf(header http.Header) server {
	text := header.Get(versionHeader)
	text = text[strings.LastIndexByte(text, '@')+1:]
	major, rest, _ := strings.Cut(text, ".")
	minor, _, _ := strings.Cut(rest, ".")
	var s server
	var err error
	if s.major, err = strconv.Atoi(major); err != nil {
		return server{}
	}
	if s.minor, err = strconv.Atoi(minor); err != nil {
		return server{}
	}
	return s
}

func (s server) before(major, minor int) bool {
	return s != server{} && (s.major < major || s.major == major && s.minor < minor)
}

// codeHost is what a server can do.
func (s server) codeHost() bot.CodeHost {
	host := bot.CodeHost{NamesRuns: !s.before(3, 21), MaxInputs: maxInputs}
	if s.before(3, 20) {
		host.MaxInputs = maxInputsOnce
	}
	return host
}

// versions sends requests and remembers which version answers.
type versions struct {
	next  http.RoundTripper
	known atomic.Pointer[server]
}

// RoundTrip sends req.
func (v *versions) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := v.next.RoundTrip(req)
	if err == nil {
		v.known.Store(new(serverOf(resp.Header)))
	}
	return resp, err
}

// codeHost is what the code host can do, as far as it has told.
func (c *Client) codeHost() bot.CodeHost {
	var s server
	if known := c.versions.known.Load(); known != nil {
		s = *known
	}
	host := s.codeHost()
	host.NamesRuns = host.NamesRuns && !c.plainDispatch.Load()
	return host
}
