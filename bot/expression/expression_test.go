package expression_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot/expression"
)

// given are the contexts that the expressions of these tests may name.
func given() expression.Contexts {
	return expression.Contexts{
		"inputs": map[string]any{"release_id": "api-1", "env": "production", "dry": false, "n": 2.0, "empty": ""},
		"github": expression.Open{
			"ref_name": "main",
			"event":    map[string]any{"labels": []any{map[string]any{"name": "bug"}, map[string]any{"name": "Big"}, "odd"}},
		},
		"odd": map[string]any{"a-b_c": "dashed", "x": nil},
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	unknown := expression.Unknown{}
	tests := []struct {
		text string
		want any
	}{
		// Literals.
		{"null", nil},
		{"true", true},
		{" 711 ", 711.0},
		{"-9.2", -9.2},
		{"0xff", 255.0},
		{"-2.99e-2", -0.0299},
		{".5", 0.5},
		{"NaN", math.NaN()},
		{"'it''s open source'", "it's open source"},
		{"''", ""},
		// Contexts.
		{"inputs.release_id", "api-1"},
		{"INPUTS.Release_ID", "api-1"},
		{"inputs['release_id']", "api-1"},
		{"inputs[ 'release_' ]", nil},
		{"inputs[format('{0}_id', 'release')]", "api-1"},
		{"inputs.none", nil},
		{"inputs.none.deeper", nil},
		{"odd.a-b_c", "dashed"},
		{"github.event.labels[0].name", "bug"},
		{"github.event.labels[1]['name']", "Big"},
		{"github.event.labels[7].name", nil},
		{"github.event.labels[-1]", nil},
		{"join(github.event.labels.*.name, '+')", "bug+Big"},
		{"join(github.event.labels[*].name)", "bug,Big"},
		{"join(inputs.*)", "false,,production,2,api-1"},
		{"secrets.x", unknown},
		{"github.actor", unknown},
		{"github.actor.more", unknown},
		// Operators.
		{"!true", false},
		{"!!'x'", true},
		{"1 == '1'", true},
		{"'A' == 'a'", true},
		{"null == 0", true},
		{"null == ''", true},
		{"null == false", true},
		{"'x' == 0", false},
		{"inputs == inputs", false},
		{"1 != 2", true},
		{"1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2", true},
		{"'a' < 'B'", true},
		{"'x' < 1", false},
		{"false || 'x'", "x"},
		{"'x' || github.actor", "x"},
		{"'x' && 'y'", "y"},
		{"'' && 'y'", ""},
		{"false && github.actor", false},
		{"github.actor && 'y'", unknown},
		{"github.actor || 'y'", unknown},
		{"!github.actor", unknown},
		{"github.actor == 'x'", unknown},
		{"true || false && false", true},
		{"(true || false) && false", false},
		{"1 == 1 == true", true},
		{"inputs.env == 'production' && inputs.release_id || 'test'", "api-1"},
		{"inputs.env == 'staging' && inputs.release_id || 'test'", "test"},
		// Functions.
		{"contains('Hello world', 'LLO')", true},
		{"contains(github.event.labels.*.name, 'BUG')", true},
		{"contains(github.event.labels.*.name, 'bu')", false},
		{"contains(inputs, 'x')", false},
		{"startsWith('Hello', 'he')", true},
		{"ENDSWITH('Hello', 'LO')", true},
		{"format('{0} {{x}} {1}', inputs.release_id, 2)", "api-1 {x} 2"},
		{"format('{0}', github.actor)", unknown},
		{"format('{1}', 'x')", unknown},
		{"format('{0', 'x')", unknown},
		{"format('0}', 'x')", unknown},
		{"join('x', '-')", "x"},
		{"toJSON(inputs.release_id)", `"api-1"`},
		{"toJson(odd)", "{\n  \"a-b_c\": \"dashed\",\n  \"x\": null\n}"},
		{"toJSON(github)", unknown},
		{"toJSON(1.50)", "1.5"},
		{"fromJSON('{\"a\":[1,true]}').A[1]", true},
		{"fromJSON('x')", unknown},
		{"case(inputs.dry, 'dry', inputs.n == 2, 'two', 'else')", "two"},
		{"case(inputs.dry, 'dry', 'else')", "else"},
		{"case(github.actor, 'x', 'y')", unknown},
		{"hashFiles('x')", unknown},
		{"success() && 'x'", unknown},
	}
	for _, tt := range tests {
		got, err := expression.Evaluate(tt.text, given())
		if err != nil {
			t.Errorf("Evaluate(%s): %v", tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("Evaluate(%s) (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestEvaluateRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "'open", "inputs.", "inputs[", "inputs['x'", "(true", "true)", "a b", "&& a", "a &&", "== 1", "!", "format()", "nothing('x')",
		"format('x',)", "always('x')", "contains('x')", "\"double\"", "a = b", "1x", "0xg", "inputs.1", "a..b", "a.*.", "1_000", "-", "é",
		strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100), strings.Repeat("x", 30000),
	} {
		if got, err := expression.Evaluate(text, given()); err == nil {
			t.Errorf("Evaluate(%.40s) = %v, and there is no such expression", text, got)
		}
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template, want string
		whole          bool
	}{
		{"plain", "plain", true},
		{"", "", true},
		{"Deploy ${{ inputs.release_id }} to ${{inputs.env}}!", "Deploy api-1 to production!", true},
		{"${{ format('{0}', inputs.release_id) }}", "api-1", true},
		{"${{ '}}' }}", "}}", true},
		{"${{ inputs.none }}|${{ inputs.dry }}|${{ inputs.n }}|${{ inputs }}|${{ github.event.labels }}", "|false|2|Object|Array", true},
		{"by ${{ github.actor }}", "by x", false},
		{"$ {{ inputs.env }} }}", "$ {{ inputs.env }} }}", true},
	}
	for _, tt := range tests {
		got, whole, err := expression.Expand(tt.template, given())
		if err != nil || got != tt.want || whole != tt.whole {
			t.Errorf("Expand(%q) = %q, %t, %v, want %q, %t", tt.template, got, whole, err, tt.want, tt.whole)
		}
	}
	for _, template := range []string{"${{", "${{ inputs.x }", "${{ }}", "x ${{ 'a }}"} {
		if got, _, err := expression.Expand(template, given()); err == nil {
			t.Errorf("Expand(%q) = %q, and it cannot be read", template, got)
		}
	}
}

// FuzzExpand checks that a text without expressions stays what it is, that one
// that can be read is read in the same way again, and that nothing of what is
// known depends on what is not.
func FuzzExpand(f *testing.F) {
	f.Add("Deploy ${{ inputs.release_id }} ${{ format('{0}', github.actor) }}")
	f.Add("${{ join(inputs.*, ' ') || 'x' && !(1 < 0x2) }}")
	f.Add("${{ toJSON(fromJSON('[1,{}]'))[0] }}")
	f.Add("${{ '}}' }}")
	f.Fuzz(func(t *testing.T, template string) {
		text, whole, err := expression.Expand(template, given())
		if !strings.Contains(template, "${{") && (text != template || !whole || err != nil) {
			t.Fatalf("%q became %q, %t, %v", template, text, whole, err)
		}
		again, wholeAgain, errAgain := expression.Expand(template, given())
		if again != text || wholeAgain != whole || (errAgain == nil) != (err == nil) {
			t.Fatalf("%q is %q, and then %q", template, text, again)
		}
		if err != nil || !whole {
			return
		}
		more := given()
		if github, is := more["github"].(expression.Open); is {
			github["actor"] = "anna"
		}
		if known, _, _ := expression.Expand(template, more); known != text {
			t.Errorf("%q is %q without github.actor, and %q with it", template, text, known)
		}
	})
}
