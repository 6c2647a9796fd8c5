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
type wish func(ctx context.Context, account, key string) (isNew bool, err error)

func (f fixture) isNew(do wish, key string) {
	f.Helper()
	if isNew, err := do(context.Background(), "U01ANNA", key); err != nil || !isNew {
		f.Errorf("the wish %q is not new: %v", key, err)
	}
}

func (f fixture) isAgain(do wish, key string) {
	f.Helper()
	if isNew, err := do(context.Background(), "U01ANNA", key); err != nil || isNew {
		f.Errorf("the wish %q is new: %v", key, err)
	}
}

func subscribed(f fixture) {
	if f.wants("U01ANNA") {
		f.Error("somebody wants to who never said so")
	}
	for range 2 { // without a key nothing is a repetition
		f.isNew(f.Subscribe, "")
	}
	f.isNew(f.Subscribe, "a")
	if !f.wants("U01ANNA") || f.wants("U02BEN") {
		f.Error("who wants to is not who said so")
	}
	f.isNew(f.Unsubscribe, "b")
	if f.wants("U01ANNA") {
		f.Error("somebody is told who wants to hear no more")
	}
}

// The older wish does not win because it comes again.
func subscribedAgain(f fixture) {
	f.isNew(f.Subscribe, "older")
	f.isNew(f.Unsubscribe, "newer")
	f.isAgain(f.Subscribe, "older")
	if f.wants("U01ANNA") {
		f.Error("the older wish won")
	}
	f.isNew(f.Subscribe, "newest")
	if !f.wants("U01ANNA") {
		f.Error("the newest wish does not count")
	}
}

func unsubscribedAgain(f fixture) {
	f.isNew(f.Unsubscribe, "older")
	f.isNew(f.Subscribe, "newer")
	f.isAgain(f.Unsubscribe, "older")
	if !f.wants("U01ANNA") {
		f.Error("the older wish won")
	}
}

func subscribedNobody(f fixture) {
	if _, err := f.Subscribe(context.Background(), "", "a"); err == nil {
		f.Error("nobody was noted")
	}
}
