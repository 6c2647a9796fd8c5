package readiness

import (
	"strconv"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestHugeLocksTakeLittle compares the worst lock files that fit into 1 MB with each
// other; a parser that grows faster than its text would exceed the test's time.
func TestHugeLocksTakeLittle(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	each := func(n int, format string) string {
		var text strings.Builder
		for i := range n {
			text.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(i)))
		}
		return text.String()
	}
	tests := map[string]string{
		"go.mod":            "module x\nrequire (\n" + each(12000, "a.b/c%d v1.0.%d\n") + ")\nreplace (\n" + each(12000, "a.b/c%d => a.b/d v1.0.%d\n") + ")\n",
		"yarn.lock":         each(20000, "a@^%d:\n  version \"%d.0.0\"\n"),
		"pnpm-lock.yaml":    "packages:\n\n" + each(30000, "  /a@%d.0.0:\n    dev: false\n"),
		"package-lock.json": `{"packages":{` + each(15000, `"node_modules/a%d":{"version":"%d.0.0"},`) + `"":{}}}`,
		"Cargo.lock":        each(12000, "[[package]]\nname = \"a\"\nversion = \"%d.0.0\"\nsource = \"r\"\n"),
		"uv.lock":           "a = " + strings.Repeat("[", size/2) + strings.Repeat("]", size/2),
		"poetry.lock":       strings.Repeat("[[package]]\n", size/12),
		"Gemfile.lock":      "GEM\n  specs:\n" + each(40000, "    a (%d.0)\n") + "DEPENDENCIES\n" + each(10000, "  a%d\n"),
		"requirements.txt":  each(40000, "a%d==1.%d ; x\n"),
		"mix.lock":          each(9000, "  \"a%d\": {:hex, :a, \"1.0.%d\", \"0\", [:mix], [], \"hexpm\", \"0\"},\n"),
		"pom.xml":           "<project><properties>" + each(9000, "<a%d>${a%d}${a%d}</a%d>") + "</properties>" + strings.Repeat("<a>", size/8),
		"build.gradle":      each(20000, "implementation \"a:b%d:$v%d\"\n"),
		"composer.lock":     `{"packages":[` + each(15000, `{"name":"a/b%d","version":"%d"},`) + `{}]}`,
		"bun.lock":          `{"packages":{` + each(15000, `"a%d":["a@%d.0.0"],`) + `}}`,
		"a.csproj":          "<Project><ItemGroup>" + each(9000, `<PackageReference Include="A" Version="%d"/>`) + "</ItemGroup></Project>",
	}
	for path, text := range tests {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			file := func(text string) []bot.RepoFile { return []bot.RepoFile{{FileAt: bot.FileAt{Path: path}, Text: text}} }
			got := Report(Input{
				Direction: bot.Forward, Changed: bot.ChangedFiles{Files: []bot.ChangedFile{{Path: path, Change: bot.FileModified}}},
				Before: file(text), After: file(strings.ReplaceAll(text, "1", "2")),
			})
			for _, f := range got.Findings {
				if len(f.Says) > 1500 {
					t.Errorf("a line of %d bytes", len(f.Says))
				}
			}
		})
	}
}
