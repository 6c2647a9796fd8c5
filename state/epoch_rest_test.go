package state_test

import "context"

// lifeGoesOn: the word of a clean stop counts once, in the life in which it was noted.
func lifeGoesOn(f fixture) {
	ctx := context.Background()
	id, _, err := f.Epoch(ctx)
	if err != nil {
		f.Fatal(err)
	}
	continues := func(word string, want bool) {
		f.Helper()
		if got, err := f.Continue(ctx, word); err != nil || got != want {
			f.Errorf("Continue(%q) = %v, %v, want %v", word, got, err, want)
		}
	}
	if id == "" {
		continues("word", false)
		return
	}
	if err := f.Rest(ctx, "word"); err != nil {
		f.Fatal(err)
	}
	continues("another", false)
	continues("word", false)
	if err := f.Rest(ctx, "word"); err != nil {
		f.Fatal(err)
	}
	continues("word", true)
	continues("word", false)
	continues("", false)
	if err := f.Client().HSet(ctx, f.prefix()+"epoch", "id", "unnoticed").Err(); err != nil {
		f.Fatal(err)
	}
	if err := f.Rest(ctx, "word"); err != nil {
		f.Fatal(err)
	}
	continues("word", false)
}
