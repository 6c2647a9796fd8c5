package catalog_test

import (
	"fmt"
	"testing"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// BenchmarkParse shows how the time grows with the size of the file, beside
// what the YAML parser alone takes for the same text: at most twice as much.
func BenchmarkParse(b *testing.B) {
	for _, services := range []int{10, 100, 500} {
		for _, environments := range []int{2, 10} {
			text := company(services, environments, "{timeout: 10m, checks: [build, test]}")
			size := fmt.Sprintf("%dx%d", services, environments)
			b.Run("yaml/"+size, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					yamlAlone(b, text)
				}
			})
			b.Run("slipway/"+size, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					mustParse(b, text)
				}
			})
		}
	}
}

// yamlAlone does to a text what slipway has the YAML library do.
func yamlAlone(tb testing.TB, text string) {
	tb.Helper()
	if _, err := parser.Parse(lexer.Tokenize(text), 0, parser.AllowDuplicateMapKey()); err != nil {
		tb.Fatal(err)
	}
}
