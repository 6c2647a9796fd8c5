package readiness

import "maps"

// How much of one document is examined, so that anchors that are used over and over do
// not multiply it.
const (
	maxValues   = 20000
	deepestKeys = 20
)

// keys collects the full names of the values in a document.
type keys struct {
	left int
	add  func(key string)
}

// keysOf reports the full names of a document's values: the keys of nested maps, joined
// by dots. The items of a list are known by their name, if they have one (“- name: A”),
// and otherwise by the list's. A key without a value counts.
func keysOf(document any, add func(key string)) {
	k := keys{left: maxValues, add: add}
	k.walk("", document, 0)
}

func (k *keys) walk(at string, value any, depth int) {
	if k.left--; k.left < 0 {
		return
	}
	switch v := value.(type) {
	case object:
		if len(v) > 0 && depth < deepestKeys {
			for _, key := range sortedKeys(v) {
				k.walk(join(at, key), v[key], depth+1)
			}
			return
		}
	case list:
		if k.items(at, v, depth) {
			return
		}
	}
	if at != "" {
		k.add(at)
	}
}

// items goes through a list, and says whether it found any keys.
func (k *keys) items(at string, items list, depth int) bool {
	found := false
	for _, item := range items {
		named, is := item.(object)
		if !is || depth >= deepestKeys {
			continue
		}
		found = true
		switch name := textOf(named["name"]); {
		case name == "":
			k.walk(at, named, depth+1)
		case isVariable(named):
			k.add(join(at, name))
		default:
			k.walk(join(at, name), without(named, "name"), depth+1)
		}
	}
	return found
}

// isVariable says whether an item has a name and nothing but a value, as variables in
// Kubernetes do.
func isVariable(item object) bool {
	for key := range item {
		if key != "name" && key != "value" && key != "valueFrom" {
			return false
		}
	}
	return true
}

func without(all object, key string) object {
	rest := maps.Clone(all)
	delete(rest, key)
	return rest
}

func join(at, key string) string {
	key = clip(key, longName)
	if at == "" {
		return key
	}
	return at + "." + key
}
