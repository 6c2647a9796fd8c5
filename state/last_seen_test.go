package state_test

import (
	"context"
	"time"
)

func heardFromOutside(f fixture) {
	ctx := context.Background()
	before := time.Now().Add(-time.Second)
	if err := f.NoteSeen(ctx, "slack"); err != nil {
		f.Fatal(err)
	}
	heard, err := f.LastSeen(ctx)
	if err != nil || len(heard) != 1 || heard["slack"].Before(before) {
		f.Errorf("Heard = %v, %v", heard, err)
	}
}

func examined(f fixture) {
	servers, err := f.Examine(context.Background())
	if err != nil || len(servers) == 0 {
		f.Fatalf("Examine = %v, %v", servers, err)
	}
	for _, s := range servers {
		if f.kind != "memory" && (!s.Told || s.Version == "" || s.Policy == "" || s.Ahead.Abs() > time.Minute) {
			f.Errorf("Examine = %+v", s)
		}
	}
}
