package githubsim

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	defaultPerPage = 30
	maxPerPage     = 100
)

// page is a window on a list.
type page struct {
	number, size int
}

func pageOf(q url.Values) page {
	return page{max(1, number(q, "page", 1)), min(maxPerPage, max(1, number(q, "per_page", defaultPerPage)))}
}

func number(q url.Values, key string, otherwise int) int {
	n, err := strconv.Atoi(q.Get(key))
	if err != nil {
		return otherwise
	}
	return n
}

// window cuts one page out of a list. Its result is never nil, so that it
// becomes [] in JSON.
func window[T any](list []T, p page) []T {
	from := min(len(list), (p.number-1)*p.size)
	to := min(len(list), from+p.size)
	return append([]T{}, list[from:to]...)
}

// linked adds the Link header by which clients find further pages.
func linked(c *call, a answer, total int) answer {
	p := pageOf(c.query)
	last := (total + p.size - 1) / p.size
	var links []string
	add := func(n int, rel string) {
		q := maps.Clone(c.query)
		q.Set("page", strconv.Itoa(n))
		links = append(links, fmt.Sprintf("<%s%s?%s>; rel=%q", apiURL, c.path, q.Encode(), rel))
	}
	if p.number > 1 {
		add(p.number-1, "prev")
		add(1, "first")
	}
	if p.number < last {
		add(p.number+1, "next")
		add(last, "last")
	}
	if len(links) > 0 {
		a.header[http.CanonicalHeaderKey("Link")] = []string{strings.Join(links, ", ")}
	}
	return a
}
