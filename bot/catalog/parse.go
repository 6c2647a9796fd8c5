package catalog

// Parse reads the text of slipway.yaml. lookup gives environment variables, as
// os.LookupEnv does. Every fault of the file is told at once: the error, if
// any, is of type Faults, and then there is no Catalog.
func Parse(text []byte, lookup func(string) (string, bool)) (*Catalog, error) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if readable {
		c := newChecker(lookup, &faults)
		whole := fileShape()
		c.check(root, &whole, "")
		c.agree(root)
		c.refuseNotYet(root, notYet())
	}
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return decode(root), nil
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
	whole := fileShape()
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
