package catalog

import "slices"

// Vocabulary is what the file may refer to that the catalog does not define itself; the
// packages above supply it.
type Vocabulary struct {
	// Sources are the health sources that probes may use.
	Sources []Source
	// Verbs are the words that mean a command wherever a service's name may stand.
	Verbs []string
}

// Parse reads the text of slipway.yaml. lookup returns environment variables, as
// os.LookupEnv does. An error is of type Faults and lists every fault of the file;
// there is no Catalog then.
func Parse(text []byte, lookup func(string) (string, bool), known Vocabulary) (*Catalog, error) {
	root, faults := read(text, lookup, known)
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return decode(root, known.Sources), nil
}

// Sketch reads the text of slipway.yaml when its variables may not be set yet, such as
// before there is a Slack app whose token they could hold. What depends on an unset
// variable is left out of the Catalog and reported as unset. If there are other faults,
// the error lists those alone.
func Sketch(text []byte, lookup func(string) (string, bool), known Vocabulary) (c *Catalog, unset Faults, err error) {
	root, faults := read(text, lookup, known)
	others := slices.DeleteFunc(slices.Clone(faults), func(f Fault) bool { return f.Unset != "" })
	if len(others) > 0 {
		return nil, nil, others.sorted() // those who have no values yet cannot mend their absence
	}
	return decode(root, known.Sources), faults.sorted(), nil
}

// read parses the text and checks it as a whole.
func read(text []byte, lookup func(string) (string, bool), known Vocabulary) (*node, Faults) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if readable {
		c := newChecker(lookup, &faults)
		whole := fileShape(known)
		c.check(root, &whole, "")
		c.agree(root)
	}
	return root, faults
}

// ListenOf reads from the text of slipway.yaml where slipway serves HTTP. It reads
// nothing else, so that a running slipway can be asked for its health without the
// file's secrets, and even while the rest of the file is faulty.
func ListenOf(text []byte, lookup func(string) (string, bool)) (string, error) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if !readable {
		return "", faults.sorted()
	}
	whole := fileShape(Vocabulary{})
	root.shape = &whole // for its default
	listen := root.get("listen")
	if known, ok := whole.key("listen"); ok && listen.given() {
		c := newChecker(lookup, &faults)
		c.check(listen, &known.shape, known.name)
	}
	if len(faults) > 0 {
		return "", faults.sorted()
	}
	return listen.str(), nil
}
