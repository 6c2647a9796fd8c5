package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// named is a configuration of two services with aliases.
func named(top, api, web string) string {
	service := func(name, says, environments string) string {
		return "  " + name + ":\n    repo: acme/" + name + "\n    workflow: deploy.yml\n" + says + "    environments: " + environments + "\n"
	}
	says := func(aliases, indent string) string {
		if aliases == "" {
			return ""
		}
		return indent + "aliases: " + aliases + "\n"
	}
	return aliasesHead + says(top, "") + "services:\n" +
		service("api", says(api, "    "), "{staging: {}, production: {}}") +
		service("web", says(web, "    "), "{prod: {}, live: {}}")
}

const aliasesHead = "slack: {bot_token: x, signing_secret: y, team: T0001}\ngithub: {token: t}\nredis: {mode: embedded}\n"

func parseText(text string) (*catalog.Catalog, error) {
	return catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, vocabulary())
}

// TestAliases: an alias finds what it stands for, and a real name is stronger.
func TestAliases(t *testing.T) {
	t.Parallel()
	c, err := parseText(named("{prod: production, p: live, stg: staging, live: prod}", "[shop-api, run]", "{p: prod}"))
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{"api": "api", "shop-api": "api", "run": "api", "web": "web", "prod": "", "": ""} {
		if s, found := c.Named(word); s.Name != want || found != (want != "") {
			t.Errorf("%q names %q, %t", word, s.Name, found)
		}
	}
	api, _ := c.Service("api")
	web, _ := c.Service("web")
	for word, want := range map[string][2]string{
		"production": {"production", ""}, "prod": {"production", "prod"}, "stg": {"staging", ""}, "live": {"", "live"}, "p": {"", "prod"}, "nope": {"", ""},
	} {
		inAPI, _ := api.EnvironmentNamed(word)
		inWeb, _ := web.EnvironmentNamed(word)
		if got := [2]string{inAPI, inWeb}; got != want {
			t.Errorf("%s means %v, want %v", word, got, want)
		}
	}
	if diff := cmp.Diff(map[string]string{"p": "prod"}, web.Short); diff != "" {
		t.Errorf("short names of web's, as the help lists them (-want +got):\n%s", diff)
	}
	for word, want := range map[string][]string{"prod": {"prod"}, "stg": {"staging"}, "p": {"prod"}, "nope": nil} {
		if diff := cmp.Diff(want, c.EnvironmentsNamed(word)); diff != "" {
			t.Errorf("%s of every service (-want +got):\n%s", word, diff)
		}
	}
}

// TestBadAliases: an alias that means nothing, or would never be read, is refused.
func TestBadAliases(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ top, api, web, fault string }{
		"leads nowhere":              {top: "{prod: nowhere}", fault: `aliases.prod: "nowhere" is not an environment of any service declared under services`},
		"leads to itself":            {top: "{staging: staging}", fault: "aliases.staging: is the name itself; remove it"},
		"leads to another service's": {api: "{p: live}", fault: `services.api.aliases.p: "live" is not an environment declared under environments`},
		"is an environment":          {api: "{staging: production}", fault: "services.api.aliases.staging: would never be read: staging is an environment of this service"},
		"is a service":               {api: "[web]", fault: "services.api.aliases[0]: would never be read: a service bears that name"},
		"is its own name":            {api: "[api]", fault: "services.api.aliases[0]: would never be read: a service bears that name"},
		"is another's":               {api: "[shop]", web: "[shop]", fault: "services.web.aliases[0]: is an alias of api already"},
		"is a command":               {api: "[status]", fault: "services.api.aliases[0]: this is the name of a command, which is stronger"},
		"is all":                     {api: "[all]", fault: "services.api.aliases[0]: this is the name of a command"},
		"is a word":                  {api: "[to]", fault: `services.api.aliases[0]: "to" is a word of the commands`},
		"is no name":                 {top: "{Prod: production}", fault: "aliases.Prod: this name must be lowercase letters"},
		"stands there twice":         {api: "[old, old]", fault: "services.api.aliases[1]: stands in this list twice"},
		"is neither":                 {api: "old", fault: "services.api.aliases: must be a mapping of names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseText(named(tt.top, tt.api, tt.web))
			if err == nil || !strings.Contains(err.Error(), tt.fault) {
				t.Errorf("the fault is %v, want %q", err, tt.fault)
			}
			if faults, ok := errors.AsType[catalog.Faults](err); ok && len(faults) != 1 {
				t.Errorf("there are %d faults: %v", len(faults), err)
			}
		})
	}
}

// TestNamesOfCommandsToCome: no service may have one, and the fault says how the old
// word can be kept; an alias may.
func TestNamesOfCommandsToCome(t *testing.T) {
	t.Parallel()
	for _, verb := range catalog.VerbsToCome() {
		text := strings.ReplaceAll(named("", "", ""), "  api:\n", "  "+verb+":\n")
		_, err := parseText(text)
		if err == nil || !strings.Contains(err.Error(), "such as "+verb+"-service, and let an alias keep the old word: aliases: ["+verb+"]") {
			t.Errorf("a service called %s: %v", verb, err)
		}
		mended, err := parseText(strings.ReplaceAll(named("", "["+verb+"]", ""), "  api:\n", "  "+verb+"-service:\n"))
		if err != nil {
			t.Errorf("mended as it is told: %v", err)
			continue
		}
		if s, found := mended.Named(verb); !found || s.Name != verb+"-service" {
			t.Errorf("%s names %q", verb, s.Name)
		}
	}
	for _, verb := range vocabulary().Verbs {
		if _, err := parseText(strings.ReplaceAll(named("", "", ""), "  api:\n", "  "+verb+":\n")); err == nil {
			t.Errorf("a service may be called %s", verb)
		}
	}
}
