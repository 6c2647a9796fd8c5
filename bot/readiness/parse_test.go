package readiness

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// FuzzParsers feeds any text to every parser: it may not panic, and the lines on what
// it found must be bounded.
func FuzzParsers(f *testing.F) {
	f.Add(uint8(0), "A=1", "B=2")
	f.Add(uint8(1), "ARG A=1\nFROM a:${A} AS b\nFROM b\nCMD [\"x\"]", "FROM a@sha256:1\nRUN <<E\nE\nEXPOSE 1")
	f.Add(uint8(5), "nodejs 1", "nodejs 2")
	f.Add(uint8(7), "go 1.2\nrequire (\na v1\n)", "require b v2")
	f.Add(uint8(9), `{"engines":{"node":1},"scripts":{}}`, `{"dependencies":{"a":"1"}}`)
	f.Add(uint8(13), "GEM\n    a (1)", "RUBY VERSION\n ruby 1")
	f.Add(uint8(16), "\"@a@1\":\n  version 1", "@:\n version:")
	f.Add(uint8(17), "packages:\n  /a/1:", "packages:\n  'a@1(b)':")
	f.Add(uint8(18), "a:\n  b: 1", "a: {}\n'b': 2")
	f.Add(uint8(19), `{"a":{"b":[]}}`, `[1]`)
	f.Fuzz(func(t *testing.T, which uint8, before, after string) {
		paths := []string{
			"c.yaml", "c.json", "c.toml", "c.ini", "c.properties", ".env.example", ".env.production", "values-x.yaml",
			"requirements.txt", "build.gradle", "build.gradle.kts", "libs.versions.toml", "a.csproj",
		}
		for _, k := range formats() {
			paths = append(paths, k.names...)
		}
		path := paths[int(which)%len(paths)]
		rules := Rules{Config: paths[:5]}
		file := func(text string) []bot.RepoFile { return []bot.RepoFile{{FileAt: bot.FileAt{Path: path}, Text: text}} }
		got := Report(Input{Before: file(before), After: file(after), Rules: rules})
		if len(got.Findings) > maxFindings {
			t.Fatalf("%d findings", len(got.Findings))
		}
		for _, finding := range got.Findings {
			if len(finding.Says) > 1500 || finding.Says == "" {
				t.Errorf("a line of %d bytes: %q", len(finding.Says), finding.Says)
			}
		}
		if again := Report(Input{Before: file(before), After: file(after), Rules: rules}); !cmp.Equal(got, again) {
			t.Errorf("two reports of the same:\n%s", cmp.Diff(got, again))
		}
		if same := Report(Input{Before: file(after), After: file(after), Rules: rules}); len(same.Findings) > 0 {
			t.Errorf("a file that did not change is told of: %v", same.Findings)
		}
	})
}

// FuzzCompareVersions compares the order of versions with that of whole numbers of any
// size, and checks that it is an order: no two versions precede each other, and what
// precedes a version precedes all that follow it.
func FuzzCompareVersions(f *testing.F) {
	f.Add("1.2.3", "v1.10", "2")
	f.Add("00", "", "0.0.1")
	f.Add("^1.02", "1.2.0", ">=v1.20.3-rc1")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, pair := range [][2]string{{a, b}, {b, a}, {b, c}, {a, c}, {a, a}} {
			if got, want := compareVersions(pair[0], pair[1]), slowlyCompared(pair[0], pair[1]); got != want {
				t.Errorf("compareVersions(%q, %q) = %d, want %d", pair[0], pair[1], got, want)
			}
		}
		if compareVersions(a, b) != -compareVersions(b, a) {
			t.Errorf("%q and %q are both before each other", a, b)
		}
		if compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0 && compareVersions(a, c) > 0 {
			t.Errorf("%q, %q and %q go round in a circle", a, b, c)
		}
	})
}

