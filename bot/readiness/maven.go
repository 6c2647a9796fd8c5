package readiness

import (
	"path"
	"strings"

	"deps.dev/util/maven"
)

// pom is a Maven project with the plugins of its build, which the third-party parser
// omits.
type pom struct {
	maven.Project

	Plugins  []maven.Plugin `xml:"build>plugins>plugin"`
	Managed  []maven.Plugin `xml:"build>pluginManagement>plugins>plugin"`
	Profiles []struct {
		Properties   maven.Properties   `xml:"properties"`
		Dependencies []maven.Dependency `xml:"dependencies>dependency"`
		Managed      []maven.Dependency `xml:"dependencyManagement>dependencies>dependency"`
		Plugins      []maven.Plugin     `xml:"build>plugins>plugin"`
	} `xml:"profiles>profile"`
}

// readPom reads a project's parent, its dependencies, those that it manages, and its
// plugins, which are used to build only. A version that is a property is resolved
// later, from this file and from the projects above (maven.apache.org/pom.html).
func readPom(file source, p *packages) error {
	var project pom
	if err := readXML(file.text, &project); err != nil {
		return err
	}
	p.named = true
	p.properties = map[string]string{}
	for _, property := range project.Properties.Properties {
		p.properties[property.Name] = property.Value
	}
	group := string(project.GroupID)
	if group == "" {
		group = string(project.Parent.GroupID)
	}
	own := ownProject{group: group, properties: p.properties, version: string(project.Version) + string(project.Parent.Version)}
	if project.Version != "" {
		own.version = string(project.Version)
	}
	if parent := project.Parent; parent.ArtifactID != "" && !ownParent(file.path, project.Project) {
		p.depend(dependency{name: parent.Name(), spec: string(parent.Version), direct: true})
	}
	p.maven(own, project.Dependencies, project.DependencyManagement.Dependencies)
	p.plugins(own, project.Plugins, project.Managed)
	for _, profile := range project.Profiles {
		p.maven(own, profile.Dependencies, profile.Managed)
		p.plugins(own, profile.Plugins)
	}
	return nil
}

// ownProject identifies the project itself.
type ownProject struct {
	group, version string
	properties     map[string]string
}

// is says whether a package belongs to the repository itself.
func (o ownProject) is(d maven.ProjectKey) bool {
	switch string(d.GroupID) {
	case "${project.groupId}", "${groupId}", "${pom.groupId}":
		return true
	}
	switch version := string(d.Version); version {
	case "${project.version}", "${version}", "${pom.version}", "${revision}", "${project.parent.version}", "${parent.version}":
		return true
	default:
		property := reference.FindStringSubmatch(version)
		if string(d.GroupID) == o.group && property != nil {
			value, here := o.properties[property[1]]
			return !here || value == o.version || strings.HasSuffix(value, "-SNAPSHOT")
		}
		return string(d.GroupID) == o.group && (version == o.version || strings.HasSuffix(version, "-SNAPSHOT"))
	}
}

// ownParent says whether a project's parent is in the repository: whether its path is
// in there, and its group belongs to the same organisation.
func ownParent(file string, project maven.Project) bool {
	at := path.Join(path.Dir(file), "..")
	switch {
	case path.Dir(file) == ".", at == "..":
		return false
	case project.GroupID == "":
		return true
	}
	return people(string(project.GroupID)) == people(string(project.Parent.GroupID))
}

// people returns the organisation in a group: "org.acme" of "org.acme.api".
func people(group string) string {
	parts := strings.SplitN(group, ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

func (p *packages) maven(own ownProject, groups ...[]maven.Dependency) {
	for _, group := range groups {
		for _, d := range group {
			key := maven.ProjectKey{GroupID: d.GroupID, ArtifactID: d.ArtifactID, Version: d.Version}
			if own.is(key) {
				p.forget(string(d.Version))
			} else if d.Version != "" {
				p.depend(dependency{name: key.Name(), spec: string(d.Version), direct: true, dev: d.Scope == "test"})
			}
		}
	}
}

// forget removes the property that holds the version of one of the repository's own
// packages.
func (p *packages) forget(version string) {
	if property := reference.FindStringSubmatch(version); property != nil {
		delete(p.properties, property[1])
	}
}

func (p *packages) plugins(own ownProject, groups ...[]maven.Plugin) {
	for _, group := range groups {
		for _, plugin := range group {
			if plugin.GroupID == "" {
				plugin.GroupID = "org.apache.maven.plugins"
			}
			if plugin.Version != "" && !own.is(plugin.ProjectKey) {
				p.depend(dependency{name: plugin.Name(), spec: string(plugin.Version), direct: true, dev: true})
			}
		}
	}
}
