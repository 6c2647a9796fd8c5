package readiness

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed formats packages as "name version", with marks for what the file says about
// them.
func listed(p packages) []string {
	var all []string
	for _, d := range p.all {
		line := strings.TrimSpace(d.name + " " + d.spec)
		if d.direct {
			line += " direct"
		}
		if d.dev {
			line += " dev"
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// TestPackagesOfEachFormat: each format tells what is installed or required, which of
// it is direct, which is for development only, and nothing about the repository's own
// packages.
func TestPackagesOfEachFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, text string
		want       []string
	}{
		{"go.mod", "module x\n\ngo 1.26\n\ntoolchain go1.26.8\n\nrequire (\n\texample.com/a/v2 v2.1.0\n\texample.com/b v0.0.0-20260102030405-0123456789ab // indirect\n\tgopkg.in/c.v3 v3.0.1\n\texample.com/d v1.0.0\n)\n\nreplace example.com/a/v2 => ../a\n\nreplace example.com/d v1.0.0 => example.com/fork v1.2.0\n", []string{
			"example.com/a file:../a direct", "example.com/b v0.0.0-20260102030405-0123456789ab", "example.com/d example.com/fork v1.2.0 direct", "gopkg.in/c v3.0.1 direct",
		}},
		{"go.mod", "module x\nfuture a b\nrequire example.com/a v1.0.0\n", []string{"example.com/a v1.0.0 direct"}},

		{"package.json", `{"dependencies":{"a":"^1.0.0","own":"workspace:*","c":"catalog:","d":"npm:e@~2.0.0"},"optionalDependencies":{"o":"1"},"devDependencies":{"j":"latest"},"peerDependencies":{"p":"1"}}`, []string{
			"a ^1.0.0 direct", "d ~2.0.0 direct", "j latest direct dev", "o 1 direct",
		}},
		{"package-lock.json", `{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},"b":{"version":"1.0.0","dev":true},"own":{"version":"file:own"},"g":{"version":"git+ssh://git@example.com/g.git#0123456789abcdef0123456789abcdef01234567"}}}`, []string{
			"a 1.0.0", "b 1.0.0 dev", "b 2.0.0", "g git+ssh://git@example.com/g.git#0123456789abcdef0123456789abcdef01234567",
		}},
		{"package-lock.json", `{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"^1","own":"*"},"devDependencies":{"j":"1"}},"web":{"name":"own","dependencies":{"a":"^2","@s/b":"1"}},"node_modules/own":{"resolved":"web","link":true},"node_modules/a":{"version":"1.0.0"},"web/node_modules/a":{"version":"2.0.0"},"node_modules/@s/b":{"version":"1.1.0"},"node_modules/@s/b/node_modules/a":{"version":"3.0.0"},"node_modules/j":{"version":"1.0.0","dev":true},"node_modules/g":{"version":"1.0.0","resolved":"git+ssh://git@example.com/g.git#0123456"}}}`, []string{
			"@s/b 1.1.0 direct", "a 1.0.0 direct", "a 2.0.0 direct", "a 3.0.0", "g git+ssh://git@example.com/g.git#0123456", "j 1.0.0 direct dev",
		}},
		{"yarn.lock", "# yarn lockfile v1\n\n\"@a/b@^1.0.0\", \"@a/b@^1.1.0\":\n  version \"1.2.0\"\n  dependencies:\n    c \"^2\"\nc@^2:\n  \"version\" \"2.0.0\"\n\"d@^1\":\n  \"version\" 1.0.0\n", []string{"@a/b 1.2.0", "c 2.0.0", "d 1.0.0"}},
		{"yarn.lock", "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.0.5\n  resolution: \"a@npm:1.0.5\"\n\"own@workspace:.\":\n  version: 0.0.0-use.local\n\"web@workspace:web\":\n  version: 0.0.0-use.local\n\"t@patch:t@npm%3A^5#optional!builtin\":\n  version: 5.0.0\n", []string{"a 1.0.5", "t 5.0.0"}},
		{"pnpm-lock.yaml", "lockfileVersion: 5.3\n\nspecifiers:\n  p: ^7\n\ndependencies:\n  p: 7.0.0_@babel+core@7.16.0\n  own: link:../own\n\ndevDependencies:\n  j: 1.0.0\n\npackages:\n\n  /p/7.0.0_@babel+core@7.16.0:\n    resolution: {integrity: x}\n    dev: false\n\n  /@s/b/2.0.0:\n    dev: true\n\n  /j/1.0.0:\n    dev: true\n", []string{"@s/b 2.0.0 dev", "j 1.0.0 direct dev", "p 7.0.0 direct"}},
		{"pnpm-lock.yaml", "lockfileVersion: '6.0'\n\ndependencies:\n  a:\n    specifier: ^1\n    version: 1.0.0(react@18.0.0)\n\npackages:\n\n  /@s/b@2.0.0(react@18.0.0):\n    x: 1\n\n  /a@1.0.0(react@18.0.0):\n    dev: false\n", []string{"@s/b 2.0.0", "a 1.0.0 direct"}},
		{"pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      c:\n        specifier: ^3\n        version: 3.0.0\n    devDependencies:\n      '@s/d':\n        specifier: 4\n        version: 4.0.0(c@3.0.0)\n\n  web:\n    dependencies:\n      own:\n        specifier: workspace:*\n        version: link:../own\n\npackages:\n\n  'c@3.0.0':\n    y: 1\n\n  '@s/d@4.0.0':\n    y: 1\n\n  'e@5.0.0':\n    y: 1\n\n  g@https://codeload.github.com/o/g/tar.gz/0123456789abcdef0123456789abcdef01234567:\n    resolution: {tarball: x}\n    version: 1.0.0\n\nsnapshots:\n\n  f@5.0.0:\n    y: 1\n", []string{
			"@s/d 4.0.0 direct dev", "c 3.0.0 direct", "e 5.0.0", "g git+#0123456789abcdef0123456789abcdef01234567",
		}},
		{"bun.lock", "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": {\"dependencies\": {\"a\": \"^1\"}, \"devDependencies\": {\"j\": \"1\"},},\n  },\n  \"packages\": {\n    \"a\": [\"a@1.0.0\", \"\", {}, \"x\"],\n    \"j\": [\"j@1.2.0\", \"\", {}, \"x\"],\n    \"j/a\": [\"a@2.0.0\", \"\", {}, \"x\"],\n    \"own\": [\"own@workspace:own\"],\n  }\n}\n", []string{"a 1.0.0 direct", "a 2.0.0", "j 1.2.0 direct dev"}},
		{"deno.lock", `{"version":"5","specifiers":{"jsr:@std/a@1":"1.0.1"},"jsr":{"@std/a@1.0.1":{}},"npm":{"b@2.0.0_c@1.0.0":{}},"workspace":{"dependencies":["jsr:@std/a@1"]}}`, []string{"@std/a 1.0.1 direct", "b 2.0.0"}},
		{"deno.lock", `{"version":"5","npm":{"a@1.0.0":{},"b@2.0.0":{}},"workspace":{"members":{"web":{"dependencies":["npm:a@1"],"packageJson":{"dependencies":["npm:b@2"]}}}}}`, []string{"a 1.0.0 direct", "b 2.0.0 direct"}},
		{"deno.lock", `{"version":"3","packages":{"npm":{"b@2.0.0":{}}}}`, []string{"b 2.0.0"}},
		{"deno.jsonc", "{\"imports\": {\"a\": \"jsr:@std/a@^1\", \"b\": \"npm:b@2/sub\", /* ours */ \"c\": \"./c.ts\",}}", []string{"@std/a ^1 direct", "b 2 direct"}},

		{"requirements.txt", "Flask[async]==3.0.0 ; python_version > '3'\nsix>=1.16 # x\n-r more.txt\nz @ git+https://x/z.git@v1.2.0\nPy_Yaml\n./own\n-e .\nhttps://x/y.whl\nh==1 \\\n    --hash=sha256:0\n", []string{
			"flask ==3.0.0 direct", "h ==1 direct", "py-yaml direct", "six >=1.16 direct", "z git+https://x/z.git#v1.2.0 direct",
		}},
		{"requirements.txt", "# This file was autogenerated by uv via the following command:\n#    uv pip compile requirements.in -o requirements.txt\na==1.0\n    # via -r requirements.in\nb==1.0\n    # via a\nc==1.0  # via -r requirements.in\nd==1.0\n    # via\n    #   -r requirements.in\n    #   a\ne==1.0\n    # via\n    #   a\n    #   b\n", []string{
			"a ==1.0 direct", "b ==1.0", "c ==1.0 direct", "d ==1.0 direct", "e ==1.0",
		}},
		{"requirements/lint.txt", "pytest==8.0\n", []string{"pytest ==8.0 direct dev"}},
		{"requirements-docs.txt", "pytest==8.0\n", []string{"pytest ==8.0 direct dev"}},
		{"pyproject.toml", "[project]\nname = \"own\"\nversion = \"1\"\ndependencies = [\"a>=1\", \"b[x]==2; python_version<'3'\"]\n[project.optional-dependencies]\nprod = [\"c\"]\ntest = [\"d\"]\n[dependency-groups]\ndev = [\"e\", {include-group = \"x\"}]\n[tool.poetry.dependencies]\npython = \"^3.12\"\nf = \"^1\"\ng = {git = \"https://x/g\", rev = \"0123456\"}\nown2 = {path = \"../x\"}\n[tool.poetry.group.dev.dependencies]\nh = {version = \"^2\"}\n", []string{
			"a >=1 direct", "b ==2 direct", "c direct", "d direct dev", "e direct dev", "f ^1 direct", "g git+#0123456 direct", "h ^2 direct dev",
		}},
		{"pyproject.toml", "[project]\ndependencies = [\"my_lib\", \"near\", \"far>=1\"]\n[tool.uv.sources]\nmy-lib = {workspace = true}\nnear = {path = \"../near\"}\nfar = {git = \"https://x/far\"}\n", []string{"far >=1 direct"}},
		{"poetry.lock", "[[package]]\nname = \"Six\"\nversion = \"1.16.0\"\n[package.extras]\nversion = [\"9\"]\n[[package]]\nname = \"t\"\nversion = \"1\"\ncategory = \"dev\"\n[[package]]\nname = \"u\"\nversion = \"1\"\ngroups = [\"dev\", \"main\"]\n[[package]]\nname = \"own\"\nversion = \"1\"\n[package.source]\ntype = \"directory\"\nurl = \"own\"\n[[package]]\nname = \"g\"\nversion = \"1\"\n[package.source]\ntype = \"git\"\nresolved_reference = \"0123456\"\n", []string{"g git+#0123456", "six 1.16.0", "t 1 dev", "u 1"}},
		{"uv.lock", "version = 1\n[[package]]\nname = \"own\"\nversion = \"2\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"a\" }]\n[package.dev-dependencies]\ndev = [{ name = \"t\" }]\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"x\" }\ndependencies = [{ name = \"b\" }]\n[[package]]\nname = \"b\"\nversion = \"1\"\nsource = { registry = \"x\" }\n[[package]]\nname = \"t\"\nversion = \"1\"\nsource = { git = \"https://x/t?rev=1#0123456\" }\n[[package]]\nname = \"member\"\nversion = \"1\"\nsource = { editable = \"member\" }\n", []string{"a 1 direct", "b 1", "t git+#0123456 direct dev"}},
		{"Pipfile", "[packages]\nA_b = \"*\"\nc = {version = \"==1\"}\n[dev-packages]\nd = \"~=1\"\n[requires]\npython_version = \"3\"\n", []string{"a-b * direct", "c ==1 direct", "d ~=1 direct dev"}},
		{"Pipfile.lock", `{"_meta":{"requires":{"python_version":"3.12"}},"default":{"Six":{"version":"==1.16.0"},"g":{"git":"https://x","ref":"0123456"}},"develop":{"x":{"version":"==1"}}}`, []string{"g git+#0123456", "six 1.16.0", "x 1 dev"}},

		{"Cargo.lock", "version = 3\n\n[[package]]\nname = \"own\"\nversion = \"1.0.1\"\ndependencies = [\n \"serde 1.0.1\",\n \"a\",\n]\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry+x\"\n[[package]]\nname = \"serde\"\nversion = \"0.9.9\"\nsource = \"registry+x\"\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://x/a#0123456\"\n", []string{"a git+#0123456 direct", "serde 0.9.9", "serde 1.0.1 direct"}},
		{"Cargo.toml", "[package]\nname = \"own\"\nversion = \"1\"\n[dependencies]\na = \"1\"\nb = { version = \"0.7\", features = [\"x\"] }\nown2 = { path = \"../x\" }\nw.workspace = true\n[dev-dependencies]\nc = \"1\"\n[target.'cfg(unix)'.dependencies]\nd = \"1\"\n[workspace.dependencies]\ne = { git = \"https://x/e\", tag = \"v1\" }\nf = { package = \"uuid\", version = \"1\" }\n", []string{"a 1 direct", "b 0.7 direct", "c 1 direct dev", "d 1 direct", "e git+#v1 direct", "uuid 1 direct"}},

		{"Gemfile.lock", "GIT\n  remote: https://x/g\n  revision: 0123456789\n  specs:\n    g (1.0)\n\nPATH\n  remote: .\n  specs:\n    own (2.0)\n      rack\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n    rails (7.1.0)\n      rack (>= 2)\n    rack (3.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  g!\n  own!\n  rails (~> 7.1)\n\nRUBY VERSION\n   ruby 3.3.0p0\n", []string{"g git+#0123456789 direct", "nokogiri 1.16.0", "rack 3.0.0", "rails 7.1.0 direct"}},

		{"composer.json", `{"require":{"php":">=8.2","ext-json":"*","a/b":"^1"},"require-dev":{"c/d":"1.0"}}`, []string{"a/b ^1 direct", "c/d 1.0 direct dev"}},
		{"composer.lock", `{"packages":[{"name":"a/b","version":"v1.2.0"},{"name":"own/x","version":"dev-main","dist":{"type":"path"}},{"name":"g/h","version":"dev-main","source":{"reference":"0123456"}}],"packages-dev":[{"name":"c/d","version":"1.0"}]}`, []string{"a/b v1.2.0", "c/d 1.0 dev", "g/h git+#0123456"}},

		{"mix.exs", "defp deps do\n  [\n    {:phoenix, \"~> 1.7\"},\n    {:credo, \"~> 1.0\", only: [:dev, :test], runtime: false},\n    {:own, path: \"../own\"},\n    # {:old, \"1\"},\n    {:g, github: \"o/g\"}\n  ]\nend\n", []string{"credo ~> 1.0 direct dev", "g direct", "phoenix ~> 1.7 direct"}},
		{"mix.lock", "%{\n  \"phoenix\": {:hex, :phoenix, \"1.7.0\", \"0123456789\", [:mix], [], \"hexpm\", \"0123\"},\n  \"g\": {:git, \"https://x/g.git\", \"0123456\", []},\n}\n", []string{"g git+#0123456", "phoenix 1.7.0"}},

		{"pom.xml", "<project><parent><groupId>org.x</groupId><artifactId>boot</artifactId><version>3.5.6</version></parent><groupId>com.acme</groupId><artifactId>own</artifactId><version>1-SNAPSHOT</version><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>${b.version}</version></dependency><dependency><groupId>j</groupId><artifactId>u</artifactId><version>5</version><scope>test</scope></dependency><dependency><groupId>com.acme</groupId><artifactId>own2</artifactId><version>${project.version}</version></dependency><dependency><groupId>m</groupId><artifactId>managed</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>maven-x-plugin</artifactId><version>3</version></plugin></plugins><pluginManagement><plugins><plugin><groupId>p</groupId><artifactId>q</artifactId><version>4</version></plugin></plugins></pluginManagement></build></project>", []string{
			"a:b ${b.version} direct", "j:u 5 direct dev", "org.apache.maven.plugins:maven-x-plugin 3 direct dev", "org.x:boot 3.5.6 direct", "p:q 4 direct dev",
		}},
		{"api/pom.xml", "<project><parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>1</version></parent><artifactId>api</artifactId></project>", nil},
		{"gradle/libs.versions.toml", "[versions]\nboot = \"3.5.6\"\nrich = { strictly = \"1.0\" }\n[libraries]\na = \"g:a:1.0\"\nb = { module = \"g:b\", version.ref = \"rich\" }\nc = { group = \"g\", name = \"c\", version = \"2\" }\nd = { module = \"g:d\" }\n[plugins]\nboot = { id = \"org.springframework.boot\", version.ref = \"boot\" }\nx = \"com.x:1\"\n", []string{
			"com.x 1 direct dev", "g:a 1.0 direct", "g:b ${rich} direct", "g:c 2 direct", "org.springframework.boot ${boot} direct",
		}},
		{"gradle.lockfile", "# This is a file\ng:a:1.0=compileClasspath,runtimeClasspath\nempty=annotationProcessor\n", []string{"g:a 1.0"}},
		{"app/build.gradle", "plugins {\n    id 'org.springframework.boot' version '3.5.6'\n    id(\"com.x\") version \"1\"\n}\next.aVersion = '1.0'\ndependencies {\n    // implementation 'g:no:1'\n    implementation \"g:a:$aVersion\"\n    implementation(\"g:b:2.0\")\n    api group: 'g', name: 'c', version: '3'\n    testImplementation 'j:u:5'\n    implementation project(':own')\n}\n", []string{
			"com.x 1 direct dev", "g:a ${aVersion} direct", "g:b 2.0 direct", "g:c 3 direct", "j:u 5 direct dev", "org.springframework.boot 3.5.6 direct",
		}},

		{"src/Api/Api.csproj", "\ufeff<Project Sdk=\"x\"><ItemGroup><PackageReference Include=\"A\" Version=\"1.0\" /><PackageReference Include=\"B\"><Version>2</Version><PrivateAssets>all</PrivateAssets></PackageReference><PackageReference Include=\"C\" /></ItemGroup></Project>", []string{"A 1.0 direct", "B 2 direct dev"}},
		{"Directory.Packages.props", "<?xml version=\"1.0\" encoding=\"utf-16\"?><Project><PropertyGroup><V>9</V></PropertyGroup><ItemGroup><PackageVersion Include=\"A\" Version=\"$(V)\" /></ItemGroup></Project>", []string{"A $(V) direct"}},
		{"packages.config", "<packages><package id=\"A\" version=\"1\" /><package id=\"B\" version=\"1\" developmentDependency=\"true\" /></packages>", []string{"A 1 direct", "B 1 direct dev"}},
		{"packages.lock.json", `{"version":1,"dependencies":{"net9.0":{"A":{"type":"Direct","resolved":"1"},"B":{"type":"Transitive","resolved":"2"},"own":{"type":"Project"}}}}`, []string{"A 1 direct", "B 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			known := Rules{}.formatsOf(tt.path, formats())
			got, err := readWith(known, source{tt.path, tt.text})
			if err != nil || len(known) == 0 {
				t.Fatalf("%d formats, %v", len(known), err)
			}
			if diff := cmp.Diff(tt.want, listed(got.packages)); diff != "" {
				t.Errorf("packages of %s (-want +got):\n%s", tt.path, diff)
			}
		})
	}
}
