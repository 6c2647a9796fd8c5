package github

import "sync"

// maxRemembered bounds how much of one kind is remembered.
const maxRemembered = 2000

// remembered keeps what never changes at GitHub, so that it is asked for once. All
// of it is forgotten when it grows too large.
type remembered[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]V
}

func (m *remembered[K, V]) get(key K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, known := m.known[key]
	return value, known
}

func (m *remembered[K, V]) keep(key K, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= maxRemembered || m.known == nil {
		m.known = map[K]V{}
	}
	m.known[key] = value
}
