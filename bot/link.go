package bot

import (
	"strconv"
	"strings"
	"time"
)

// Link is a page that, as the operator said, helps whoever looks at a service. Its
// address may hold placeholders in braces, so that it leads to a release and to
// its time: see [LinkPlaceholders].
type Link struct{ Name, URL string }

// The forms in which a link takes a time.
const (
	timeUnix   = "unix"
	timeUnixMS = "unix_ms"
	timeISO    = "iso"
)

// LinkPlaceholders are what may stand in braces in the address of a link. A time
// without a form is in Unix milliseconds, as most dashboards take it.
func LinkPlaceholders() []string {
	names := []string{"sha", "release", "environment"}
	for _, end := range []string{"from", "to"} {
		names = append(names, end, end+":"+timeUnix, end+":"+timeUnixMS, end+":"+timeISO)
	}
	return names
}

// Placeholders gives what stands in braces in the link's address, in its order. Of a
// brace that is not closed it is the brace and the rest.
func (l Link) Placeholders() []string {
	var names []string
	l.replaced(func(name string) (string, bool) {
		names = append(names, name)
		return "", true
	})
	return names
}

// LinksTo are the links as they lead to a release. What holds a placeholder of which
// nothing is known yet is left out: it would lead elsewhere.
func LinksTo(r Release, links []Link) []Link {
	var led []Link
	for _, l := range links {
		if address, known := l.replaced(r.linkValue); known {
			led = append(led, Link{Name: l.Name, URL: address})
		}
	}
	return led
}

// replaced is the address with each placeholder replaced, and whether there was a
// value for all of them.
func (l Link) replaced(value func(name string) (string, bool)) (address string, known bool) {
	var b strings.Builder
	known = true
	for rest := l.URL; rest != ""; {
		before, behind, opened := strings.Cut(rest, "{")
		b.WriteString(before)
		if !opened {
			break
		}
		name, more, closed := strings.Cut(behind, "}")
		if !closed {
			name = "{" + name
		}
		rest = more
		text, found := value(name)
		known = known && found
		b.WriteString(escapedURL(text))
	}
	return b.String(), known
}

// escapedURL makes a text safe in every part of an address: all but the characters
// that RFC 3986 reserves for nothing is encoded.
func escapedURL(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(text) {
		switch {
		case '0' <= c && c <= '9', 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', strings.IndexByte("-._~", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// linkValue is what a placeholder stands for.
func (r Release) linkValue(name string) (value string, known bool) {
	switch name {
	case "sha":
		return r.SHA(), r.SHA() != ""
	case "release":
		return r.ID, true
	case "environment":
		return r.Target.Environment, true
	}
	end, form, _ := strings.Cut(name, ":")
	from, to := r.Course()
	switch end {
	case "from":
		return timeAs(form, from)
	case "to":
		return timeAs(form, to)
	}
	return "", false
}

// Course is from when until when something of the release is to be seen where its
// service is watched: from the start of its workflow to the end of its watch, or from
// when something was done past slipway until slipway knew. Of what is not over yet it is
// the latest time at which it will be.
func (r Release) Course() (from, to time.Time) {
	from = r.RequestedAt
	for _, began := range []time.Time{r.Beside.At, r.Dispatch.At} {
		if !began.IsZero() {
			from = began
		}
	}
	switch {
	case !r.Watch.EndsAt.IsZero():
		to = r.Watch.EndsAt
	case r.Ended():
		to = r.Since()
	case r.Plan != nil:
		to = from.Add(r.Plan.Settings.Timeout + r.Plan.Settings.Health.Window)
	}
	return from, to
}

func timeAs(form string, at time.Time) (text string, known bool) {
	if at.IsZero() {
		return "", false
	}
	switch form {
	case timeUnix:
		return strconv.FormatInt(at.Unix(), 10), true
	case timeUnixMS, "":
		return strconv.FormatInt(at.UnixMilli(), 10), true
	case timeISO:
		return at.UTC().Format(time.RFC3339), true
	}
	return "", false
}
