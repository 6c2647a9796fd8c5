package bot_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// settled is what a target may say of itself, everything set.
func settled() bot.Settings {
	return bot.Settings{
		Approvals: bot.ApprovalRule{
			Sets: []bot.ApprovalSet{
				{Count: 1, From: []string{"sre"}, EscalateAfter: time.Hour, EscalateTo: []string{"leads"}},
				{Count: 2, From: []string{"owners"}, EscalateAfter: time.Hour, EscalateTo: []string{"leads"}},
			},
			Expires: 2 * time.Hour, Remind: time.Hour, Confirm: []bot.FindingKind{bot.FindSetting},
		},
		Checks: bot.CheckRule{Names: []string{"build"}}, Timeout: time.Hour,
		Health: bot.HealthRule{
			Window: time.Minute, Every: time.Second, OnUnhealthy: "ask", Delay: time.Second, Before: time.Hour, Countdown: time.Minute,
			Probes: []bot.Probe{{
				Name: "up", Source: "http", Kind: bot.Answers, Timeout: time.Second, Delay: time.Second, Every: time.Minute,
				Settings: []bot.Setting{{Key: "http", Value: "https://a"}, {Key: "status", Value: "200"}, {Key: "version", Value: "sha"}, {Key: "body", Value: "ok"}},
				Conditions: bot.Conditions{
					Worse: bot.Lower, Max: new(1.0), Min: new(0.5), MaxIncrease: new(0.2), MaxLatency: time.Second,
				},
			}},
		},
		Rules: bot.Rules{
			World: []bot.Probe{{
				Name: "pages", Source: "http", Kind: bot.Values, Timeout: time.Second, Delay: time.Second, Every: time.Second,
				Settings:   []bot.Setting{{Key: "http", Value: "https://a"}, {Key: "status", Value: "204"}, {Key: "body", Value: "ok"}},
				Conditions: bot.Conditions{Worse: bot.Lower, Max: new(1.0), Min: new(0.5), MaxIncrease: new(0.2), MaxLatency: time.Second},
			}},
			Deployers: []string{"sre"}, Channels: []string{"C1"}, Branches: []string{"main"}, After: "staging", Soak: time.Minute,
			MaxCommits: bot.CommitLimit{Warn: 8, Refuse: 30}, Reviews: bot.ReviewRule{Count: 1, Merged: true}, Emergency: []string{"sre"}, Review: time.Hour,
			Freeze: []bot.FreezeWindow{
				{Days: []time.Weekday{time.Friday}, From: time.Hour, To: 2 * time.Hour, Zone: "UTC", Reason: "no"},
				{First: "2026-01-01", Last: "2026-01-02", Zone: "UTC", Reason: "no"},
			},
		},
	}
}

// TestPromise3_EverySettingIsInTheDigest changes every single setting of a
// target, and takes one out of every list: each makes another plan. A setting
// that is new is demanded by itself.
func TestPromise3_EverySettingIsInTheDigest(t *testing.T) {
	t.Parallel()
	plan := bot.Plan{Settings: settled()}
	before := plan.Digest()
	n := 0
	eachLeaf(reflect.ValueOf(&plan.Settings).Elem(), "Settings", func(path string) {
		n++
		if plan.Digest() == before {
			t.Errorf("%s may change, and the plan is the same", path)
		}
	})
	if n < 40 {
		t.Errorf("only %d settings were changed", n)
	}
	if plan.Digest() != before {
		t.Error("what was changed was not changed back")
	}
}

// TestPromise3_TheDigestOfOldProbes: a plan whose probe asks by HTTP as it always could
// has the digest that it had before there were other sources, so that no yes is lost by
// an upgrade.
func TestPromise3_TheDigestOfOldProbes(t *testing.T) {
	t.Parallel()
	plan := bot.Plan{Settings: bot.Settings{Health: bot.HealthRule{
		Window: time.Minute, Every: time.Second, OnUnhealthy: "ask",
		Probes: []bot.Probe{{
			Name: "up", Source: "http", Kind: bot.Answers, Timeout: time.Second,
			Settings:   []bot.Setting{{Key: "http", Value: "https://a"}, {Key: "status", Value: "200"}, {Key: "version", Value: "sha"}},
			Conditions: bot.Conditions{Worse: bot.Higher, MaxLatency: time.Second},
		}},
	}}}
	const before = "8913ddbc92ad6dd85945becb51c9182ab2c06d9cbc279ef17577a74f9d9d34ee"
	if got := plan.Digest(); got != before {
		t.Errorf("the digest is %s, before it was %s", got, before)
	}
}

