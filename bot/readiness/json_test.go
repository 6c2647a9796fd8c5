package readiness

import (
	"encoding/json"
	"testing"
)

func TestPlainJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"\ufeff{\"a\": 1}": `{"a":1}`,
		"{\n// a remark, with a \" in it\n\"a\": 1, /* and\nanother , */ \"b\": [1, 2, ], }": `{"a":1,"b":[1,2]}`,
		`{"a": "// no remark", "b": "/* nor */ this, ]", "c": "\",}"}`:                       `{"a":"// no remark","b":"/* nor */ this, ]","c":"\",}"}`,
		`[1,,]`: "", `{"a`: "", "/* never ends": "", `"\`: "",
	}
	for in, want := range tests {
		var got any
		if err := json.Unmarshal(plainJSON(in), &got); err != nil {
			if want != "" {
				t.Errorf("plainJSON(%q): %v", in, err)
			}
			continue
		}
		if out, err := json.Marshal(got); err != nil || string(out) != want {
			t.Errorf("plainJSON(%q) = %s, %v, want %s", in, out, err, want)
		}
	}
}

// FuzzPlainJSON: valid JSON keeps its meaning.
func FuzzPlainJSON(f *testing.F) {
	f.Add(`{"a": [1, "b,]\""]}`)
	f.Add("/*/,}")
	f.Fuzz(func(t *testing.T, text string) {
		plain := plainJSON(text)
		var before, after any
		if json.Unmarshal([]byte(text), &before) != nil {
			return
		}
		if err := json.Unmarshal(plain, &after); err != nil {
			t.Fatalf("%q became %q: %v", text, plain, err)
		}
		was, errWas := json.Marshal(before)
		is, errIs := json.Marshal(after)
		if errWas != nil || errIs != nil || string(was) != string(is) {
			t.Errorf("%s became %s", was, is)
		}
	})
}
