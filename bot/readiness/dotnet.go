package readiness

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// msbuild is what a project file, or one shared by several projects, says of packages
// (learn.microsoft.com/nuget/consume-packages).
type msbuild struct {
	Properties []struct {
		All []struct {
			XMLName xml.Name
			Value   string `xml:",chardata"`
		} `xml:",any"`
	} `xml:"PropertyGroup"`
	Items []struct {
		References []nugetReference `xml:"PackageReference"`
		Versions   []nugetReference `xml:"PackageVersion"`
		Global     []nugetReference `xml:"GlobalPackageReference"`
	} `xml:"ItemGroup"`
}

type nugetReference struct {
	Include  string `xml:"Include,attr"`
	Update   string `xml:"Update,attr"`
	Version  string `xml:"Version,attr"`
	Override string `xml:"VersionOverride,attr"`
	Private  string `xml:"PrivateAssets,attr"`
	Below    string `xml:"Version"`
	Within   string `xml:"PrivateAssets"`
}

// projectFile recognises the project files of .NET's languages.
func projectFile(file string) bool {
	return slices.Contains([]string{".csproj", ".fsproj", ".vbproj"}, path.Ext(file))
}

// readProject reads the packages of a project file, and of Directory.Packages.props,
// which sets their versions.
func readProject(file source, p *packages) error {
	var project msbuild
	if err := readXML(file.text, &project); err != nil {
		return err
	}
	p.named = true
	p.properties = map[string]string{}
	for _, group := range project.Properties {
		for _, property := range group.All {
			p.properties[property.XMLName.Local] = strings.TrimSpace(property.Value)
		}
	}
	test := testProject.MatchString(file.path)
	for _, group := range project.Items {
		for _, all := range [][]nugetReference{group.References, group.Versions, group.Global} {
			for _, r := range all {
				p.nuget(r, test)
			}
		}
	}
	return nil
}

var testPackage = regexp.MustCompile(`(?i)^(xunit|nunit|mstest|coverlet|moq|nsubstitute|fluentassertions|autofixture|bunit|shouldly|verify\.|fscheck|benchmarkdotnet|stylecop|sonaranalyzer)|\.test\.sdk$|testing|analyzers?$`)

var testProject = regexp.MustCompile(`(?i)(^|[/.])(tests?|benchmarks?|samples?)([/.]|$)|Tests?\.[a-z]+proj$`)

func (p *packages) nuget(r nugetReference, test bool) {
	name, version := r.Include+r.Update, strings.TrimSpace(r.Version+r.Below)
	if r.Override != "" {
		version = r.Override
	}
	if name != "" && version != "" && !strings.ContainsAny(name, "@$;") {
		private := strings.EqualFold(strings.TrimSpace(r.Private+r.Within), "all")
		p.depend(dependency{name: name, spec: version, direct: true, dev: test || private || testPackage.MatchString(name)})
	}
}

// readPackagesConfig reads the older packages.config.
func readPackagesConfig(file source, p *packages) error {
	var config struct {
		Packages []struct {
			ID      string `xml:"id,attr"`
			Version string `xml:"version,attr"`
			Dev     bool   `xml:"developmentDependency,attr"`
		} `xml:"package"`
	}
	if err := readXML(file.text, &config); err != nil {
		return err
	}
	p.named = true
	for _, l := range config.Packages {
		p.depend(dependency{name: l.ID, spec: l.Version, direct: true, dev: l.Dev})
	}
	return nil
}

// readNugetLock reads what is installed for each framework.
func readNugetLock(file source, p *packages) error {
	var lock struct {
		Dependencies map[string]map[string]struct {
			Type     string `json:"type"`
			Resolved string `json:"resolved"`
		} `json:"dependencies"`
	}
	if err := json.Unmarshal(plainJSON(file.text), &lock); err != nil {
		return err
	}
	p.named = true
	for _, framework := range lock.Dependencies {
		for name, l := range framework {
			if l.Type != "Project" {
				p.depend(dependency{name: name, spec: l.Resolved, direct: l.Type == "Direct"})
			}
		}
	}
	return nil
}

// readXML reads XML whatever encoding it declares: the text was decoded as UTF-8
// before.
func readXML(text string, into any) error {
	decoder := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return decoder.Decode(into)
}
