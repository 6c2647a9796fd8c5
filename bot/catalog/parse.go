package catalog

// Parse reads the text of slipway.yaml. lookup gives environment variables, as
// os.LookupEnv does. Every fault of the file is told at once: the error, if
// any, is of type Faults, and then there is no Catalog.
func Parse(text []byte, lookup func(string) (string, bool)) (*Catalog, error) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if readable {
		c := checker{lookup: lookup, faults: &faults}
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
