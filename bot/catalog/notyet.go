package catalog

// refusal is a part of the file that this version of slipway understands but
// does not act on.
type refusal struct {
	// place is a path with * for names and [] for positions in lists; settings
	// stands for an environment and for both kinds of defaults.
	place string
	// word, if set, refuses only this value.
	word string
	// instead says what works in its stead, if anything does.
	instead string
}

// notYet is everything that slipway.yaml may declare one day and may not yet.
// A later version that builds one of these only takes its line away.
func notYet() []refusal {
	return []refusal{}
}

// refuseNotYet adds a fault for every place that uses something of the table.
func (c *checker) refuseNotYet(n *node, table []refusal) {
	for _, r := range table {
		if r.place != n.place || (r.word != "" && r.word != n.str()) {
			continue
		}
		message := "is not available yet in this version of slipway; remove it"
		if r.word != "" {
			message = r.word + " " + message
		}
		if r.instead != "" {
			message += " (" + r.instead + ")"
		}
		c.fault(n, message)
	}
	for _, entry := range n.entries {
		c.refuseNotYet(entry.value, table)
	}
	for _, item := range n.items {
		c.refuseNotYet(item, table)
	}
}

// refused says whether a whole place, or one word at it, is not built yet.
func refused(place, word string, table []refusal) bool {
	for _, r := range table {
		if r.place == place && r.word == word {
			return true
		}
	}
	return false
}

// offeredWords are the words that may stand at the place now: what a fault or the
// schema offers is not refused when it is taken.
func offeredWords(place string, s *shape) []string {
	words := []string{}
	for _, word := range s.words {
		if !refused(place, word, notYet()) {
			words = append(words, word)
		}
	}
	return words
}

// offeredKeys are the keys that an object at the place may have now.
func offeredKeys(place string, s *shape) []string {
	names := []string{}
	for _, k := range s.keys {
		if !refused(under(place, k.name), "", notYet()) {
			names = append(names, k.name)
		}
	}
	return names
}