// eachLeaf changes the values in v one after the other, and each back after it
// was looked at.
func eachLeaf(v reflect.Value, path string, look func(path string)) {
	switch v.Kind() { //nolint:exhaustive // settings are made of these
	case reflect.Struct:
		for i := range v.NumField() {
			eachLeaf(v.Field(i), path+"."+v.Type().Field(i).Name, look)
		}
		return
	case reflect.Slice:
		whole := reflect.ValueOf(v.Interface())
		for i := range v.Len() {
			eachLeaf(v.Index(i), fmt.Sprintf("%s[%d]", path, i), look)
		}
		if v.Len() > 0 {
			v.Set(whole.Slice(0, v.Len()-1))
			look(path + " without its last")
			v.Set(whole)
		}
		return
	}
	if v.Kind() == reflect.Pointer {
		old := reflect.ValueOf(v.Interface())
		v.SetZero()
		look(path + " taken away")
		v.Set(old)
		eachLeaf(v.Elem(), path, look)
		return
	}
	old := reflect.ValueOf(v.Interface())
	switch v.Kind() { //nolint:exhaustive // as above
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	default:
		panic("a kind of setting that this test does not know: " + path)
	}
	look(path)
	v.Set(old)
}

// TestCovers: a lock closes what it names, and everything where it names
// nothing.
func TestCovers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		service, environment string
		want                 bool
	}{
		{"", "", true},
		{"api", "", true},
		{"", "production", true},
		{"api", "production", true},
		{"web", "", false},
		{"", "staging", false},
		{"api", "staging", false},
		{"web", "production", false},
	} {
		scope := bot.Scope{Service: tt.service, Environment: tt.environment}
		target := bot.Target{Service: "api", Environment: "production"}
		if got := scope.Covers(target); got != tt.want {
			t.Errorf("%+v covers it: %t", scope, got)
		}
		if got := len(bot.Covering([]bot.Lock{{Scope: scope}}, target)) == 1; got != tt.want {
			t.Errorf("a lock of %+v covers it: %t", scope, got)
		}
	}
}

// TestWhatMayBeAName: what comes from people and webhooks becomes part of keys
// and messages only in these shapes.
func TestWhatMayBeAName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", bot.MaxName)
	for name, want := range map[string]bool{
		"a": true, "api": true, "api-2": true, "2api": true, "z9-": true, long: true,
		"": false, long + "a": false, "-api": false, "API": false, "a_b": false, "a/b": false, "a:b": false, "a{b": false, "a.b": false, "ä": false, "a b": false, "a\n": false,
	} {
		if bot.ValidName(name) != want {
			t.Errorf("%q may be a name: %t", name, !want)
		}
	}
	for id, service := range map[string]string{
		"api-1": "api", "api-142": "api", "my-api-7": "my-api", "api-p3": "api", "api-b3": "api", "api-12345678901": "api",
		"api": "", "api-": "", "-1": "", "api-p": "", "api-x3": "", "api-1x": "", "api-123456789012": "", "API-1": "", "a/b-1": "", "": "", "api-1 ": "", "api--1": "api-",
	} {
		if got, ok := bot.ServiceOf(id); got != service || ok != (service != "") || bot.ValidReleaseID(id) != ok {
			t.Errorf("%q is a release of %q, %t", id, got, ok)
		}
	}
	for key, want := range map[string]string{
		"api-142.k3v9x2mq": "api-142", "api-142.az09az09": "api-142",
		"api-142": "", "api-142.": "", "api-142.k3v9x2m": "", "api-142.k3v9x2mqq": "", "api-142.K3v9x2mq": "", "api-142.k3v9x2m-": "", "api-142.k3v9x2m{": "", "api-142.k3v9x2m`": "",
		"api-142.k3v9x2m/": "", "api-142.k3v9x2m:": "", ".k3v9x2mq": "", "api.k3v9x2mq": "",
	} {
		if got, ok := bot.ReleaseIDOf(key); got != want || ok != (want != "") {
			t.Errorf("%q is the key of %q, %t", key, got, ok)
		}
	}
}
