package prometheus

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// Name is the name of the source in slipway.yaml.
const Name = "prometheus"

// The keys of a probe, and of prometheus at the top of slipway.yaml.
const (
	keyServer   = Name
	keyQuery    = "query"
	keyBad      = "bad"
	keyTotal    = "total"
	keyControl  = "control"
	keyURL      = "url"
	keyToken    = "token"
	keyUser     = "username"
	keyPassword = "password"
	keyCA       = "ca_file"
	keyHeaders  = "headers"
)

// Kind describes the probes of this source.
func Kind() catalog.Source {
	query := func(about string) catalog.Shape {
		return catalog.Text(about, "a query of at most 4000 bytes", "")
	}
	return catalog.Source{
		Name:  Name,
		Marks: []string{keyQuery, keyBad},
		Keys: []catalog.Key{
			{Name: keyServer, Shape: catalog.Base("The Prometheus to ask; the one that prometheus names at the top of the file if left out.")},
			{Name: keyQuery, Shape: query("A query that finds one number. {{service}}, {{environment}}, {{sha}} and {{release}} are put in as label values.")},
			{Name: keyBad, Shape: query("A query that finds how many were bad; it stands beside total.")},
			{Name: keyTotal, Shape: query("A query that finds how many there were.")},
			{Name: keyControl, Shape: query("A query that finds the same number where the release did not go. What changed there as well does not count against it."), Watch: true},
		},
		Once: []catalog.Key{
			{Name: keyURL, Shape: catalog.Base("The Prometheus that queries ask unless a probe names one.")},
			{Name: keyToken, Shape: catalog.Hidden("A bearer token.")},
			{Name: keyUser, Shape: catalog.Text("The user name of basic authentication.", "one line of text", `^[^\r\n:]{1,200}$`)},
			{Name: keyPassword, Shape: catalog.Hidden("The password of basic authentication.")},
			{Name: keyCA, Shape: catalog.File("A file with the certificates, in PEM, that its own certificate is believed by.")},
			{Name: keyHeaders, Shape: catalog.Headers("Headers to send, such as X-Scope-OrgID. Their values are secrets.")},
		},
		Kind: func(probe catalog.Said) bot.SampleKind {
			if probe.Given(keyBad) {
				return bot.Counts
			}
			return bot.Values
		},
		Agrees:     agrees,
		OnceAgrees: onceAgrees,
	}
}

func agrees(probe, once catalog.Said) []catalog.Misfit {
	var misfits []catalog.Misfit
	misfit := func(key, says string) { misfits = append(misfits, catalog.Misfit{Key: key, Says: says}) }
	if probe.Given(keyQuery) && probe.Given(keyBad) {
		misfit(keyBad, "stands beside query; a probe asks for a value (query) or for counts (bad and total)")
	}
	if probe.Given(keyBad) && !probe.Given(keyTotal) {
		misfit(keyTotal, "is missing: bad ones are counted among a total")
	}
	if probe.Given(keyTotal) && !probe.Given(keyBad) {
		misfit(keyTotal, "is for counts, beside bad")
	}
	if probe.Given(keyControl) && probe.Given(keyBad) {
		misfit(keyControl, "is for values, beside query")
	}
	if !probe.Given(keyServer) && !once.Given(keyURL) {
		misfit(keyServer, "is missing: the Prometheus to ask, here or as prometheus.url at the top of the file")
	}
	for _, key := range []string{keyQuery, keyBad, keyTotal, keyControl} {
		if unknown := unknownIn(probe.Text(key)); unknown != "" {
			misfit(key, unknown+" is not known; "+reach.Placeholders)
		}
	}
	return misfits
}

func onceAgrees(once catalog.Said) []catalog.Misfit {
	switch {
	case !once.Given(keyURL):
		return []catalog.Misfit{{Key: keyURL, Says: "is missing: the Prometheus to ask"}}
	case once.Given(keyToken) && once.Given(keyUser):
		return []catalog.Misfit{{Key: keyUser, Says: "stands beside token; one of them is sent, so remove the other"}}
	case once.Given(keyUser) != once.Given(keyPassword):
		return []catalog.Misfit{{Key: keyUser, Says: "and password go together"}}
	case strings.HasPrefix(once.Text(keyURL), "http://") && once.Given(keyCA):
		return []catalog.Misfit{{Key: keyCA, Says: "is for https"}}
	}
	return nil
}
