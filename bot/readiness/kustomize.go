package readiness

import "cmp"

// readKustomization reads the images that a Kustomize overlay substitutes, and the
// variables that it sets
// (kubectl.docs.kubernetes.io/references/kustomize/kustomization).
func readKustomization(file source, f *facts) error {
	document, err := decodeYAML(file.text)
	if err != nil {
		return err
	}
	images, _ := inside(document, "images").(list)
	for _, one := range images {
		i := imageOf(cmp.Or(textOf(inside(one, "newName")), textOf(inside(one, "name"))))
		i.tag, i.digest = textOf(inside(one, "newTag")), textOf(inside(one, "digest"))
		if i.known() && textOf(inside(one, "newName"))+i.tag+i.digest != "" { // a tag suffix alone does not determine the image
			f.uses(use{image: i, place: "image " + clip(textOf(inside(one, "name")), longName), runs: true})
		}
	}
	for _, generator := range []string{"configMapGenerator", "secretGenerator"} {
		made, _ := inside(document, generator).(list)
		for _, one := range made {
			f.environment(inside(one, "literals"))
		}
	}
	return nil
}
