package readiness_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/readiness"
)

// FuzzPromise9_ValuesStayHidden puts any text as the value of a setting into every kind
// of file that has some, and looks for it in the report.
func FuzzPromise9_ValuesStayHidden(f *testing.F) {
	f.Add("hunter2")
	f.Add("a\nhunter=1\nhunter: 2\n[hunter]\n")
	f.Add("-----BEGIN KEY-----\nhunterAB=\n-----END KEY-----")
	f.Add("# hunter=1\n\n- name: hunter\n export hunter =")
	f.Add("${hunter}")
	f.Fuzz(func(t *testing.T, text string) {
		// Characters that would end the quoted text are removed.
		text = "hunter" + strings.NewReplacer(`"`, "", `\`, "", "$", "", "\x00", "").Replace(strings.ToValidUTF8(text, ""))
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Join(strings.Fields(text), " ")
		rules := readiness.Rules{Config: []string{"c.yaml", "c.json", "c.toml", "c.properties"}}
		got := lines(report(t, bot.Forward, rules,
			change{".env.example", "A=1\n", "A=1\nKEY=\"" + text + "\"\nEND=1\n"},
			change{".env.production", "A=1\n", "A=1\nKEY=\"" + text + "\"\nEND=1\n"},
			change{"c.yaml", "a: 1\n", "a: 1\nkey: " + string(quoted) + "\n"},
			change{"c.json", `{"a":1}`, `{"a":1,"key":` + string(quoted) + `}`},
			change{"c.properties", "a=1\n", "a=1\nkey=" + strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\n", "\\\n") + "\n"},
		))
		got = append(got, lines(report(t, bot.Forward, rules,
			change{"compose.yaml", "services: {a: {environment: {A: 1}}}\n", "services: {a: {environment: {A: 1, KEY: " + string(quoted) + "}}}\n"},
			change{"Dockerfile", "FROM a\n", "FROM a\nENV KEY=\"" + line + "\"\n"},
			change{"fly.toml", "[env]\nA = '1'\n", "[env]\nA = '1'\nKEY = " + string(quoted) + "\n"},
			change{"app.json", `{"env":{"A":"1"}}`, `{"env":{"A":"1","KEY":{"value":` + string(quoted) + `}}}`},
			change{"values.yaml", "env: {A: 1}\n", "env: {A: 1, KEY: " + string(quoted) + "}\n"},
		))...)
		for _, told := range got {
			if strings.Contains(told, "hunter") {
				t.Errorf("the value %q is shown: %s", text, told)
			}
		}
	})
}
