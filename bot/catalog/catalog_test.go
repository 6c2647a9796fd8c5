package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot/catalog"
)

func TestFindServicesAndEnvironments(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, string(readFile(t, "full.yaml")))
	if diff := cmp.Diff([]string{"api", "web"}, parsed.ServiceNames()); diff != "" {
		t.Errorf("ServiceNames (-want +got):\n%s", diff)
	}
	api, ok := parsed.Service("api")
	if !ok || api.Repo.String() != "acme/api" {
		t.Fatalf("Service(api) = %v, %t", api.Repo, ok)
	}
	if diff := cmp.Diff([]string{"staging", "production"}, api.EnvironmentNames()); diff != "" {
		t.Errorf("EnvironmentNames (-want +got):\n%s", diff)
	}
	if production, ok := api.Environment("production"); !ok || production.Name != "production" || production.Checks.None {
		t.Errorf("Environment(production) = %+v, %t", production, ok)
	}
	if _, ok := api.Environment("live"); ok {
		t.Error("Environment(live) of api was found")
	}
	if _, ok := parsed.Service("nope"); ok {
		t.Error("Service(nope) was found")
	}
}

func TestDefaultEnvironment(t *testing.T) {
	t.Parallel()
	one, two := catalog.Environment{Name: "one"}, catalog.Environment{Name: "two"}
	tests := []struct {
		name    string
		service catalog.Service
		want    string
	}{
		{"declared", catalog.Service{DefaultEnvironment: "two", Environments: []catalog.Environment{one, two}}, "two"},
		{"the only one", catalog.Service{Environments: []catalog.Environment{one}}, "one"},
		{"a choice to make", catalog.Service{Environments: []catalog.Environment{one, two}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := test.service.Default(); got != test.want || ok != (test.want != "") {
				t.Errorf("Default = %q, %t, want %q", got, ok, test.want)
			}
		})
	}
}

func TestFindPeople(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, string(readFile(t, "full.yaml")))
	tests := []struct {
		name   string
		person catalog.Person
		found  bool
	}{
		{"by name", first(parsed.Person("anna")), true},
		{"by chat", first(parsed.PersonByChat("U01ANNA")), true},
		{"by login in another case", first(parsed.PersonByGitHub("Anna-GH")), true},
		{"no such name", first(parsed.Person("zoe")), false},
		{"chat knows case", first(parsed.PersonByChat("u01anna")), false},
		{"no chat", first(parsed.PersonByChat("")), false},
		{"no login, though ben has none", first(parsed.PersonByGitHub("")), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if found := test.person.Name == "anna"; found != test.found {
				t.Errorf("person = %+v, want found %t", test.person, test.found)
			}
		})
	}
}

func first(person catalog.Person, _ bool) catalog.Person { return person }

func TestInGroup(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, minimal("people:", "  anna: {slack: U01ANNA}", "  ben: {slack: U02BEN}", "groups:", "  sre: {members: [anna]}"))
	tests := []struct {
		name, group, slack string
		want               catalog.Membership
	}{
		{"a member", "sre", "U01ANNA", catalog.Member},
		{"known, no member", "sre", "U02BEN", catalog.NotMember},
		{"a stranger", "sre", "U0999", catalog.NotMember},
		{"nobody", "sre", "", catalog.NotMember},
		{"no such group", "ops", "U01ANNA", catalog.UnknownMembership},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := parsed.InGroup(test.group, test.slack); got != test.want {
				t.Errorf("InGroup(%s, %s) = %d, want %d", test.group, test.slack, got, test.want)
			}
		})
	}
}

func TestListenOf(t *testing.T) {
	t.Parallel()
	lookup := func(name string) (string, bool) { return "0.0.0.0:9090", name == "ADDRESS" }
	tests := []struct{ name, text, want, fault string }{
		{"given", "listen: :9090", ":9090", ""},
		{"left out", "redis: {}", "127.0.0.1:8080", ""},
		{"from the environment", "listen: ${ADDRESS}", "0.0.0.0:9090", ""},
		{"beside faults and secrets that are not set", "lissten: 1\nslack: {bot_token: \"${UNSET}\"}\nlisten: :9090", ":9090", ""},
		{"no address", "listen: localhost", "", "1:9 listen: must be host:port"},
		{"not set", "listen: ${UNSET}", "", "needs the environment variable UNSET"},
		{"a list", "listen: [:9090]", "", "listen: must be a single value"},
		{"no mapping", "- listen", "127.0.0.1:8080", ""},
		{"no YAML", "listen: {", "", "1:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := catalog.ListenOf([]byte(tt.text), lookup)
			if got != tt.want || (err == nil) != (tt.fault == "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
				t.Errorf("ListenOf(%q) = %q, %v, want %q, %q", tt.text, got, err, tt.want, tt.fault)
			}
		})
	}
}
