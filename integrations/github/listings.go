package github

import "sync"

// listings keep what was listed at each address, so that asking again is answered with a
// 304 that GitHub does not count. There are no more of them than workflows and
// repositories in the configuration, and little is kept of each.
type listings[T any] struct {
	mu    sync.Mutex
	byURL map[string]listing[T]
}

// listing is what was listed, and the tag by which GitHub tells whether that has changed.
type listing[T any] struct {
	etag  string
	items []T
}

func (l *listings[T]) get(url string) listing[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byURL[url]
}

func (l *listings[T]) set(url string, list listing[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byURL == nil {
		l.byURL = map[string]listing[T]{}
	}
	l.byURL[url] = list
}
