package reach

import (
	"net/http"
	"net/url"
)

// maxRedirects is how many redirects are followed.
const maxRedirects = 3

// Stay is the CheckRedirect of an http.Client. It does not follow redirects to another host
// or port: the redirect itself becomes the response. From http to https is followed if both
// are on their default ports.
func Stay(next *http.Request, before []*http.Request) error {
	from, to := before[len(before)-1].URL, next.URL
	upgrade := from.Scheme == "http" && to.Scheme == "https" && from.Port() == "" && to.Port() == ""
	same := from.Scheme == to.Scheme && portOf(from) == portOf(to)
	if len(before) > maxRedirects || to.Hostname() != from.Hostname() || !same && !upgrade {
		return http.ErrUseLastResponse
	}
	return nil
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