// dotted matches the dotted numbers with which a version begins, after anything that is
// not a digit.
var dotted = regexp.MustCompile(`^[^0-9]*([0-9]+(?:\.[0-9]+)*)`)

// slowlyCompared compares versions number by number.
func slowlyCompared(a, b string) int {
	parts := func(version string) []string {
		if found := dotted.FindStringSubmatch(version); found != nil {
			return strings.Split(found[1], ".")
		}
		return nil
	}
	as, bs := parts(a), parts(b)
	for i := range max(len(as), len(bs)) {
		x, y := new(big.Int), new(big.Int)
		if i < len(as) {
			x.SetString(as[i], 10)
		}
		if i < len(bs) {
			y.SetString(bs[i], 10)
		}
		if c := x.Cmp(y); c != 0 {
			return c
		}
	}
	return 0
}

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"1.9", "1.10", -1},
		{"v2", "1.99.99", 1},
		{"1", "1.0.0", 0},
		{"^1.2.0", "~1.2", 0},
		{"99999999999999999999999", "100000000000000000000000", -1},
		{"", "1", -1},
		{"0", "", 0},
		{"1.0-rc1", "1.0", 0},
	} {
		if got := compareVersions(tt.a, tt.b); got != tt.want {
			t.Errorf("compareVersions(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestHugeFilesTakeLittle feeds the worst that fits into 1 MB to the parsers; a parser
// that grows faster than its text would exceed the test's time.
func TestHugeFilesTakeLittle(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	long := strings.Repeat("a", size/2)
	tests := map[string]string{
		"Dockerfile":     "ARG A=" + long[:60000] + "\nFROM " + strings.Repeat("$A", 30000),
		"a.Dockerfile":   strings.Repeat("\\\n", size/2),
		"b.Dockerfile":   "FROM x AS a\nEXPOSE " + strings.Repeat("1 ", 30000) + "\n" + strings.Repeat("FROM a AS a\n", size/24),
		"c.json":         `{"` + long + `":{` + strings.TrimSuffix(strings.Repeat(`"b":1,`, size/12), ",") + `}}`,
		"c.yaml":         long + ":\n" + strings.Repeat("  b: 1\n", size/14),
		"c.Dockerfile":   "FROM a\n" + strings.Repeat("ENV A=$A$A\n", size/12),
		"d.Dockerfile":   strings.Repeat("ARG A=$A$A$A\n", size/28) + strings.Repeat("FROM a:$A\n", size/22),
		"e.Dockerfile":   strings.Repeat("FROM a:1\nCOPY --from=b:1 a b\n", size/37),
		"compose.yaml":   "services:\n" + strings.Repeat(" a: {image: b}\n", size/15),
		"values.yaml":    "a: &a [1,1,1]\nb: &b [*a,*a,*a]\nc: " + strings.Repeat("[", size/3) + strings.Repeat("]", size/3),
		".env.example":   strings.Repeat("A='\n", size/8) + strings.Repeat("B=\"\n", size/8),
		"fly.toml":       "a=" + strings.Repeat("[", size/2) + strings.Repeat("]", size/2),
		"c.toml":         "[" + long + "]\n" + strings.Repeat("b=1\n", size/8),
		"pnpm-lock.yaml": "packages:\n" + strings.Repeat("  /a@1:\n", size/9),
		"Procfile":       strings.Repeat("a: b\n", size/5),
		"go.mod":         strings.Repeat("require a v1\n", size/13),
	}
	for path, text := range tests {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			known := Rules{Config: []string{"c.json", "c.yaml", "c.toml"}}.formatsOf(path, formats())
			if len(known) == 0 {
				t.Fatalf("%s is not known", path)
			}
			f, err := readWith(known, source{path, text})
			if errors.Is(err, errBroken) {
				t.Fatal(err)
			}
			kept := 0
			for key := range f.settings {
				kept += len(key)
			}
			if kept > size {
				t.Errorf("%d bytes are kept of %d", kept, size)
			}
		})
	}
}
