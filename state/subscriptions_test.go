package state_test

import "context"

func subscriptionCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"who wants to hear of their changes":         subscribed,
		"a wish to hear of them that comes again":    subscribedAgain,
		"a wish to hear no more that comes again":    unsubscribedAgain,
		"nobody wants to hear of changes by no name": subscribedNobody,
	}
}

func (f fixture) wants(account string) bool {
	f.Helper()
	among, err := f.Subscribed(context.Background(), []string{"U0OTHER", account})
	f.must(err)
	return len(among) == 1 && among[0] == account
}

// wish is either of the two wishes.
func (f fixture) wish(do func(context.Context, string, string) (bool, error), account, key string, isNew bool) {
	f.Helper()
	if got, err := do(context.Background(), account, key); err != nil || got != isNew {
		f.Errorf("the wish %q of %s is new: %t, %v", key, account, got, err)
	}
}

func subscribed(f fixture) {
	if f.wants("U01ANNA") {
		f.Error("somebody wants to who never said so")
	}
	for range 2 { // without a key nothing is a repetition
		f.wish(f.Subscribe, "U01ANNA", "", true)
	}
	f.wish(f.Subscribe, "U01ANNA", "a", true)
	if !f.wants("U01ANNA") || f.wants("U02BEN") {
		f.Error("who wants to is not who said so")
	}
	f.wish(f.Unsubscribe, "U01ANNA", "b", true)
	if f.wants("U01ANNA") {
		f.Error("somebody is told who wants to hear no more")
	}
}

// The older wish does not win because it comes again.
func subscribedAgain(f fixture) {
	f.wish(f.Subscribe, "U01ANNA", "older", true)
	f.wish(f.Unsubscribe, "U01ANNA", "newer", true)
	f.wish(f.Subscribe, "U01ANNA", "older", false)
	if f.wants("U01ANNA") {
		f.Error("the older wish won")
	}
	f.wish(f.Subscribe, "U01ANNA", "newest", true)
	if !f.wants("U01ANNA") {
		f.Error("the newest wish does not count")
	}
}

func unsubscribedAgain(f fixture) {
	f.wish(f.Unsubscribe, "U01ANNA", "older", true)
	f.wish(f.Subscribe, "U01ANNA", "newer", true)
	f.wish(f.Unsubscribe, "U01ANNA", "older", false)
	if !f.wants("U01ANNA") {
		f.Error("the older wish won")
	}
}

func subscribedNobody(f fixture) {
	if _, err := f.Subscribe(context.Background(), "", "a"); err == nil {
		f.Error("nobody was noted")
	}
}
