package catalog

import "slices"

// Vocabulary is what the file can name that is not the catalog's own: the packages
// above bring it.
type Vocabulary struct {
	// Sources are those that probes may have.
	Sources []Source
	// Verbs are the words that mean a command where the name of a service may stand.
	Verbs []string
}

// Parse reads the text of slipway.yaml. lookup gives environment variables, as
// os.LookupEnv does. Every fault of the file is told at once: the error, if
// any, is of type Faults, and then there is no Catalog.
func Parse(text []byte, lookup func(string) (string, bool), known Vocabulary) (*Catalog, error) {
	root, faults := read(text, lookup, known)
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return decode(root, known.Sources), nil
}

// Sketch reads the text of slipway.yaml where its variables may not be set yet, as
// before there is a Slack app whose token they could hold. What depends on one is
// left out of the Catalog and told as unset; any other fault is an error, as with
// Parse, which then tells of nothing else.
func Sketch(text []byte, lookup func(string) (string, bool), known Vocabulary) (c *Catalog, unset Faults, err error) {
	root, faults := read(text, lookup, known)
	others := slices.DeleteFunc(slices.Clone(faults), func(f Fault) bool { return f.Unset != "" })
	if len(others) > 0 {
		return nil, nil, others.sorted() // whoever has no values yet has nothing to mend about them
	}
	return decode(root, known.Sources), faults.sorted(), nil
}

// read checks the text as a whole.
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

// ListenOf reads from the text of slipway.yaml where slipway serves HTTP. It
// looks at nothing else, so that one that runs can be asked how it is without
// the secrets of the file, and while somebody makes a mistake elsewhere in it.
func ListenOf(text []byte, lookup func(string) (string, bool)) (string, error) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if !readable {
		return "", faults.sorted()
	}
	whole := fileShape(Vocabulary{})
	root.shape = &whole // it knows the default
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
