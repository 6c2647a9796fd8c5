package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestOrder sorts services into the order in which they go together. site needs web,
// web needs api and db; mail needs nothing.
func TestOrder(t *testing.T) {
	t.Parallel()
	c := catalog.Catalog{Services: []catalog.Service{
		{Name: "site", Needs: []string{"web"}},
		{Name: "web", Needs: []string{"api", "db"}},
		{Name: "api", Needs: []string{"db"}},
		{Name: "db"},
		{Name: "mail"},
	}}
	tests := []struct{ named, want string }{
		{"mail", "mail"},
		{"mail db", "mail; db"},
		{"web api", "api; web after api"},
		{"site mail api", "mail; api; site after api"},
		{"site web api db", "db; api after db; web after api db; site after web api db"},
	}
	for _, tt := range tests {
		t.Run(tt.named, func(t *testing.T) {
			t.Parallel()
			var services []catalog.Service
			for name := range strings.FieldsSeq(tt.named) {
				s, _ := c.Service(name)
				services = append(services, s)
			}
			var got []string
			for _, o := range c.Order(services) {
				line := o.Service.Name
				if len(o.After) > 0 {
					line += " after " + strings.Join(o.After, " ")
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCardChannel is the one channel that services share, if there is one.
func TestCardChannel(t *testing.T) {
	t.Parallel()
	c := catalog.Catalog{Services: []catalog.Service{{Name: "api", Channel: "C1"}, {Name: "web", Channel: "C1"}, {Name: "db", Channel: "C2"}, {Name: "mail"}}}
	for names, want := range map[string]string{"api": "C1", "mail": "", "api web": "C1", "api db": "", "api mail": "", "mail api": ""} {
		if got := c.Channel(strings.Fields(names)); got != want {
			t.Errorf("%s are shown in %q, want %q", names, got, want)
		}
	}
}
