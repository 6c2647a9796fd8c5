package state_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/state"
)

// TestForbidden finds each command that Redis does not allow, and that alone; and changes
// nothing to find out.
func TestForbidden(t *testing.T) {
	t.Parallel()
	address := single.start(t)
	admin := redis.NewClient(&redis.Options{Addr: address})
	t.Cleanup(func() { _ = admin.Close() })
	p := placeIn(t, "redis")
	f := fixture{T: t, place: p, Store: p.open(t), kind: "redis"}
	f.create(draft("api", "k"))
	before := dumped(t, admin, p.prefix())
	forbidden := func(want []string, rules ...any) {
		t.Helper()
		all := append([]any{"ACL", "SETUSER", "u" + p.prefix(), "reset", "on", ">hunter2", "~*", "&*", "+@all"}, rules...)
		if err := admin.Do(t.Context(), all...).Err(); err != nil {
			t.Fatal(err)
		}
		o := p.options
		o.URL = "redis://u" + p.prefix() + ":hunter2@" + strings.TrimPrefix(o.URL, "redis://")
		s, err := state.Open(t.Context(), o, slog.New(slog.DiscardHandler))
		if err != nil {
			return // it needs what is forbidden to begin with, and says so
		}
		defer func() { _ = s.Close() }()
		if got, unknown, err := s.Forbidden(t.Context()); err != nil || unknown != nil || !slices.Equal(got, want) {
			t.Errorf("%v: Forbidden = %v, %v, want %v", rules, got, err, want)
		}
	}
	forbidden(nil)
	forbidden([]string{"PUBLISH", "SUBSCRIBE"}, "resetchannels")
	forbidden([]string{"SUBSCRIBE"}, "-subscribe")
	for _, command := range f.CommandsTried() {
		if command != "PING" {
			forbidden([]string{command}, "-"+strings.ToLower(command))
		}
	}
	if after := dumped(t, admin, p.prefix()); after != before {
		t.Errorf("something was changed:\n%s\n%s", before, after)
	}
}

// dumped is all that lies under a prefix.
func dumped(tb testing.TB, client *redis.Client, prefix string) string {
	tb.Helper()
	keys, err := client.Keys(tb.Context(), prefix+"*").Result()
	if err != nil {
		tb.Fatal(err)
	}
	slices.Sort(keys)
	var all strings.Builder
	for _, key := range keys {
		text, err := client.Dump(tb.Context(), key).Result()
		if err != nil {
			tb.Fatal(err)
		}
		all.WriteString(key + " " + text + "\n")
	}
	return all.String()
}

// TestEveryCommandIsTried: what the scripts and the store give to Redis is asked for.
func TestEveryCommandIsTried(t *testing.T) {
	t.Parallel()
	p := placeIn(t, "memory")
	tried := append(p.open(t).CommandsTried(), "SUBSCRIBE", "INFO", "CONFIGGET", "CLUSTERINFO") // the last three only tell, and may be missing
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	given := regexp.MustCompile(`redis\.p?call\('([A-Z]+)'|(?:pipe|client|on)\.([A-Z][A-Za-z]+)\(ctx`)
	n := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range given.FindAllStringSubmatch(string(text), -1) {
			name := strings.ToUpper(found[1] + found[2])
			switch name {
			case "EXEC", "DO", "FOREACHMASTER":
				continue
			case "SETNX":
				name = "SET"
			case "ZRANGEWITHSCORES":
				name = "ZRANGE"
			case "ZREVRANGEWITHSCORES":
				name = "ZREVRANGE"
			}
			n++
			if !slices.Contains(tried, name) {
				t.Errorf("%s gives %s, which slipway doctor does not ask for", file, name)
			}
		}
	}
	if n < 100 {
		t.Errorf("%d commands are found", n)
	}
}
