package state_test

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// counterSetRight: however a counter was spoilt, the next release gets an id
// that all read, above those that there are.
func counterSetRight(f fixture) {
	ctx := context.Background()
	f.create(draft("api", "1"))
	for i, spoilt := range []string{"99999999999", "1e300", "-7", "nan", "inf", "many", "", "1.5", "9223372036854775807"} {
		if err := f.Client().HSet(ctx, f.partOf("api")+"counters", "api:", spoilt).Err(); err != nil {
			f.Fatal(err)
		}
		made := f.create(draft("api", "after "+spoilt))
		_, number, ok := bot.ReleaseNumber(made.ID)
		if !ok || number > int64(200*(i+1)) {
			f.Errorf("after %q the id is %s", spoilt, made.ID)
		}
		if last, err := f.LastNumber(ctx, "api"); err != nil || last != number {
			f.Errorf("after %q the counter is at %d, %v", spoilt, last, err)
		}
	}
	// The last number that there is, and nothing beyond it.
	if err := f.Client().HSet(ctx, f.partOf("api")+"counters", "api:", int64(bot.MaxNumber-1)).Err(); err != nil {
		f.Fatal(err)
	}
	if made := f.create(draft("api", "last")); !bot.ValidReleaseID(made.ID) || made.ID != "api-9999999999" {
		f.Errorf("the last id is %s", made.ID)
	}
	if made := f.create(draft("api", "beyond")); !bot.ValidReleaseID(made.ID) {
		f.Errorf("beyond the last id is %s", made.ID)
	}
}

func numbersWithinReason(f fixture) {
	ctx := context.Background()
	f.create(draft("api", "1"))
	for _, bad := range []string{"api-99999999999", "api-9999999999", "api-p7", "api-b7", "api", "../x-1"} {
		_, err := f.SkipIDs(ctx, bad)
		wantKind(f, "SkipIDs("+bad+")", err, bot.Invalid)
	}
	if made := f.create(draft("api", "2")); made.ID != "api-2" {
		f.Errorf("the next id is %s", made.ID)
	}
}

// idsAreNotGivenTwice: a counter that was set back meets releases that exist.
func idsAreNotGivenTwice(f fixture) {
	ctx := context.Background()
	for _, key := range []string{"1", "2", "3"} {
		f.create(draft("api", key))
	}
	if err := f.Client().HDel(ctx, f.partOf("api")+"counters", "api:").Err(); err != nil {
		f.Fatal(err)
	}
	if made := f.create(draft("api", "4")); made.ID != "api-4" {
		f.Errorf("the next id is %s", made.ID)
	}
}
