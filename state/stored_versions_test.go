package state_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// The records in testdata/records are what a version of slipway stored, one a
// phase. They are never changed: a version that stores more adds a folder.

func versionCases() map[string]func(fixture) {
	return map[string]func(fixture){"records of earlier versions are read and go on": earlierRecords}
}

func earlierRecords(f fixture) {
	f.claim(f.create(draft("api", "first")).ID) // makes the keys whose names are looked for
	for path, text := range storedRecords(f) {
		var told struct {
			ID    string    `json:"id"`
			Phase bot.Phase `json:"phase"`
		}
		if err := json.Unmarshal(text, &told); err != nil {
			f.Fatalf("%s: %v", path, err)
		}
		f.store(told.ID, told.Phase, text)
		c := f.claim(told.ID)
		if c.Release.Phase != told.Phase || string(c.Release.Phase)+".json" != filepath.Base(path) {
			f.Errorf("%s was read as %s", path, c.Release.Phase)
		}
		for len(f.Unrecognised()) > 0 { // a field that was renamed is kept, but not understood
			f.Errorf("%s is not understood: %s", path, (<-f.Unrecognised()).Says)
		}
		next, _ := lifecycle.Next(c.Release, bot.Ticked{}, c.Now)
		c.Release.WakeAt = next.WakeAt
		f.handBack(c, next.WakeAt)
		after := f.Client().HGet(context.Background(), f.findKey("*docs"), told.ID).Val()
		lost(f, path, text, []byte(after))
		// The next one must find the slot free.
		if err := f.Client().Del(context.Background(), f.findKey("*slots")).Err(); err != nil {
			f.Fatal(err)
		}
	}
}

// store puts a record where a store keeps it, as due.
func (f fixture) store(id string, phase bot.Phase, text []byte) {
	f.Helper()
	ctx := context.Background()
	var flat bytes.Buffer
	if err := json.Compact(&flat, text); err != nil {
		f.Fatal(err)
	}
	control := map[string]string{id + ":phase": string(phase)}
	if phase.Ended() {
		control[id+":ended"] = "1"
	}
	pipe := f.Client().TxPipeline()
	pipe.HSet(ctx, f.findKey("*docs"), id, flat.String())
	pipe.HSet(ctx, f.findKey("*control"), control)
	pipe.HSet(ctx, f.prefix()+"{p7}:slots", "seen/before", "web-1")
	pipe.ZAdd(ctx, f.findKey("*due"), redisZ(1, id))
	if _, err := pipe.Exec(ctx); err != nil {
		f.Fatal(err)
	}
}

// storedRecords are the records of all earlier versions, by file.
func storedRecords(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "records", "v*", "*.json"))
	if err != nil || len(paths) < len(bot.Phases()) {
		tb.Fatalf("%d records, %v; there is one a phase", len(paths), err)
	}
	records := map[string][]byte{}
	for _, path := range paths {
		if records[path], err = os.ReadFile(path); err != nil {
			tb.Fatal(err)
		}
	}
	return records
}

// lost reports what was in a record and is not in it any more after it was
// written back: a field that was renamed, dropped, or means something else.
func lost(tb testing.TB, path string, before, after []byte) {
	tb.Helper()
	was, is := flat(tb, before), flat(tb, after)
	for field, value := range was {
		if field == ".wake_at" {
			continue // computed again with every step
		}
		if diff := cmp.Diff(value, is[field]); diff != "" {
			tb.Errorf("%s: %s (-stored +written back):\n%s", path, field, diff)
		}
	}
}

// flat gives every value of a JSON text by its path.
func flat(tb testing.TB, text []byte) map[string]any {
	tb.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		tb.Fatalf("%v in %s", err, text)
	}
	all := map[string]any{}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, field := range v {
				walk(at+"."+name, field)
			}
		case []any:
			for i, item := range v {
				walk(at+strings.Repeat("'", i+1), item)
			}
		default:
			all[at] = v
		}
	}
	walk("", value)
	return all
}
