package loop

import "sync"

// maxMarks bounds what is remembered. All of it is forgotten at once beyond that.
const maxMarks = 10_000

// Marks remembers what this process has said or told, so that the store is not
// asked again and again; the store keeps it from being said twice. The zero value
// is ready, and its methods may be called from any goroutine.
type Marks struct {
	mu   sync.Mutex
	keys map[string]bool
}

// Has says whether a thing was added.
func (m *Marks) Has(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keys[key]
}

// Add remembers a thing.
func (m *Marks) Add(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.keys) > maxMarks || m.keys == nil {
		m.keys = map[string]bool{}
	}
	m.keys[key] = true
}
